package import RolloutCore

/// One stratum of a rollout's evidence.
package struct StratumResponse: Codable, Equatable, Sendable {
    package struct CohortCounts: Codable, Equatable, Sendable {
        package let outcomes: OutcomeCounts
        package let meanLatencyMilliseconds: Double?
        package let latencyBuckets: [Int]
        package let latencyCounts: [Int64]
    }

    package let tick: Int64
    package let intervalStart: Timestamp
    package let generation: Int64
    package let canaryWeight: Weight
    package let droppedRequests: Int64
    package let canary: CohortCounts
    package let stable: CohortCounts
}
