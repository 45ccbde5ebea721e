import PostgresClient
import RolloutCore

extension CohortDetail {
    /// NULL when there is nothing to tell.
    var parameter: PostgresParameter {
        get throws { self.isEmpty ? .null : try StoredJSON.parameter(self) }
    }

    init(row: PostgresRow, column: String) throws {
        let text: String? = try row.decode(column)
        self = try text.map { try StoredJSON.decode($0) } ?? CohortDetail()
    }
}
