import PostgresClient
import RolloutCore

extension Salt {
    /// The columns `PREFIX_high` and `PREFIX_low`.
    init(row: PostgresRow, columns prefix: String) throws {
        self.init(
            high: UInt64(bitPattern: try row.decode(prefix + "_high", as: Int64.self)),
            low: UInt64(bitPattern: try row.decode(prefix + "_low", as: Int64.self))
        )
    }
}
