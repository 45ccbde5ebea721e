import Foundation
package import Logging
import ProxyCore
import RolloutCore
import Sockets

/// A running gateway: listens, routes, counts.
///
/// One listener hands its connections to the event loops in turn. That spreads few long-lived connections evenly, which
/// `SO_REUSEPORT` doesn't, and a port that another process has is an error, which it isn't with `SO_REUSEPORT`.
package final class GatewayServer: Sendable {
    /// Where clients connect.
    package let port: Int
    /// Where clients connect with TLS, when that is another port.
    package let securePort: Int?
    /// The name of this start of the gateway on its telemetry.
    package let replica: String

    let loops: TrafficLoops
    let routes: AppliedRoutes
    /// What people call it.
    package let name: String
    private let accessLog: RunningAccessLog?
    private let threads: GatewayThreads
    private let drainDelay: Duration
    private let drainLimit: Duration
    private let haste = StopSignal()
    private let logger: Logger

    /// Starts to listen. When a snapshot was kept, it is routed by from the first request on.
    ///
    /// - Throws: When the address can't be listened at.
    package static func start(
        configuration: GatewayConfiguration,
        routeSource: any RouteSource,
        telemetrySink: any TelemetrySink,
        tripSink: any TripSink,
        logger: Logger
    ) throws -> GatewayServer {
        try self.start(configuration, routeSource, telemetrySink, tripSink, logger, gate: nil)
    }

    static func start(
        _ configuration: GatewayConfiguration,
        _ routeSource: any RouteSource,
        _ telemetrySink: any TelemetrySink,
        _ tripSink: any TripSink,
        _ logger: Logger,
        gate: TapReader.Gate?
    ) throws -> GatewayServer {
        let configuration = Self.fitted(configuration, logger)
        let accessLog = try configuration.accessLog.map { try RunningAccessLog($0, logger: logger) }
        let loops = try TrafficLoops(configuration: configuration, accessLog: accessLog?.queue, logger: logger)
        let routes = AppliedRoutes(
            loops: loops,
            routeFile: configuration.snapshotPath.map(KeptFile.init),
            tripFile: configuration.tripPath.map(KeptFile.init),
            logger: logger
        )
        routes.restore()
        let ports: (plain: Int, secure: Int?)
        do {
            ports = try Self.listen(configuration, loops)
        } catch {
            loops.stop()
            accessLog?.stop()
            throw error
        }
        let replica = configuration.replica ?? UUID().uuidString.lowercased()
        let follower = RouteFollower(source: routeSource, routes: routes, logger: logger)
        let flusher = TelemetryFlusher(
            sink: telemetrySink,
            loops: loops,
            trips: { routes.view.trips },
            interval: configuration.flushInterval,
            replica: replica,
            now: Timestamp.now,
            logger: logger
        )
        return GatewayServer(
            port: ports.plain,
            securePort: ports.secure,
            replica: replica,
            name: configuration.name,
            loops: loops,
            routes: routes,
            accessLog: accessLog,
            threads: GatewayThreads(
                routes: follower.run,
                telemetry: flusher.run,
                trips: TripThreads(routes: routes, sink: tripSink, gateway: configuration.name, logger: logger),
                reader: TapReader(tap: loops.tap, gate: gate)
            ),
            drainDelay: configuration.drainDelay,
            drainLimit: configuration.drainLimit,
            logger: logger
        )
    }

    private init(
        port: Int,
        securePort: Int?,
        replica: String,
        name: String,
        loops: TrafficLoops,
        routes: AppliedRoutes,
        accessLog: RunningAccessLog?,
        threads: GatewayThreads,
        drainDelay: Duration,
        drainLimit: Duration,
        logger: Logger
    ) {
        self.port = port
        self.securePort = securePort
        self.accessLog = accessLog
        self.replica = replica
        self.name = name
        self.loops = loops
        self.routes = routes
        self.threads = threads
        self.drainDelay = drainDelay
        self.drainLimit = drainLimit
        self.logger = logger
    }

    /// Is no longer ready, accepts until the drain delay is over, lets requests end within the drain limit, writes the last
    /// telemetry. Blocks; call it once.
    package func stop() throws {
        self.loops.drain(self.drainDelay)
        let isHurried = self.haste.wait(atMost: self.drainDelay)
        self.loops.stopListening()
        if isHurried { self.loops.drain(.zero) }
        self.loops.end(within: self.drainLimit)
        self.threads.stop()
        self.accessLog?.stop()
        self.loops.stop()
        self.logger.info("the gateway has stopped")
    }

    /// Makes `stop` skip what is left of the drain delay, now or later.
    package func hurry() { self.haste.stop() }

    /// Opens the access log's file again, so that the one before can be moved away.
    package func reopenAccessLog() { self.accessLog?.reopen() }

    /// Asks for descriptors as far as they are allowed, and lowers the limit of connections to what they suffice for.
    private static func fitted(_ configuration: GatewayConfiguration, _ logger: Logger) -> GatewayConfiguration {
        let asked = configuration.limits.connections
        guard let descriptors = DescriptorLimit.raise(toServe: asked) else { return configuration }
        let possible = DescriptorLimit.connections(of: descriptors)
        if possible >= asked { return configuration }
        logger.warning(
            "too few descriptors for the limit of connections, which is lowered; raise `ulimit -n`",
            metadata: ["descriptors": "\(descriptors)", "asked": "\(asked)", "connections": "\(possible)"]
        )
        var configuration = configuration
        configuration.limits.connections = possible
        return configuration
    }

    private static func listen(
        _ configuration: GatewayConfiguration,
        _ loops: TrafficLoops
    ) throws -> (plain: Int, secure: Int?) {
        let security = configuration.security
        let main = try self.address(configuration.host, configuration.port)
        guard let acceptor = security.clients, let address = security.address else {
            return (try loops.listen(at: main, securedBy: security.clients), nil)
        }
        let secure = try self.address(address.host, address.port)
        return (
            try loops.listen(at: main, securedBy: nil),
            try loops.listen(at: secure, securedBy: acceptor)
        )
    }

    private static func address(_ host: String, _ port: Int) throws -> SocketAddress {
        guard let number = UInt16(exactly: port) else { throw LookupError(host: host, reason: "\(port) is no port") }
        return try SocketAddress.lookUp(host: host, port: number, isForListening: true)[0]
    }
}
