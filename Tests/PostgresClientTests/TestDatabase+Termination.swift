import PostgresClient
import TestSupport

extension TestDatabase {
    private static let termination = PostgresStatement("terminate", "SELECT pg_terminate_backend($1, 5000) AS done")

    /// Ends a session from outside and waits until its process is gone.
    static func terminate(_ process: Int32, url: String) throws {
        try PostgresConnection(PostgresConfiguration(url: url)).query(termination, [.int32(process)])
    }

    static func terminate(_ process: Int32, pool: PostgresPool) throws {
        _ = try pool.withConnection { try $0.query(termination, [.int32(process)]) }
    }
}
