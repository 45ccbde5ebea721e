import Statistics

/// What mirrored requests came to since the warm-up.
package struct MirrorAssessment: Hashable, Sendable, Codable {
    /// Requests whose end is known on both sides.
    package let pairs: Int64
    /// Pairs by which side of them failed; a client that left before stable answered, when the canary had, was failed by stable.
    package let canaryFailedAlone: Int64
    package let stableFailedAlone: Int64
    package let bothFailed: Int64
    /// Copies that say nothing, mostly because the client left.
    package let abandoned: Int64
    /// Requests that were drawn for a copy and got none.
    package let dropped: Int64
    /// Both sides of the pairs. Latencies are for show: the canary is asked after stable, and nobody waits for it.
    package let canary: CohortNumbers
    package let stable: CohortNumbers

    package init(_ tally: PairTally) {
        let failures = tally.outcomes.failures
        self.pairs = failures.total
        self.canaryFailedAlone = failures.canaryOnly
        self.stableFailedAlone = failures.stableOnly
        self.bothFailed = failures.both
        self.abandoned = tally.abandoned
        self.dropped = tally.dropped
        self.canary = CohortNumbers(CohortTally(outcomes: tally.outcomes.canary, latency: tally.canaryLatency))
        self.stable = CohortNumbers(CohortTally(outcomes: tally.outcomes.stable, latency: tally.stableLatency))
    }
}
