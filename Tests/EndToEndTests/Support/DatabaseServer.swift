import EmbeddedPostgres
import Foundation
import Logging
import Synchronization

/// A PostgreSQL of a test's own, which can be away in both ways: refusing and silent.
final class DatabaseServer: Sendable {
    private let configuration: EmbeddedPostgresConfiguration
    private let server: Mutex<EmbeddedPostgres?>
    /// Stopped processes, in the order in which they were stopped.
    private let stalled = Mutex<[pid_t]>([])
    let url: String

    /// Blocking, for about a second.
    init(directory: String) throws {
        self.configuration = EmbeddedPostgresConfiguration(
            directory: directory,
            maximumConnections: 100,
            durability: .none
        )
        let server = try EmbeddedPostgres.start(self.configuration, logger: Self.logger)
        self.url = server.url
        self.server = Mutex(server)
    }

    var probe: DatabaseProbe { DatabaseProbe(url: self.url) }

    /// From now on connecting is refused.
    func stop() async throws {
        try await blocking { self.endServer() }
    }

    func start() async throws {
        try await blocking {
            let server = try EmbeddedPostgres.start(self.configuration, logger: Self.logger)
            self.server.withLock { $0 = server }
        }
    }

    /// From now on nothing is answered and nothing refused.
    func stall() throws {
        guard let postmaster = self.server.withLock({ $0?.processIdentifier }) else { return }
        // The parent first, so that it starts no more children.
        kill(postmaster, SIGSTOP)
        let children = try Self.children(of: postmaster)
        for child in children { kill(child, SIGSTOP) }
        self.stalled.withLock { $0 = [postmaster] + children }
    }

    func resume() {
        let stopped = self.stalled.withLock { stalled in
            defer { stalled = [] }
            return stalled
        }
        for process in stopped.reversed() { kill(process, SIGCONT) }
    }

    /// Blocking.
    func end() {
        self.resume()
        self.endServer()
    }

    private func endServer() {
        let server = self.server.withLock { server in
            defer { server = nil }
            return server
        }
        server?.stop()
    }

    private static func children(of parent: pid_t) throws -> [pid_t] {
        let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(parent)/task")
        return tasks.flatMap { task in
            let path = "/proc/\(parent)/task/\(task)/children"
            return ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: " ").compactMap {
                pid_t($0)
            }
        }
    }

    private static var logger: Logger {
        var logger = Logger(label: "e2e-postgres")
        logger.logLevel = .error
        return logger
    }
}
