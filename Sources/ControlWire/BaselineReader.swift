package import RolloutCore
import Statistics

/// Reads a baseline as the API shows it.
package enum BaselineReader {
    /// Signals of a baseline.
    package static let signalLimit = 512

    package static func read(_ document: JSONValue) throws(InvalidValue) -> Baseline {
        var reader = try JSONReader(document)
        let origin = try reader.string("origin")
        guard (1...256).contains(origin.utf8.count) else { throw InvalidValue("has 1 to 256 bytes", at: "/origin") }
        guard case .object(let members)? = reader.value("signals") else {
            throw InvalidValue("is required: an object of signals by their names", at: "/signals")
        }
        try reader.finish()
        guard (1...self.signalLimit).contains(members.count) else {
            throw InvalidValue("must have 1 to \(self.signalLimit) signals", at: "/signals")
        }
        let places = try JSONReader(.object(members), at: "/signals")
        var signals: [SignalName: BaselineSignal] = [:]
        for (text, value) in members.sorted(by: { $0.key < $1.key }) {
            let place = places.place(text)
            do { signals[try SignalName(text)] = try self.signal(value, at: place) } catch {
                throw error.pointer.isEmpty ? InvalidValue(error.message, at: place) : error
            }
        }
        return Baseline(signals: signals, origin: origin)
    }

    private static func signal(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> BaselineSignal {
        var reader = try JSONReader(value, at: pointer)
        let tally = try reader.value("tally").map { value throws(InvalidValue) in
            try self.tally(value, at: reader.place("tally"))
        }
        let constraint = try reader.value("constraint").map { value throws(InvalidValue) in
            try self.constraint(value, at: reader.place("constraint"))
        }
        let edges = try self.edges(&reader)
        try reader.finish()
        guard tally != nil || constraint != nil else {
            throw InvalidValue("has a tally, a constraint or both", at: pointer)
        }
        return BaselineSignal(tally: tally, constraint: constraint ?? SignalConstraint(), edges: edges)
    }

    private static func edges(_ reader: inout JSONReader) throws(InvalidValue) -> [Double]? {
        guard let items = try reader.array("edges") else { return nil }
        var edges: [Double] = []
        for (index, item) in items.enumerated() {
            guard case .number(let edge) = item, edge.isFinite, edges.last.map({ $0 <= edge }) ?? true else {
                throw InvalidValue(
                    "must be a finite number, not below the one before",
                    at: "\(reader.place("edges"))/\(index)"
                )
            }
            edges.append(edge)
        }
        return edges
    }

    // MARK: Tallies

    private static func tally(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> SignalTally {
        var reader = try JSONReader(value, at: pointer)
        let role: SignalRole = try reader.choice("role", default: .feature)
        let missing = try self.count("missing", &reader)
        let mistyped = try self.count("mistyped", &reader)
        let numbers = try reader.object("numbers")
        let classes = try reader.object("classes")
        try reader.finish()
        let values: SignalValues
        switch (numbers, classes) {
        case (let numbers?, nil): values = .numbers(try self.numbers(numbers, at: reader.place("numbers")))
        case (nil, let classes?): values = .classes(try self.classes(classes, at: reader.place("classes")))
        case (nil, nil), (.some, .some): throw InvalidValue("has either numbers or classes", at: pointer)
        }
        guard SparseCounts.isCountable([missing, mistyped, values.count]) else { throw self.tooMany(at: pointer) }
        return SignalTally(role: role, missing: missing, mistyped: mistyped, values: values)
    }

    private static func numbers(_ reader: JSONReader, at pointer: String) throws(InvalidValue) -> NumberTally {
        var reader = reader
        let grid: ValueGrid = try reader.choice("grid", default: .number)
        var counts = SparseCounts()
        if var inner = try reader.object("counts") {
            counts = try self.buckets(of: grid, &inner)
            try inner.finish()
        }
        var moments = Moments()
        if var inner = try reader.object("moments") {
            let count = try self.count("count", &inner)
            let mean = try inner.number("mean", default: 0)
            let squares = try inner.number("squaredDeviations", default: 0)
            try inner.finish()
            guard mean.isFinite else { throw InvalidValue("must be finite", at: inner.place("mean")) }
            guard squares >= 0, squares.isFinite else {
                throw InvalidValue("must be finite and not negative", at: inner.place("squaredDeviations"))
            }
            moments = Moments(count: count, mean: mean, squaredDeviations: squares)
        }
        try reader.finish()
        return NumberTally(grid: grid, counts: counts, moments: moments)
    }

    private static func buckets(of grid: ValueGrid, _ reader: inout JSONReader) throws(InvalidValue) -> SparseCounts {
        let buckets = try self.integers("buckets", &reader)
        let counts = try self.integers("counts", &reader).map { Int64($0) }
        guard buckets.count == counts.count else {
            throw InvalidValue("must be as many as the buckets, \(buckets.count)", at: reader.place("counts"))
        }
        if let index = buckets.firstIndex(where: { !grid.buckets.contains(Int32(clamping: $0)) }) {
            throw InvalidValue(
                "must be a bucket of the grid, \(grid.buckets.lowerBound) to \(grid.buckets.upperBound); got \(buckets[index])",
                at: "\(reader.place("buckets"))/\(index)"
            )
        }
        if let index = counts.firstIndex(where: { $0 < 0 }) {
            throw InvalidValue(
                "is a count, 0 or more; got \(counts[index])",
                at: "\(reader.place("counts"))/\(index)"
            )
        }
        guard SparseCounts.isCountable(counts) else { throw self.tooMany(at: reader.place("counts")) }
        return SparseCounts(zip(buckets, counts).map { (bucket: Int32($0), count: $1) })
    }

    private static func classes(_ reader: JSONReader, at pointer: String) throws(InvalidValue) -> ClassTally {
        var reader = reader
        var counts: [String: Int64] = [:]
        if case .object(let members)? = reader.value("counts") {
            var inner = try JSONReader(.object(members), at: reader.place("counts"))
            for word in members.keys.sorted() {
                guard !word.utf8.contains(0) else {
                    throw InvalidValue("must not hold the character U+0000", at: inner.place(word))
                }
                counts[word] = try self.count(word, &inner)
            }
        }
        let other = try self.count("other", &reader)
        try reader.finish()
        guard SparseCounts.isCountable(counts.values + [other]) else { throw self.tooMany(at: pointer) }
        return ClassTally(counts: counts, other: other)
    }

    private static func tooMany(at pointer: String) -> InvalidValue {
        InvalidValue("the counts add up to more than \(SparseCounts.totalLimit)", at: pointer)
    }

    private static func count(_ key: String, _ reader: inout JSONReader) throws(InvalidValue) -> Int64 {
        let count = try reader.integer(key, default: 0)
        guard count >= 0 else { throw InvalidValue("is a count, 0 or more; got \(count)", at: reader.place(key)) }
        return Int64(count)
    }

    private static func integers(_ key: String, _ reader: inout JSONReader) throws(InvalidValue) -> [Int] {
        var numbers: [Int] = []
        for (index, item) in (try reader.array(key) ?? []).enumerated() {
            guard case .number(let number) = item, let whole = Int(exactly: number), abs(number) < 9e15 else {
                throw InvalidValue("must be a whole number", at: "\(reader.place(key))/\(index)")
            }
            numbers.append(whole)
        }
        return numbers
    }

    // MARK: Constraints

    private static func constraint(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> SignalConstraint {
        var reader = try JSONReader(value, at: pointer)
        var constraint = SignalConstraint()
        if reader.value("kind") != nil { constraint.kind = try reader.choice("kind", default: .number) }
        constraint.completeness = try self.share("completeness", &reader)
        constraint.minimum = try reader.optionalNumber("minimum")
        constraint.maximum = try reader.optionalNumber("maximum")
        if let words = try reader.array("domain") {
            var domain: [String] = []
            for (index, item) in words.enumerated() {
                guard case .string(let word) = item, !word.utf8.contains(0) else {
                    throw InvalidValue("must be a string", at: "\(reader.place("domain"))/\(index)")
                }
                domain.append(word)
            }
            constraint.domain = domain
        }
        constraint.unseenShare = try self.share("unseenShare", &reader)
        constraint.driftThreshold = try self.share("driftThreshold", &reader)
        try reader.finish()
        if let minimum = constraint.minimum, let maximum = constraint.maximum, minimum > maximum {
            throw InvalidValue("is above the maximum", at: reader.place("minimum"))
        }
        return constraint
    }

    private static func share(_ key: String, _ reader: inout JSONReader) throws(InvalidValue) -> Double? {
        guard let share = try reader.optionalNumber(key) else { return nil }
        guard (0...1).contains(share) else { throw InvalidValue("must be 0 to 1; got \(share)", at: reader.place(key)) }
        return share
    }
}
