import ControlAPI
import EmbeddedPostgres
import Foundation
import Gateway
import Logging
import MicroHTTP
import PostgresClient
import PostgresStore
import RolloutEngine
import Synchronization

/// One running service: the planes that its configuration asks for, wired to each other through the database.
final class ServiceProgram: Sendable {
    private let embedded: EmbeddedPostgres?
    private let pools: [PostgresPool]
    private let gateway: RunningGateway?
    private let controller: RunningController?
    private let logger: Logger

    /// Starts everything, on a thread of its own because it waits; when a part fails, what had started is stopped again.
    static func start(_ configuration: ServiceConfiguration, logger: Logger) async throws -> ServiceProgram {
        try await onThread("serin-start") { try ServiceProgram(configuration, logger: logger) }
    }

    /// Makes `stop` skip the drain delay, now or later.
    func hurry() { self.gateway?.hurry() }

    func stop() async {
        try? await onThread("serin-stop") { self.stopAndWait() }
    }

    /// Reads certificates again, and opens the access log's file again.
    func reload() { self.gateway?.reload() }

    /// Nil without the plane.
    var gatewayPort: Int? { self.gateway?.port }
    /// Nil where clients with TLS have no port of their own.
    var securePort: Int? { self.gateway?.securePort }
    var controlPort: Int? { self.controller?.port }
    /// The embedded database's connection string; nil with a database of the user's.
    var embeddedURL: String? { self.embedded?.url }

    private init(_ configuration: ServiceConfiguration, logger: Logger) throws {
        self.logger = logger
        try FileManager.default.createDirectory(atPath: configuration.dataDirectory, withIntermediateDirectories: true)
        var undo: [() -> Void] = []
        do {
            let embedded = try Self.startEmbedded(configuration, logger)
            if let embedded { undo.append { embedded.stop() } }
            let url = configuration.databaseURL ?? embedded?.url ?? ""
            let database = Database(url: url)
            undo.append { database.close() }
            if configuration.mode.hasController {
                try database.prepare(migrates: embedded != nil || configuration.migrates, logger: logger)
            }
            // The gateway first: who can give a command finds it listening, and known to the command.
            let gateway =
                configuration.mode.hasGateway
                ? try RunningGateway(configuration, database: database, logger: logger) : nil
            if let gateway { undo.append { gateway.stop() } }
            self.controller =
                configuration.mode.hasController
                ? try RunningController(configuration, database: database, logger: logger) : nil
            self.gateway = gateway
            self.embedded = embedded
            self.pools = database.pools
        } catch {
            for step in undo.reversed() { step() }
            throw error
        }
    }

    private static func startEmbedded(_ configuration: ServiceConfiguration, _ logger: Logger) throws
        -> EmbeddedPostgres?
    {
        guard configuration.databaseURL == nil else { return nil }
        let directory = EmbeddedPostgresConfiguration(directory: configuration.dataDirectory + "/postgres")
        return try EmbeddedPostgres.start(directory, logger: logger)
    }

    /// Clients first, so that their last telemetry still finds the database; the database last.
    private func stopAndWait() {
        self.gateway?.stop()
        self.controller?.stop()
        for pool in self.pools { pool.close() }
        self.embedded?.stop()
        self.logger.notice("stopped")
    }
}

/// Runs blocking work on a thread of its own, so that no thread of the cooperative pool waits.
func onThread<Result: Sendable>(_ name: String, _ work: @escaping @Sendable () throws -> Result) async throws -> Result
{
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Swift.Result(catching: work)) }
        thread.name = name
        thread.start()
    }
}
