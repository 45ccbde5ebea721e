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
///
/// Which words are kept apart is for their hashes to say, not for when or how often they came: two cohorts of unequal size then leave
/// out the same ones, and whatever is kept was counted in full.
package struct ClassTally: Hashable, Sendable {
    /// How many words are kept apart.
    package static let limit = 200

    package private(set) var counts: [String: Int64]
    /// Rows with other words.
    package private(set) var other: Int64

    package init(counts: [String: Int64] = [:], other: Int64 = 0) {
        self.counts = counts
        self.other = other
        self.trim()
    }

    package var total: Int64 { self.counts.values.reduce(self.other, +) }
    package var isEmpty: Bool { self.counts.isEmpty && self.other == 0 }

    package mutating func add(_ word: String, count: Int64 = 1) {
        self.counts[word, default: 0] += count
        if self.counts.count > Self.limit { self.trim() }
    }

    package mutating func merge(_ more: ClassTally) {
        self.counts.merge(more.counts, uniquingKeysWith: +)
        self.other += more.other
        self.trim()
    }

    /// Keeps the words of the lowest ranks.
    private mutating func trim() {
        guard self.counts.count > Self.limit else { return }
        let ranked = self.counts.map { (rank: Self.rank(of: $0.key.utf8), word: $0.key, count: $0.value) }
            .sorted { ($0.rank, $0.word) < ($1.rank, $1.word) }
        for left in ranked[Self.limit...] {
            self.other += left.count
            self.counts[left.word] = nil
        }
    }

    /// Words of higher ranks may be among the others; none is where there was room for all.
    package var highestFullRank: UInt64 {
        guard self.other > 0, self.counts.count >= Self.limit else { return .max }
        return self.counts.keys.reduce(0) { max($0, Self.rank(of: $1.utf8)) }
    }

    /// FNV-1a, whose low bits are made of all of them at the end.
    package static func rank(of word: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash ^ hash >> 32
    }
}
