package import RolloutCore
package import Statistics

/// One stratum of a rollout's evidence, whole: what the judge folds can be had back from it exactly.
package struct StratumResponse: Codable, Equatable, Sendable {
    package struct CohortCounts: Codable, Equatable, Sendable {
        /// Requests routed to the cohort; more than ended where some are still running.
        package let assigned: Int64
        package let outcomes: OutcomeCounts
        package let connectFailureRun: Int64
        /// Derived from `latency`, for people.
        package let meanLatencyMilliseconds: Double?
        package let latency: LatencyHistogram
        /// Signals, payloads, labels, upstreams and parts of the latency; what is empty is left out.
        package let detail: CohortDetail
    }

    package let tick: Int64
    package let intervalStart: Timestamp
    package let generation: Int64
    package let canaryWeight: Weight
    /// Absent without a baseline.
    package let baselineWeight: Weight?
    package let droppedRequests: Int64
    package let canary: CohortCounts
    /// What the canary is compared with: the baseline, where there is one.
    package let stable: CohortCounts
    /// Stable's requests beside the baseline; absent without one.
    package let rest: StableRest?
    /// What other systems told, by the name of the check that asked; absent when none did.
    package let readings: [String: ExternalReading]?
}
