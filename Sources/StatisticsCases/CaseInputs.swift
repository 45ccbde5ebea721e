import ControlWire
import RolloutCore

/// The inputs of one case, read field by field; every complaint points at the place in the line.
struct CaseInputs {
    private var reader: JSONReader
    private let arrays: NamedArrays

    init(_ value: JSONValue, at pointer: String, arrays: NamedArrays) throws(InvalidValue) {
        self.reader = try JSONReader(value, at: pointer)
        self.arrays = arrays
    }

    func place(_ key: String) -> String { self.reader.place(key) }

    /// - Throws: When there are inputs that nothing read: a misspelt one must not be a silent default.
    func finish() throws(InvalidValue) { try self.reader.finish() }

    func missing(_ key: String) -> InvalidValue { InvalidValue("is required", at: self.place(key)) }

    // MARK: Single values

    /// Nil when absent or null.
    mutating func value(_ key: String) -> JSONValue? { self.reader.value(key) }

    mutating func isPresent(_ key: String) -> Bool { self.reader.value(key) != nil }

    mutating func number(_ key: String, _ rule: NumberRule = .finite) throws(InvalidValue) -> Double {
        guard let number = try self.optionalNumber(key, rule) else { throw self.missing(key) }
        return number
    }

    mutating func number(
        _ key: String,
        _ rule: NumberRule = .finite,
        default fallback: Double
    ) throws(InvalidValue) -> Double {
        try self.optionalNumber(key, rule) ?? fallback
    }

    mutating func optionalNumber(_ key: String, _ rule: NumberRule = .finite) throws(InvalidValue) -> Double? {
        guard let value = self.value(key) else { return nil }
        return try Self.number(value, rule, at: self.place(key))
    }

    /// A whole number of 0 or more.
    mutating func count(_ key: String) throws(InvalidValue) -> Int64 {
        guard let value = self.value(key) else { throw self.missing(key) }
        return try Self.count(value, at: self.place(key))
    }

    mutating func integer(
        _ key: String,
        in range: ClosedRange<Int>,
        default fallback: Int? = nil
    ) throws(InvalidValue) -> Int {
        guard let value = self.value(key) else {
            guard let fallback else { throw self.missing(key) }
            return fallback
        }
        guard case .number(let number) = value, let whole = Int(exactly: number), range.contains(whole) else {
            throw InvalidValue(
                "must be a whole number, \(range.lowerBound) to \(range.upperBound); got \(JSONText.of(value))",
                at: self.place(key)
            )
        }
        return whole
    }

    mutating func flag(_ key: String, default fallback: Bool) throws(InvalidValue) -> Bool {
        try self.reader.bool(key, default: fallback)
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String,
        default fallback: Choice
    ) throws(InvalidValue) -> Choice where Choice.RawValue == String {
        try self.reader.choice(key, default: fallback)
    }

    // MARK: Arrays

    /// The items of an array that isn't one of numbers.
    mutating func items(_ key: String) throws(InvalidValue) -> [JSONValue] {
        guard let items = try self.reader.array(key) else { throw self.missing(key) }
        return items
    }

    /// Numbers in an array or under the name of one; `nil` is a missing number.
    mutating func optionalNumbers(_ key: String, _ rule: NumberRule = .unrestricted) throws(InvalidValue) -> [Double?] {
        guard let value = self.value(key) else { throw self.missing(key) }
        return try self.numbers(value, rule, at: self.place(key))
    }

    /// Numbers without the missing ones.
    mutating func sample(_ key: String, _ rule: NumberRule = .unrestricted) throws(InvalidValue) -> [Double] {
        try self.optionalNumbers(key, rule).compactMap(\.self)
    }

    /// Numbers of which none may be missing.
    mutating func numbers(_ key: String, _ rule: NumberRule = .finite) throws(InvalidValue) -> [Double] {
        let numbers = try self.optionalNumbers(key, rule)
        if let gap = numbers.firstIndex(of: nil) {
            throw InvalidValue("must be a number, but is null", at: "\(self.place(key))/\(gap)")
        }
        return numbers.compactMap(\.self)
    }

    mutating func counts(_ key: String) throws(InvalidValue) -> [Int64] {
        guard let value = self.value(key) else { throw self.missing(key) }
        return try Self.counts(value, at: self.place(key))
    }

    /// Objects, each to be read like the inputs themselves.
    mutating func records<Record>(
        _ key: String,
        _ read: (inout CaseInputs) throws(InvalidValue) -> Record
    ) throws(InvalidValue) -> [Record] {
        var records: [Record] = []
        for (index, item) in try self.items(key).enumerated() {
            var inputs = try CaseInputs(item, at: "\(self.place(key))/\(index)", arrays: self.arrays)
            records.append(try read(&inputs))
            try inputs.finish()
        }
        return records
    }

    /// Classes in an array or numbers under its name; `nil` is a missing one.
    mutating func labels(_ key: String) throws(InvalidValue) -> [CaseLabel?] {
        guard let value = self.value(key) else { throw self.missing(key) }
        guard case .array(let items) = value else {
            return try self.numbers(value, .unrestricted, at: self.place(key)).map { $0.map { .number($0) } }
        }
        var labels: [CaseLabel?] = []
        for (index, item) in items.enumerated() {
            labels.append(try Self.label(item, at: "\(self.place(key))/\(index)"))
        }
        return labels
    }

    mutating func label(_ key: String, default fallback: CaseLabel) throws(InvalidValue) -> CaseLabel {
        guard let value = self.value(key) else { return fallback }
        return try Self.label(value, at: self.place(key)) ?? fallback
    }

