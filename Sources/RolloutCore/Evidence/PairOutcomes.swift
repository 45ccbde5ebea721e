/// How many mirrored requests ended in each way at stable and at the canary.
package struct PairOutcomes: Hashable, Sendable {
    private static let kinds = Outcome.allCases.count

    /// A row for each outcome of stable; in it a count for each outcome of the canary.
    private var counts: [Int64]

    package init() { self.counts = Array(repeating: 0, count: Self.kinds * Self.kinds) }

    package subscript(stable stable: Outcome, canary canary: Outcome) -> Int64 {
        get { self.counts[stable.rawValue * Self.kinds + canary.rawValue] }
        set { self.counts[stable.rawValue * Self.kinds + canary.rawValue] = newValue }
    }

    package mutating func merge(_ other: PairOutcomes) {
        for index in self.counts.indices { self.counts[index] += other.counts[index] }
    }

    package var total: Int64 { self.counts.reduce(0, +) }

    /// How the canary's half of all pairs ended.
    package var canary: OutcomeCounts {
        self.sum { _, canary in canary }
    }

    /// How stable's half of all pairs ended.
    package var stable: OutcomeCounts {
        self.sum { stable, _ in stable }
    }

    private func sum(by side: (_ stable: Outcome, _ canary: Outcome) -> Outcome) -> OutcomeCounts {
        var sum = OutcomeCounts()
        for stable in Outcome.allCases {
            for canary in Outcome.allCases { sum[side(stable, canary)] += self[stable: stable, canary: canary] }
        }
        return sum
    }

    /// Pairs by which sides of them failed.
    package var failures: PairFailures {
        var failures = PairFailures()
        for stable in Outcome.allCases {
            for canary in Outcome.allCases {
                let count = self[stable: stable, canary: canary]
                // A client that left before stable answered was failed by stable; whatever else it did, this pair says so.
                failures.add(
                    count,
                    canaryFailed: canary.isError,
                    stableFailed: stable.isError || stable == .clientAborted
                )
            }
        }
        return failures
    }
}

/// Pairs, by which sides of them failed.
package struct PairFailures: Hashable, Sendable {
    package private(set) var neither: Int64 = 0
    package private(set) var canaryOnly: Int64 = 0
    package private(set) var stableOnly: Int64 = 0
    package private(set) var both: Int64 = 0

    package var total: Int64 { self.neither + self.canaryOnly + self.stableOnly + self.both }

    fileprivate mutating func add(_ count: Int64, canaryFailed: Bool, stableFailed: Bool) {
        switch (canaryFailed, stableFailed) {
        case (false, false): self.neither += count
        case (true, false): self.canaryOnly += count
        case (false, true): self.stableOnly += count
        case (true, true): self.both += count
        }
    }

    package mutating func merge(_ other: PairFailures) {
        self.neither += other.neither
        self.canaryOnly += other.canaryOnly
        self.stableOnly += other.stableOnly
        self.both += other.both
    }
}

/// `{"success": {"success": 90, "timeout": 2}}`: by the outcome of stable, then by that of the canary; what never happened is left out.
extension PairOutcomes: Codable {
    package init(from decoder: any Decoder) throws {
        self.init()
        let rows = try decoder.singleValueContainer().decode([String: OutcomeCounts].self)
        for stable in Outcome.allCases {
            guard let row = rows[stable.name] else { continue }
            for canary in Outcome.allCases { self[stable: stable, canary: canary] = row[canary] }
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var rows: [String: [String: Int64]] = [:]
        for stable in Outcome.allCases {
            for canary in Outcome.allCases where self[stable: stable, canary: canary] != 0 {
                rows[stable.name, default: [:]][canary.name] = self[stable: stable, canary: canary]
            }
        }
        var container = encoder.singleValueContainer()
        try container.encode(rows)
    }
}
