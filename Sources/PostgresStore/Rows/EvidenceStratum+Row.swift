import PostgresClient
import RolloutCore
import Statistics

extension EvidenceStratum {
    func parameters(rollout: RolloutID) -> [PostgresParameter] {
        [
            .int64(rollout.number), .int64(self.tick), self.intervalStart.parameter, .int64(self.generation),
            .int32(Int32(self.canaryWeight.basisPoints)), .int64(self.droppedRequests),
        ] + Self.parameters(self.canary) + Self.parameters(self.stable)
    }

    private static func parameters(_ tally: CohortTally) -> [PostgresParameter] {
        let filled = tally.latency.nonEmpty
        return [
            .int64(tally.assigned), .int64Array(tally.outcomes.ordered), .int64(tally.connectFailureRun),
            .int32Array(filled.map { Int32($0.bucket) }), .int64Array(filled.map(\.count)),
            .int64(tally.latency.sumMicroseconds),
        ]
    }

    init(row: PostgresRow) throws {
        self.init(
            tick: try row.decode("tick"),
            intervalStart: try row.timestamp("interval_start"),
            generation: try row.decode("generation"),
            canaryWeight: try Weight(basisPoints: row.decode("canary_weight_bp", as: Int.self)),
            canary: try Self.tally(row, "canary"),
            stable: try Self.tally(row, "stable"),
            droppedRequests: try row.decode("dropped_requests")
        )
    }

    private static func tally(_ row: PostgresRow, _ cohort: String) throws -> CohortTally {
        return CohortTally(
            outcomes: OutcomeCounts(ordered: try row.decode(cohort + "_outcomes", as: [Int64].self)),
            latency: try LatencyHistogram(row: row, columns: cohort + "_latency"),
            connectFailureRun: try row.decode(cohort + "_connect_failure_run"),
            assigned: try row.decode(cohort + "_assigned")
        )
    }
}
