import HTTPWire
import NIOCore
import NIOPosix
import ProxyCore
import RolloutCore

/// One upstream as one event loop sees it: its connections and how new ones are made. Confined to that loop.
final class PooledUpstream {
    let url: UpstreamURL
    var pool: UpstreamPool
    /// Set when `url` names an address, which needs no resolution.
    private let address: SocketAddress?

    init(_ url: UpstreamURL, limits: UpstreamPool.Limits) {
        self.url = url
        self.pool = UpstreamPool(limits: limits)
        // A name is no address; that is not an error.
        self.address = try? SocketAddress(ipAddress: url.host, port: Int(url.port))
    }

    /// Makes a connection whose slot `pool` has given; `completed` gets it, or nil when it can't be made.
    func connect(on loop: TrafficLoop, completed: @escaping (UpstreamConnection?) -> Void) {
        let connection = UpstreamConnection(loop: loop, upstream: self)
        let bound = NIOLoopBound(connection, eventLoop: loop.eventLoop)
        let bootstrap = ClientBootstrap(group: loop.eventLoop)
            .connectTimeout(TimeAmount(loop.configuration.timeouts.connect))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
        let channel =
            if let address = self.address {
                bootstrap.connect(to: address)
            } else {
                bootstrap.connect(host: self.url.host, port: Int(self.url.port))
            }
        channel.assumeIsolated().whenComplete { result in
            switch result {
            case .success: completed(connection)
            case .failure:
                self.pool.connectFailed()
                completed(nil)
            }
        }
    }
}
