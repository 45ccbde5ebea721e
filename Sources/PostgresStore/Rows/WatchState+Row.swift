import PostgresClient
import RolloutCore
import RolloutEngine

extension WatchState {
    init(row: PostgresRow) throws {
        self.init(
            version: try row.decode("version", as: String?.self).map { try VersionName($0) },
            startedAt: try row.timestamp("started_at"),
            rolledThrough: try row.timestamp("rolled_through"),
            // A state that an earlier release wrote and this one can't read begins anew: it is what minutes come to.
            watch: try row.decode("state", as: String?.self).flatMap { try? StoredJSON.decode($0) },
            revision: try row.decode("revision")
        )
    }
}
