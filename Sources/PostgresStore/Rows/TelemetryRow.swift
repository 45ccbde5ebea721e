import PostgresClient
import RolloutCore
import Statistics

extension OutcomeCounts {
    /// The columns named after the outcomes.
    init(row: PostgresRow) throws {
        self.init()
        for outcome in Outcome.allCases { self[outcome] = try row.decode(outcome.name, as: Int64.self) }
    }
}

extension CohortTally {
    init(row: PostgresRow) throws {
        self.init(
            outcomes: try OutcomeCounts(row: row),
            latency: try LatencyHistogram(row: row, columns: "latency"),
            connectFailureRun: try row.decode("connect_failure_run"),
            assigned: try row.decode("assigned"),
            detail: try CohortDetail(row: row, column: "detail")
        )
    }
}

extension TelemetryCell {
    func parameters(of window: TelemetryWindow) throws -> [PostgresParameter] {
        let filled = self.tally.latency.nonEmpty
        return [
            .text(window.replica), .int64(window.sequence), .text(self.key.model.text), .text(self.key.version.text),
            .text(self.key.cohort.rawValue), .optional(self.key.rollout?.number), .int64(self.key.generation),
            window.start.parameter,
            .int64(window.droppedRequests), .int64(self.tally.assigned),
        ]
            + Outcome.allCases.map { .int64(self.tally.outcomes[$0]) } + [
                .int64(self.tally.connectFailureRun), .int32Array(filled.map { Int32($0.bucket) }),
                .int64Array(filled.map(\.count)),
                .int64(self.tally.latency.sumMicroseconds), try self.tally.detail.parameter,
            ]
    }
}
