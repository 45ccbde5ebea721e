import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The demonstration's model server: a real digit classifier behind the Open Inference Protocol V2.
package final class DemoModelServer: Sendable {
    /// The port it listens on, also when the configuration said 0.
    package let port: Int

    private let endpoint: InferenceEndpoint
    private let listener: any Channel
    private let connections: OpenConnections
    private let group: MultiThreadedEventLoopGroup
    private let isStopping = Mutex(false)

    private init(
        port: Int,
        endpoint: InferenceEndpoint,
        listener: any Channel,
        connections: OpenConnections,
        group: MultiThreadedEventLoopGroup
    ) {
        self.port = port
        self.endpoint = endpoint
        self.listener = listener
        self.connections = connections
        self.group = group
    }

    /// Listens and answers from the moment this returns.
    ///
    /// - Throws: `DigitsArchiveError`, or NIO's error when the address cannot be bound.
    package static func start(_ configuration: DemoModelConfiguration) async throws -> DemoModelServer {
        let endpoint = try InferenceEndpoint(configuration: configuration)
        let connections = OpenConnections()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let listener = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    guard connections.admit(channel) else { return channel.close() }
                    return channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                        try channel.pipeline.syncOperations.addHandler(ModelExchangeHandler(endpoint: endpoint))
                    }
                }
                .bind(host: configuration.host, port: configuration.port)
                .get()
            return DemoModelServer(
                port: listener.localAddress?.port ?? configuration.port,
                endpoint: endpoint,
                listener: listener,
                connections: connections,
                group: group
            )
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// What became of the inference requests so far.
    package var counts: ServedCounts { self.endpoint.counts }

    /// Stops accepting, lets requests under way finish, then closes every connection.
    ///
    /// A further call returns at once.
    ///
    /// - Parameter grace: How long requests under way may take before they are cut off.
    package func stop(grace: Duration = .seconds(5)) async {
        // The event loop answers nobody once it has been shut down, so only one call may reach it.
        let isFirst = self.isStopping.withLock { isStopping in
            defer { isStopping = true }
            return !isStopping
        }
        guard isFirst else { return }
        try? await self.listener.close()
        await self.connections.drain(grace: grace)
        try? await self.group.shutdownGracefully()
    }
}
