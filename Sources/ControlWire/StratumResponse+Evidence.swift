package import RolloutCore
import Statistics

extension StratumResponse {
    package init(_ stratum: EvidenceStratum) {
        self.init(
            tick: stratum.tick,
            intervalStart: stratum.intervalStart,
            generation: stratum.generation,
            canaryWeight: stratum.canaryWeight,
            baselineWeight: stratum.baselineWeight > .zero ? stratum.baselineWeight : nil,
            droppedRequests: stratum.droppedRequests,
            canary: CohortCounts(stratum.canary),
            stable: CohortCounts(stratum.stable),
            rest: stratum.rest,
            readings: stratum.readings.isEmpty ? nil : stratum.readings
        )
    }
}

extension StratumResponse.CohortCounts {
    fileprivate init(_ tally: CohortTally) {
        self.init(
            assigned: tally.assigned,
            outcomes: tally.outcomes,
            connectFailureRun: tally.connectFailureRun,
            meanLatencyMilliseconds: tally.latency.mean.map { $0 / 1_000 },
            latency: tally.latency,
            detail: tally.detail
        )
    }

    fileprivate var tally: CohortTally {
        CohortTally(
            outcomes: self.outcomes,
            latency: self.latency,
            connectFailureRun: self.connectFailureRun,
            assigned: self.assigned,
            detail: self.detail
        )
    }
}

extension EvidenceStratum {
    /// What the service judged, from what it told.
    package init(_ response: StratumResponse) {
        self.init(
            tick: response.tick,
            intervalStart: response.intervalStart,
            generation: response.generation,
            canaryWeight: response.canaryWeight,
            baselineWeight: response.baselineWeight ?? .zero,
            canary: response.canary.tally,
            stable: response.stable.tally,
            rest: response.rest,
            droppedRequests: response.droppedRequests,
            readings: response.readings ?? [:]
        )
    }
}
