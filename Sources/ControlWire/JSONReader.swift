package import RolloutCore

/// Reads one JSON object field by field.
///
/// Every complaint names the field, and a field nobody asked for is a complaint, too.
package struct JSONReader {
    private let members: [String: JSONValue]
    private let pointer: String
    private var unread: Set<String>

    /// - Parameter pointer: Where the object stands in its document.
    package init(_ value: JSONValue, at pointer: String = "") throws(InvalidValue) {
        guard case .object(let members) = value else {
            throw InvalidValue("must be an object, but is \(value.kind)", at: pointer)
        }
        self.members = members
        self.pointer = pointer
        self.unread = Set(members.keys)
    }

    /// The JSON Pointer (RFC 6901) to a field.
    package func place(_ key: String) -> String {
        var place = self.pointer + "/"
        for scalar in key.unicodeScalars {
            switch scalar {
            case "~": place += "~0"
            case "/": place += "~1"
            default: place.unicodeScalars.append(scalar)
            }
        }
        return place
    }

    /// - Throws: For anything but text that can be stored: PostgreSQL holds every character but NUL.
    private func text(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> String {
        guard case .string(let text) = value else {
            throw InvalidValue("must be a string, but is \(value.kind)", at: pointer)
        }
        guard !text.utf8.contains(0) else { throw InvalidValue("must not hold the character U+0000", at: pointer) }
        return text
    }

    /// Nil when the field is absent or null.
    package mutating func value(_ key: String) -> JSONValue? {
        self.unread.remove(key)
        guard let value = self.members[key], value != .null else { return nil }
        return value
    }

    package mutating func optionalString(_ key: String) throws(InvalidValue) -> String? {
        guard let value = self.value(key) else { return nil }
        return try self.text(value, at: self.place(key))
    }

    package mutating func string(_ key: String) throws(InvalidValue) -> String {
        guard let text = try self.optionalString(key) else { throw InvalidValue("is required", at: self.place(key)) }
        return text
    }

    package mutating func bool(_ key: String, default fallback: Bool) throws(InvalidValue) -> Bool {
        guard let value = self.value(key) else { return fallback }
        guard case .bool(let flag) = value else {
            throw InvalidValue("must be true or false, but is \(value.kind)", at: self.place(key))
        }
        return flag
    }

    package mutating func optionalNumber(_ key: String) throws(InvalidValue) -> Double? {
        guard let value = self.value(key) else { return nil }
        guard case .number(let number) = value else {
            throw InvalidValue("must be a number, but is \(value.kind)", at: self.place(key))
        }
        return number
    }

    package mutating func optionalInteger(_ key: String) throws(InvalidValue) -> Int? {
        guard let number = try self.optionalNumber(key) else { return nil }
        guard let whole = Int(exactly: number), abs(number) < 9e15 else {
            throw InvalidValue("must be a whole number; got \(number)", at: self.place(key))
        }
        return whole
    }

    package mutating func number(_ key: String, default fallback: Double) throws(InvalidValue) -> Double {
        try self.optionalNumber(key) ?? fallback
    }

    package mutating func integer(_ key: String, default fallback: Int) throws(InvalidValue) -> Int {
        try self.optionalInteger(key) ?? fallback
    }

    package mutating func array(_ key: String) throws(InvalidValue) -> [JSONValue]? {
        guard let value = self.value(key) else { return nil }
        guard case .array(let items) = value else {
            throw InvalidValue("must be an array, but is \(value.kind)", at: self.place(key))
        }
        return items
    }

    package mutating func object(_ key: String) throws(InvalidValue) -> JSONReader? {
        guard let value = self.value(key) else { return nil }
        return try JSONReader(value, at: self.place(key))
    }

    package mutating func strings(_ key: String) throws(InvalidValue) -> [String: String] {
        guard let value = self.value(key) else { return [:] }
        guard case .object(let members) = value else {
            throw InvalidValue("must be an object, but is \(value.kind)", at: self.place(key))
        }
        let places = try JSONReader(value, at: self.place(key))
        var texts: [String: String] = [:]
        for (name, item) in members.sorted(by: { $0.key < $1.key }) {
            _ = try self.text(.string(name), at: places.place(name))
            texts[name] = try self.text(item, at: places.place(name))
        }
        return texts
    }

    /// Labels as models and versions carry them: at most 64, keys of 1 to 128 bytes, values of at most 1 024.
    package mutating func labels(_ key: String) throws(InvalidValue) -> [String: String] {
        let labels = try self.strings(key)
        let isSmall = labels.allSatisfy { (1...128).contains($0.key.utf8.count) && $0.value.utf8.count <= 1_024 }
        guard labels.count <= 64, isSmall else {
            throw InvalidValue(
                "at most 64 labels; keys of 1 to 128 bytes, values of at most 1024",
                at: self.place(key)
            )
        }
        return labels
    }

    package mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String,
        default fallback: Value
    ) throws(InvalidValue) -> Value where Value.RawValue == String {
        guard let text = try self.optionalString(key) else { return fallback }
        guard let value = Value(rawValue: text) else {
            let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw InvalidValue("must be one of \(allowed); got '\(text)'", at: self.place(key))
        }
        return value
    }

    /// - Throws: When the object has fields that nothing read: a misspelt field must not be a silent default.
    package func finish() throws(InvalidValue) {
        if let stranger = self.unread.min() { throw InvalidValue("is not a known field", at: self.place(stranger)) }
    }
}
