package import RolloutCore
import Statistics

extension StratumResponse {
    package init(_ stratum: EvidenceStratum) {
        self.init(
            tick: stratum.tick,
            intervalStart: stratum.intervalStart,
            generation: stratum.generation,
            canaryWeight: stratum.canaryWeight,
            droppedRequests: stratum.droppedRequests,
            canary: CohortCounts(stratum.canary),
            stable: CohortCounts(stratum.stable)
        )
    }
}

extension StratumResponse.CohortCounts {
    fileprivate init(_ tally: CohortTally) {
        let filled = tally.latency.nonEmpty
        self.init(
            outcomes: tally.outcomes,
            meanLatencyMilliseconds: tally.latency.mean.map { $0 / 1_000 },
            latencyBuckets: filled.map(\.bucket),
            latencyCounts: filled.map(\.count)
        )
    }
}
