import Dispatch
import EmbeddedPostgres
import Foundation
import Glibc
import Logging
import PostgresClient
import Testing

@Suite("An embedded PostgreSQL")
struct EmbeddedPostgresTests {
    private static let count = PostgresStatement("count_rows", "SELECT count(*) AS value FROM rows")

    @Test("makes its cluster, serves, stops, and has everything when it is started again")
    func lifeCycle() throws {
        try TemporaryDirectory.use { parent in
            let configuration = EmbeddedPostgresConfiguration(directory: "\(parent)/not/yet there/db")
            let first = try Self.start(configuration)
            let session = try PostgresConnection(PostgresConfiguration(url: first.url))
            try session.execute(script: "CREATE TABLE rows (id bigint); INSERT INTO rows VALUES (1), (2)")
            let settings = PostgresStatement(
                "settings",
                """
                SELECT current_setting('listen_addresses') AS a, current_setting('data_checksums') AS b,
                    current_setting('server_encoding') AS c, current_setting('fsync') AS d
                """
            )
            let row = try session.query(settings).exactlyOne()
            let values = try ["a", "b", "c", "d"].map { try row.decode($0, as: String.self) }
            #expect(values == ["", "on", "UTF8", "on"])
            session.close()
            let process = try #require(first.processIdentifier)
            first.stop()
            first.stop()
            #expect(first.processIdentifier == nil)
            #expect(kill(process, 0) != 0)

            let second = try Self.start(configuration)
            defer { second.stop() }
            #expect(try Self.rowCount(second.url) == 2)
            #expect(second.url == first.url)
        }
    }

    @Test("runs as an unprivileged user, with its socket closed to others")
    func privileges() throws {
        try TemporaryDirectory.use { parent in
            let server = try Self.start(Self.preparedConfiguration(directory: parent + "/db"))
            defer { server.stop() }
            let process = try #require(server.processIdentifier)
            let attributes = try FileManager.default.attributesOfItem(atPath: "/proc/\(process)")
            #expect((attributes[.ownerAccountID] as? NSNumber)?.intValue != 0)
            for folder in ["cluster", "socket"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(parent)/db/\(folder)")
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o700)
            }
        }
    }

    @Test("puts its socket elsewhere when the path of its directory is too long for one")
    func longPath() throws {
        try TemporaryDirectory.use { parent in
            let deep = parent + "/" + String(repeating: "d", count: 120)
            let server = try Self.start(Self.preparedConfiguration(directory: deep))
            #expect(server.url.hasPrefix("host='/tmp/serin-"))
            let session = try PostgresConnection(PostgresConfiguration(url: server.url))
            try session.execute(script: "SELECT 1")
            let socketDirectory = server.url.split(separator: "'")[1]
            server.stop()
            #expect(!FileManager.default.fileExists(atPath: String(socketDirectory)))
        }
    }

    @Test("is restarted when its server is killed, and keeps what was committed")
    func serverKilled() throws {
        try TemporaryDirectory.use { parent in
            let server = try Self.start(Self.preparedConfiguration(directory: parent + "/db"))
            defer { server.stop() }
            let pool = PostgresPool(name: "test", configuration: PostgresConfiguration(url: server.url), maximum: 2)
            defer { pool.close() }
            try pool.withConnection { try $0.execute(script: "CREATE TABLE rows (id bigint)") }
            for round in 1...2 {
                try pool.transaction { try $0.execute(script: "INSERT INTO rows VALUES (\(round))") }
                let process = try #require(server.processIdentifier)
                try #require(kill(process, SIGKILL) == 0)
                try eventually("restarted") {
                    guard let now = server.processIdentifier else { return false }
                    return now != process
                }
                #expect(server.restarts == round)
                let rows = try Self.rowCount(server.url)
                #expect(rows == round)
            }
        }
    }

    @Test("takes over from a serin that was killed")
    func parentKilled() throws {
        try TemporaryDirectory.use { parent in
            let configuration = try Self.preparedConfiguration(directory: parent + "/db")
            let first = try Self.start(configuration)
            let writer = try PostgresConnection(PostgresConfiguration(url: first.url))
            try writer.execute(script: "CREATE TABLE rows (id bigint); INSERT INTO rows VALUES (1)")
            writer.close()
            first.stop()

            let orphan = try OrphanServer(cluster: configuration.directory + "/cluster")
            try eventually("orphan serves") { (try? Self.rowCount(first.url)) == 1 }
            // A stalled session holds the orphan's shutdown up beyond the start of its successor.
            let stalled = try PostgresConnection(PostgresConfiguration(url: first.url))
            try stalled.execute(script: "BEGIN; INSERT INTO rows VALUES (2)")
            let session = stalled.serverProcess
            try #require(kill(session, SIGSTOP) == 0)
            orphan.killParent()
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(700)) { kill(session, SIGCONT) }

            let second = try Self.start(configuration)
            defer { second.stop() }
            #expect(second.processIdentifier != orphan.process)
            #expect(orphan.hasEnded)
            #expect(try Self.rowCount(second.url) == 1)
        }
    }

    @Test("starts although a stale postmaster.pid names a living process of somebody else")
    func stalePostmasterFile() throws {
        try TemporaryDirectory.use { parent in
            let configuration = try Self.preparedConfiguration(directory: parent + "/db")
            try Self.start(configuration).stop()
            let file = configuration.directory + "/cluster/postmaster.pid"
            let stranger = try Stranger()
            defer { stranger.end() }
            try "\(stranger.process)\n\(configuration.directory)/cluster\n".write(
                toFile: file,
                atomically: true,
                encoding: .utf8
            )
            try Self.start(configuration).stop()
        }
    }

    @Test("makes its cluster anew when the first attempt was interrupted")
    func interruptedInitialisation() throws {
        try TemporaryDirectory.use { parent in
            let directory = parent + "/db"
            try FileManager.default.createDirectory(
                atPath: directory + "/cluster.new/base",
                withIntermediateDirectories: true
            )
            try "".write(toFile: directory + "/serin.lock", atomically: true, encoding: .utf8)
            try Self.start(Self.configuration(directory: directory)).stop()
            #expect(!FileManager.default.fileExists(atPath: directory + "/cluster.new"))
        }
    }

    // MARK: - Support

    static func configuration(directory: String) -> EmbeddedPostgresConfiguration {
        EmbeddedPostgresConfiguration(directory: directory, durability: .none)
    }

    /// The configuration of a directory whose cluster has been made before.
    static func preparedConfiguration(directory: String) throws -> EmbeddedPostgresConfiguration {
        try ClusterTemplate.shared.get().copy(to: directory)
        return configuration(directory: directory)
    }

    static func start(_ configuration: EmbeddedPostgresConfiguration) throws -> EmbeddedPostgres {
        var logger = Logger(label: "embedded-postgres-test")
        logger.logLevel = .critical
        return try EmbeddedPostgres.start(configuration, logger: logger)
    }

    private static func rowCount(_ url: String) throws -> Int {
        let session = try PostgresConnection(PostgresConfiguration(url: url))
        return try session.query(count).exactlyOne().decode("value")
    }
}
