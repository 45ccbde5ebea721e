package import Statistics

/// What stable did beside the baseline: shown, and held against the split and stable's own guard, but not compared with the canary.
package struct StableRest: Hashable, Sendable, Codable {
    package var assigned: Int64
    package var outcomes: OutcomeCounts
    package var latency: LatencyHistogram

    package init(assigned: Int64 = 0, outcomes: OutcomeCounts = .init(), latency: LatencyHistogram = .init()) {
        self.assigned = assigned
        self.outcomes = outcomes
        self.latency = latency
    }

    package mutating func merge(_ other: StableRest) {
        self.assigned += other.assigned
        self.outcomes.merge(other.outcomes)
        self.latency.merge(other.latency)
    }

    /// Takes in requests of stable.
    package mutating func merge(_ tally: CohortTally) {
        self.assigned += tally.assigned
        self.outcomes.merge(tally.outcomes)
        self.latency.merge(tally.latency)
    }

    package var tally: CohortTally {
        CohortTally(outcomes: self.outcomes, latency: self.latency, assigned: self.assigned)
    }
}
