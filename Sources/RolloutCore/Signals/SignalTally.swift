package import Statistics

/// What was seen of one signal in some time. Rows are counted, not requests: a request may carry many.
package struct SignalTally: Hashable, Sendable {
    package var role: SignalRole
    /// Rows in which the signal was null or absent.
    package var missing: Int64
    /// Rows whose value was of another kind, or not a finite number.
    package var mistyped: Int64
    package var values: SignalValues

    package init(role: SignalRole, missing: Int64 = 0, mistyped: Int64 = 0, values: SignalValues) {
        self.role = role
        self.missing = missing
        self.mistyped = mistyped
        self.values = values
    }

    /// Rows with a value.
    package var present: Int64 { self.values.count }
    package var rows: Int64 { self.missing + self.mistyped + self.present }

    /// Adds what another window or gateway saw; values of another kind than ours count as mistyped. Where one side has none, the
    /// other's kind is taken.
    package mutating func merge(_ other: SignalTally) {
        self.missing += other.missing
        self.mistyped += other.mistyped
        if !self.values.merge(other.values) { self.mistyped += other.values.count }
    }
}

/// The distribution of a signal's values.
package enum SignalValues: Hashable, Sendable {
    case numbers(NumberTally)
    case classes(ClassTally)

    package var count: Int64 {
        switch self {
        case .numbers(let numbers): numbers.counts.total
        case .classes(let classes): classes.total
        }
    }

    /// A side without values takes the other's kind.
    ///
    /// - Returns: false when the other is of another kind or grid and nothing was added.
    package mutating func merge(_ other: SignalValues) -> Bool {
        switch (self, other) {
        case (.numbers(var numbers), .numbers(let more)) where numbers.grid == more.grid:
            numbers.merge(more)
            self = .numbers(numbers)
            return true
        case (.classes(var classes), .classes(let more)):
            classes.merge(more)
            self = .classes(classes)
            return true
        case (.numbers, _), (.classes, _):
            if other.isEmpty { return true }
            guard self.isEmpty else { return false }
            self = other
            return true
        }
    }

    private var isEmpty: Bool {
        switch self {
        case .numbers(let numbers): numbers.counts.isEmpty
        case .classes(let classes): classes.isEmpty
        }
    }
}

/// Numbers in fixed buckets.
package struct NumberTally: Hashable, Sendable {
    package let grid: ValueGrid
    package var counts: SparseCounts
    package var moments: Moments

    package init(grid: ValueGrid, counts: SparseCounts = .init(), moments: Moments = .init()) {
        self.grid = grid
        self.counts = counts
        self.moments = moments
    }

    package mutating func merge(_ other: NumberTally) {
        self.counts.merge(other.counts)
        self.moments.merge(other.moments)
    }
}

/// Words and how often each came; the ones beyond a bound are counted together.
package struct ClassTally: Hashable, Sendable {
    /// How many words are kept apart.
    package static let limit = 200

    package private(set) var counts: [String: Int64]
    /// Rows with other words.
    package private(set) var other: Int64

    package init(counts: [String: Int64] = [:], other: Int64 = 0) {
        self.counts = [:]
        self.other = other
        for (word, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            self.add(word, count: count)
        }
    }

    package var total: Int64 { self.counts.values.reduce(self.other, +) }
    package var isEmpty: Bool { self.counts.isEmpty && self.other == 0 }

    package mutating func add(_ word: String, count: Int64 = 1) {
        if self.counts[word] == nil, self.counts.count == Self.limit {
            self.other += count
        } else {
            self.counts[word, default: 0] += count
        }
    }

    package mutating func merge(_ more: ClassTally) {
        for (word, count) in more.counts.sorted(by: { $0.key < $1.key }) { self.add(word, count: count) }
        self.other += more.other
    }
}
