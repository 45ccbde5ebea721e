import PostgresClient
import RolloutCore
import Statistics

extension EvidenceStratum {
    func parameters(rollout: RolloutID) throws -> [PostgresParameter] {
        [
            .int64(rollout.number), .int64(self.tick), self.intervalStart.parameter, .int64(self.generation),
            .int32(Int32(self.canaryWeight.basisPoints)), .int64(self.droppedRequests),
        ] + self.canary.countParameters + self.stable.countParameters + [
            try self.canary.detail.parameter, try self.stable.detail.parameter,
            self.readings.isEmpty ? .null : try StoredJSON.parameter(self.readings),
            .int32(Int32(self.baselineWeight.basisPoints)),
            try self.rest.map { try StoredJSON.parameter($0) } ?? .null,
        ]
    }

    init(row: PostgresRow) throws {
        self.init(
            tick: try row.decode("tick"),
            intervalStart: try row.timestamp("interval_start"),
            generation: try row.decode("generation"),
            canaryWeight: try row.weight("canary_weight_bp"),
            baselineWeight: try row.weight("baseline_weight_bp"),
            canary: try CohortTally(counts: row, prefix: "canary_"),
            stable: try CohortTally(counts: row, prefix: "stable_"),
            rest: try row.decode("rest", as: String?.self).map { try StoredJSON.decode($0) },
            droppedRequests: try row.decode("dropped_requests"),
            readings: try row.decode("readings", as: String?.self).map { try StoredJSON.decode($0) } ?? [:]
        )
    }
}
