import Foundation
package import Logging
import NIOCore
import NIOPosix
import ProxyCore
import RolloutCore
import Synchronization

/// Whether the gateway was told to stop, as its event loops see it.
private final class StopMark: Sendable {
    private let mark = Atomic(false)

    var isSet: Bool { self.mark.load(ordering: .acquiring) }
    func set() { self.mark.store(true, ordering: .releasing) }
}

/// A running gateway: listens, routes, counts.
///
/// One listener hands its connections to the event loops in turn. That spreads few long-lived connections evenly, which
/// `SO_REUSEPORT` doesn't, and a port that another process has is an error, which it isn't with `SO_REUSEPORT`.
package final class GatewayServer: Sendable {
    /// Where clients connect.
    package let port: Int
    /// The name of this start of the gateway on its telemetry.
    package let replica: String

    private let loops: TrafficLoops
    private let listener: any Channel
    private let threads: GatewayThreads
    private let isStopping = StopMark()
    private let drainLimit: Duration
    private let logger: Logger

    /// Starts to listen. When a snapshot was kept, it is routed by from the first request on.
    ///
    /// - Throws: When the address can't be listened at.
    package static func start(
        configuration: GatewayConfiguration,
        routeSource: any RouteSource,
        telemetrySink: any TelemetrySink,
        logger: Logger
    ) throws -> GatewayServer {
        try self.start(configuration, routeSource, telemetrySink, logger, gate: nil)
    }

    static func start(
        _ configuration: GatewayConfiguration,
        _ routeSource: any RouteSource,
        _ telemetrySink: any TelemetrySink,
        _ logger: Logger,
        gate: TapReader.Gate?
    ) throws -> GatewayServer {
        let configuration = Self.fitted(configuration, logger)
        let loops = try TrafficLoops(configuration: configuration, logger: logger)
        let file = configuration.snapshotPath.map(SnapshotFile.init)
        Self.restore(file, loops, logger)
        let listener: any Channel
        do {
            listener = try Self.listen(configuration, loops)
        } catch {
            try loops.group.syncShutdownGracefully()
            throw error
        }
        let replica = configuration.replica ?? UUID().uuidString.lowercased()
        let follower = RouteFollower(source: routeSource, loops: loops, file: file, logger: logger)
        let flusher = TelemetryFlusher(
            sink: telemetrySink,
            loops: loops,
            interval: configuration.flushInterval,
            replica: replica,
            now: Timestamp.now,
            logger: logger
        )
        return GatewayServer(
            port: listener.localAddress?.port ?? configuration.port,
            replica: replica,
            loops: loops,
            listener: listener,
            threads: GatewayThreads(
                routes: follower.run,
                telemetry: flusher.run,
                reader: TapReader(tap: loops.tap, gate: gate)
            ),
            drainLimit: configuration.drainLimit,
            logger: logger
        )
    }

    private init(
        port: Int,
        replica: String,
        loops: TrafficLoops,
        listener: any Channel,
        threads: GatewayThreads,
        drainLimit: Duration,
        logger: Logger
    ) {
        self.port = port
        self.replica = replica
        self.loops = loops
        self.listener = listener
        self.threads = threads
        self.drainLimit = drainLimit
        self.logger = logger
        listener.closeFuture.whenComplete { [isStopping] _ in
            guard !isStopping.isSet else { return }
            logger.critical("the gateway's listener has closed; no client can connect until serin is started again")
        }
    }

    /// Stops accepting, lets requests end within the drain limit, writes the last telemetry. Blocks; call it once.
    package func stop() throws {
        self.isStopping.set()
        do {
            try self.listener.close().wait()
        } catch {
            // It had already closed, which was logged then; requests in flight and telemetry still want their end.
            self.logger.debug("the listener was closed before", metadata: ["error": "\(error)"])
        }
        self.loops.drain(limit: self.drainLimit)
        self.threads.stop()
        try self.loops.group.syncShutdownGracefully()
        self.logger.info("the gateway has stopped")
    }

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

    private static func restore(_ file: SnapshotFile?, _ loops: TrafficLoops, _ logger: Logger) {
        do {
            guard let snapshot = try file?.load() else { return }
            loops.apply(snapshot)
            logger.info("serving the routes that were kept", metadata: ["generation": "\(snapshot.generation)"])
        } catch {
            logger.error("the routes that were kept can't be read", metadata: ["error": "\(error)"])
        }
    }

    private static func listen(_ configuration: GatewayConfiguration, _ loops: TrafficLoops) throws -> any Channel {
        try ServerBootstrap(group: loops.group)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let loop = loops.loop(of: channel.eventLoop) else {
                        preconditionFailure("connections run on the gateway's own loops")
                    }
                    try channel.pipeline.syncOperations.addHandler(ClientConnection(loop: loop))
                }
            }
            .bind(host: configuration.host, port: configuration.port)
            .wait()
    }
}
