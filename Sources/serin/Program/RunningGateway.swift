import Foundation
import Gateway
import Logging
import PostgresStore
import RolloutCore
import Synchronization

/// The traffic plane of this process.
final class RunningGateway: Sendable {
    private let server: GatewayServer
    private let link: GatewayLink
    private let logger: Logger

    init(_ configuration: ServiceConfiguration, database: Database, logger: Logger) throws {
        let replica = UUID().uuidString.lowercased()
        let writer = PostgresTelemetryWriter(pool: database.gateway, replica: replica, name: configuration.name)
        let link = GatewayLink(
            feed: PostgresRouteFeed(configuration: database.configuration, pool: database.gateway),
            writer: writer
        )
        var gateway = GatewayConfiguration(host: configuration.listen.host, port: configuration.listen.port)
        gateway.replica = replica
        gateway.loopCount = configuration.loops
        gateway.snapshotPath = configuration.dataDirectory + "/routes.json"
        gateway.drainLimit = configuration.drainLimit
        self.link = link
        self.logger = logger
        self.server = try GatewayServer.start(
            configuration: gateway,
            routeSource: link,
            telemetrySink: link,
            logger: logger
        )
        logger.notice("gateway listens", metadata: ["address": "\(configuration.listen.host):\(self.server.port)"])
    }

    var port: Int { self.server.port }

    func stop() {
        do {
            try self.server.stop()
        } catch {
            self.logger.error("the gateway's last telemetry could not be written", metadata: ["error": "\(error)"])
        }
        self.link.close()
    }
}

/// Connects the gateway's two ports to the database.
///
/// Asking for routes doubles as the heartbeat: it happens at least once a second.
final class GatewayLink: RouteSource, TelemetrySink {
    private let feed: PostgresRouteFeed
    private let writer: PostgresTelemetryWriter
    private let appliedGeneration = Mutex<Int64>(0)

    init(feed: PostgresRouteFeed, writer: PostgresTelemetryWriter) {
        self.feed = feed
        self.writer = writer
    }

    func next(after generation: Int64?, timeout: Duration) throws -> RouteSnapshot? {
        try self.writer.report(appliedGeneration: self.appliedGeneration.withLock { $0 })
        return try self.feed.next(after: generation, timeout: timeout)
    }

    func applied(generation: Int64) throws {
        self.appliedGeneration.withLock { $0 = max($0, generation) }
        try self.writer.report(appliedGeneration: generation)
    }

    func write(_ window: TelemetryWindow) throws {
        try self.writer.write(window)
    }

    func close() { self.feed.close() }
}