    /// Two columns of the same rows, without the rows in which one is missing.
    func rows<First, Second>(
        _ first: (key: String, column: [First?]),
        _ second: (key: String, column: [Second?])
    ) throws(InvalidValue) -> [(first: First, second: Second)] {
        guard first.column.count == second.column.count else {
            throw InvalidValue(
                "must be as long as \(first.key): \(second.column.count) values against \(first.column.count)",
                at: self.place(second.key)
            )
        }
        return zip(first.column, second.column).compactMap { pair in
            guard let first = pair.0, let second = pair.1 else { return nil }
            return (first, second)
        }
    }

    /// Two distributions over the same buckets: two arrays of one length, or two objects of category and mass.
    mutating func distributions(
        _ first: String,
        _ second: String
    ) throws(InvalidValue) -> (first: [Double], second: [Double]) {
        let (a, b) = (try self.masses(first), try self.masses(second))
        switch (a, b) {
        case (.buckets(let a), .buckets(let b)) where a.count == b.count: return (a, b)
        case (.buckets(let a), .buckets(let b)):
            throw InvalidValue("must have as many buckets as \(first): \(a.count), not \(b.count)", at: place(second))
        case (.categories(let a), .categories(let b)):
            let names = Set(a.keys).union(b.keys).sorted()
            return (names.map { a[$0] ?? 0 }, names.map { b[$0] ?? 0 })
        case (.buckets, .categories), (.categories, .buckets):
            throw InvalidValue("must be an array if \(first) is one, and an object if not", at: self.place(second))
        }
    }

    private enum Masses {
        case buckets([Double])
        case categories([String: Double])
    }

    private mutating func masses(_ key: String) throws(InvalidValue) -> Masses {
        guard let value = self.value(key) else { throw self.missing(key) }
        guard case .object(let members) = value, members["array"] == nil else {
            return .buckets(
                try self.numbers(value, .notNegative, at: self.place(key)).map { $0 ?? 0 }
            )
        }
        var categories: [String: Double] = [:]
        let reader = try JSONReader(value, at: self.place(key))
        for (name, item) in members {
            categories[name] = try Self.number(item, .notNegative, at: reader.place(name))
        }
        return .categories(categories)
    }

    // MARK: Reading values

    private func numbers(
        _ value: JSONValue,
        _ rule: NumberRule,
        at pointer: String
    ) throws(InvalidValue) -> [Double?] {
        let numbers: [Double?]
        switch value {
        case .array(let items):
            var read: [Double?] = []
            for (index, item) in items.enumerated() {
                read.append(item == .null ? nil : try Self.number(item, .unrestricted, at: "\(pointer)/\(index)"))
            }
            numbers = read
        case .object: numbers = try self.arrays.resolve(value, at: pointer)
        case .null, .bool, .number, .string:
            throw InvalidValue("must be an array of numbers, or {\"array\": NAME}; but is \(value.kind)", at: pointer)
        }
        if let wrong = numbers.firstIndex(where: { $0.map { !rule.accepts($0) } ?? false }) {
            let number = numbers[wrong].map { $0.isNaN ? "NaN" : JSONText.number($0) } ?? "null"
            throw InvalidValue("must be \(rule.requirement); got \(number)", at: "\(pointer)/\(wrong)")
        }
        return numbers
    }

    /// Booleans are 1 and 0; `"Infinity"`, `"-Infinity"` and `"NaN"` are numbers, which JSON can't write otherwise.
    private static func number(
        _ value: JSONValue,
        _ rule: NumberRule,
        at pointer: String
    ) throws(InvalidValue) -> Double {
        let number: Double
        switch value {
        case .number(let plain): number = plain
        case .bool(let flag): number = flag ? 1 : 0
        case .string("Infinity"): number = .infinity
        case .string("-Infinity"): number = -.infinity
        case .string("NaN"): number = .nan
        case .null, .string, .array, .object:
            throw InvalidValue("must be \(rule.requirement), but is \(value.kind)", at: pointer)
        }
        guard rule.accepts(number) else {
            throw InvalidValue("must be \(rule.requirement); got \(JSONText.of(value))", at: pointer)
        }
        return number
    }

    static func counts(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> [Int64] {
        var counts: [Int64] = []
        for (index, item) in try self.items(value, at: pointer).enumerated() {
            counts.append(try self.count(item, at: "\(pointer)/\(index)"))
        }
        return counts
    }

    /// Numbers of a row, of which none may be missing.
    static func numbers(_ value: JSONValue, _ rule: NumberRule, at pointer: String) throws(InvalidValue) -> [Double] {
        var numbers: [Double] = []
        for (index, item) in try self.items(value, at: pointer).enumerated() {
            numbers.append(try self.number(item, rule, at: "\(pointer)/\(index)"))
        }
        return numbers
    }

    private static func items(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> [JSONValue] {
        guard case .array(let items) = value else {
            throw InvalidValue("must be an array, but is \(value.kind)", at: pointer)
        }
        return items
    }

    private static func count(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> Int64 {
        guard case .number(let number) = value, let whole = Int64(exactly: number), (0...1 << 53).contains(whole)
        else { throw InvalidValue("must be a whole number from 0; got \(JSONText.of(value))", at: pointer) }
        return whole
    }

    private static func label(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> CaseLabel? {
        switch value {
        case .null, .string("NaN"): nil
        case .bool(let flag): .number(flag ? 1 : 0)
        case .number(let number): .number(number)
        case .string(let name): .name(name)
        case .array, .object: throw InvalidValue("must be a number or a string, but is \(value.kind)", at: pointer)
        }
    }
}
