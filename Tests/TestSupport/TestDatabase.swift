package import PostgresClient
import Synchronization

/// Databases of a real PostgreSQL for tests, each test its own.
///
/// One server serves the whole test process: the one that `SERIN_TEST_DATABASE_URL` names, else an embedded one in a
/// temporary directory, started when the first test needs it and removed when the process ends.
package enum TestDatabase {
    private static let counter = Mutex(0)

    /// Creates a database, passes its connection string on, and drops it.
    package static func withDatabase<Result>(_ body: (_ url: String) throws -> Result) throws -> Result {
        let name = try create()
        defer { drop(name) }
        return try body(try TestServer.shared.get().url(database: name))
    }

    /// The same for tests that wait asynchronously; calls into the database block their thread even there.
    package static func withDatabase<Result>(_ body: (_ url: String) async throws -> Result) async throws -> Result {
        let name = try create()
        defer { drop(name) }
        return try await body(try TestServer.shared.get().url(database: name))
    }

    /// A pool on a database of its own.
    package static func withPool<Result>(
        maximum: Int = 4,
        waitLimit: Duration = .seconds(5),
        _ body: (PostgresPool) throws -> Result
    ) throws -> Result {
        try withDatabase { url in
            let pool = PostgresPool(
                name: "test",
                configuration: PostgresConfiguration(url: url),
                maximum: maximum,
                waitLimit: waitLimit
            )
            defer { pool.close() }
            return try body(pool)
        }
    }

    /// A connection to a database of its own.
    package static func withConnection<Result>(_ body: (PostgresConnection) throws -> Result) throws -> Result {
        try withDatabase { url in
            try body(try PostgresConnection(PostgresConfiguration(url: url)))
        }
    }

    private static func create() throws -> String {
        let number = counter.withLock { counter in
            counter += 1
            return counter
        }
        let name = "serin_test_\(TestServer.processNumber)_\(number)"
        try TestServer.shared.get().administration.withConnection { administrator in
            // The name may be left from a killed test process that had the same number.
            try administrator.execute(script: "DROP DATABASE IF EXISTS \(PostgresIdentifier(name)) WITH (FORCE)")
            // Copying files costs a quarter of copying through the write-ahead log.
            try administrator.execute(script: "CREATE DATABASE \(PostgresIdentifier(name)) STRATEGY file_copy")
        }
        return name
    }

    /// A database that can't be dropped harms nobody: it goes with its server.
    private static func drop(_ name: String) {
        try? TestServer.shared.get().administration.withConnection { administrator in
            try administrator.execute(script: "DROP DATABASE IF EXISTS \(PostgresIdentifier(name)) WITH (FORCE)")
        }
    }
}
