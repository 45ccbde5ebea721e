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
    /// Nil where its socket could not be made.
    private let admin: AdminServer?
    private let tls: RunningTLS
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
        gateway.name = configuration.name
        gateway.snapshotPath = configuration.dataDirectory + "/routes.json"
        gateway.tripPath = configuration.dataDirectory + "/trips.json"
        gateway.drainDelay = configuration.drainDelay
        gateway.drainLimit = configuration.drainLimit
        let tls = try RunningTLS(configuration.tls, logger: logger)
        gateway.security = GatewayConfiguration.Security(
            clients: tls.server,
            address: configuration.tls.listen.map { ($0.host, $0.port) },
            upstreams: tls.client
        )
        gateway.accessLog = configuration.accessLog
        gateway.forwarding = configuration.forwarding
        self.link = link
        self.tls = tls
        self.logger = logger
        if configuration.mode.hasController {
            // Known before the first command, which waits for the gateways that are known. It reports again every second.
            do { try link.announce() } catch { logger.warning("not announced", metadata: ["error": "\(error)"]) }
        }
        self.server = try GatewayServer.start(
            configuration: gateway,
            routeSource: link,
            telemetrySink: link,
            tripSink: link,
            logger: logger
        )
        do {
            self.admin = try Self.admin(configuration, self.server, logger)
        } catch {
            try? self.server.stop()
            throw error
        }
        tls.start()
        logger.notice("gateway listens", metadata: ["address": "\(configuration.listen.host):\(self.server.port)"])
        if let address = configuration.tls.listen, let port = self.server.securePort {
            logger.notice("gateway listens with TLS", metadata: ["address": "\(address.host):\(port)"])
        }
    }

    /// A door that was asked for must be there; without the usual one the gateway is better than no gateway.
    private static func admin(
        _ configuration: ServiceConfiguration,
        _ server: GatewayServer,
        _ logger: Logger
    ) throws -> AdminServer? {
        let usual = configuration.dataDirectory + "/" + ServiceConfiguration.adminSocketName
        do {
            let admin = try AdminServer(path: configuration.adminSocket ?? usual, gateway: server, logger: logger)
            logger.info("gateway takes orders of this machine", metadata: ["socket": "\(admin.path)"])
            return admin
        } catch {
            if configuration.adminSocket != nil { throw error }
            logger.error(
                "no orders of this machine can be taken: rollback --local will not work; name a place with --admin-socket",
                metadata: ["error": "\(error)"]
            )
            return nil
        }
    }

    var port: Int { self.server.port }
    /// Nil where clients with TLS have no port of their own.
    var securePort: Int? { self.server.securePort }

    func reload() {
        self.tls.reload()
        self.server.reopenAccessLog()
    }

    /// Makes `stop` skip the drain delay.
    func hurry() { self.server.hurry() }

    func stop() {
        self.admin?.stop()
        self.tls.stop()
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
final class GatewayLink: RouteSource, TelemetrySink, TripSink {
    private let feed: PostgresRouteFeed
    private let writer: PostgresTelemetryWriter
    private let appliedGeneration = Mutex<Int64>(0)

    init(feed: PostgresRouteFeed, writer: PostgresTelemetryWriter) {
        self.feed = feed
        self.writer = writer
    }

    /// Makes the gateway known.
    func announce() throws { try self.writer.report(appliedGeneration: 0) }

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

    func record(_ trip: Trip) throws {
        try self.writer.record(trip)
    }

    func close() { self.feed.close() }
}
