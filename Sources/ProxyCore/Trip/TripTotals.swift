import RolloutCore

/// What a gateway has counted of one rollout since it began to route it, all loops together: only differences mean something.
package struct TripTotals: Equatable, Sendable {
    /// Requests that ended in each way, at the place of the outcome's number.
    package typealias Counts = SIMD16<Int64>

    package var canary: Counts
    /// Of every other cohort.
    package var stable: Counts

    package init(canary: Counts = .zero, stable: Counts = .zero) {
        self.canary = canary
        self.stable = stable
    }

    static func - (a: Self, b: Self) -> TripTotals {
        TripTotals(canary: a.canary &- b.canary, stable: a.stable &- b.stable)
    }

    // What the words mean is said once, in `OutcomeCounts`; here they are sums that allocate nothing.
    private static let asked = Self.share { $0.asked }
    private static let unserved = Self.share { $0.unserved }

    private static func share(_ measure: (OutcomeCounts) -> Int64) -> Counts {
        Outcome.allCases.reduce(into: .zero) { shares, outcome in
            var one = OutcomeCounts()
            one[outcome] = 1
            shares[outcome.rawValue] = measure(one)
        }
    }

    var canaryAsked: Int64 { (self.canary &* Self.asked).wrappedSum() }
    var canaryUnserved: Int64 { (self.canary &* Self.unserved).wrappedSum() }

    static func outcomes(_ counts: Counts) -> OutcomeCounts {
        Outcome.allCases.reduce(into: OutcomeCounts()) { $0[$1] = counts[$1.rawValue] }
    }
}
