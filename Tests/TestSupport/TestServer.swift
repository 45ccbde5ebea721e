import EmbeddedPostgres
import Foundation
import Glibc
import Logging
import PostgresClient

/// The server that all tests of this process share.
struct TestServer: Sendable {
    static let shared: Result<TestServer, any Error> = Result { try TestServer() }

    static let processNumber = getpid()

    /// For creating and dropping databases, which takes longer than ordinary statements.
    let administration: PostgresPool
    private let baseURL: String
    private let embedded: EmbeddedPostgres?

    private init() throws {
        if let given = ProcessInfo.processInfo.environment["SERIN_TEST_DATABASE_URL"], !given.isEmpty {
            baseURL = given
            embedded = nil
            administration = Self.administration(url: given)
            return
        }
        Self.removeLeftovers()
        var configuration = EmbeddedPostgresConfiguration(directory: Self.directory(of: Self.processNumber))
        configuration.durability = .none
        configuration.maximumConnections = 200
        var logger = Logger(label: "test-postgres")
        logger.logLevel = .warning
        let server = try EmbeddedPostgres.start(configuration, logger: logger)
        baseURL = server.url
        embedded = server
        administration = Self.administration(url: server.url)
        atexit { TestServer.removeOwn() }
    }

    /// In a connection string the last of equal keywords counts.
    func url(database: String) -> String {
        guard var components = URLComponents(string: baseURL), components.scheme != nil else {
            return "\(baseURL) dbname=\(database)"
        }
        components.path = "/\(database)"
        return components.string ?? baseURL
    }

    private static func administration(url: String) -> PostgresPool {
        PostgresPool(
            name: "test databases",
            configuration: PostgresConfiguration(url: url, statementTimeout: .seconds(60)),
            maximum: 2,
            waitLimit: .seconds(120)
        )
    }

    // MARK: - Temporary directory

    private static let parent = "/tmp"
    private static let prefix = "serin-test-"

    private static func directory(of process: Int32) -> String { "\(parent)/\(prefix)\(process)" }

    private static func removeOwn() {
        guard case .success(let server) = shared else { return }
        server.embedded?.stop()
        try? FileManager.default.removeItem(atPath: directory(of: processNumber))
    }

    /// Directories of test processes that were killed; their servers have been told to end by the kernel.
    private static func removeLeftovers() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.hasPrefix(prefix) {
            guard let process = Int32(name.dropFirst(prefix.count)), process != processNumber else { continue }
            if kill(process, 0) == 0 || errno == EPERM { continue }
            try? FileManager.default.removeItem(atPath: "\(parent)/\(name)")
        }
    }
}
