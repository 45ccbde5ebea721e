import PostgresClient
import RolloutCore
import Statistics

extension CohortTally {
    /// The columns of a tally whose outcomes stand in one array; the detail isn't among them.
    var countParameters: [PostgresParameter] {
        let filled = self.latency.nonEmpty
        return [
            .int64(self.assigned), .int64Array(self.outcomes.ordered), .int64(self.connectFailureRun),
            .int32Array(filled.map { Int32($0.bucket) }), .int64Array(filled.map(\.count)),
            .int64(self.latency.sumMicroseconds),
        ]
    }

    /// - Parameter prefix: Of the columns' names: `canary_`, `stable_` or nothing.
    init(counts row: PostgresRow, prefix: String) throws {
        self.init(
            outcomes: OutcomeCounts(ordered: try row.decode(prefix + "outcomes", as: [Int64].self)),
            latency: try LatencyHistogram(row: row, columns: prefix + "latency"),
            connectFailureRun: try row.decode(prefix + "connect_failure_run"),
            assigned: try row.decode(prefix + "assigned"),
            detail: try CohortDetail(row: row, column: prefix + "detail")
        )
    }
}
