import Glibc
import HTTPWire
import NIOCore
import NIOPosix
import ProxyCore
import RolloutCore

/// One upstream as one event loop sees it: its connections and how new ones are made. Confined to that loop.
final class PooledUpstream {
    let url: UpstreamURL
    var pool: UpstreamPool
    /// Others are preferred until then, because no connection could be made.
    private var avoidedUntil: LoopTime?
    /// Set when `url` names an address, which needs no resolution.
    private let address: SocketAddress?

    /// How long an upstream that can't be connected is left alone while there are others.
    private static let avoidance = Duration.seconds(1)

    init(_ url: UpstreamURL, limits: UpstreamPool.Limits) {
        self.url = url
        self.pool = UpstreamPool(limits: limits)
        // A name is no address; that is not an error.
        self.address = try? SocketAddress(ipAddress: url.host, port: Int(url.port))
    }

    func isAvoided(at time: LoopTime) -> Bool { self.avoidedUntil.map { time < $0 } ?? false }

    /// Makes a connection whose slot `pool` has given.
    func connect(on loop: TrafficLoop, completed: @escaping (Result<UpstreamConnection, ConnectFailure>) -> Void) {
        let bound = NIOLoopBound((loop: loop, upstream: self), eventLoop: loop.eventLoop)
        let bootstrap = ClientBootstrap(group: loop.eventLoop)
            .connectTimeout(TimeAmount(loop.configuration.timeouts.connect))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                // A name with several addresses gets a channel for each, of which one remains.
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        UpstreamConnection(loop: bound.value.loop, upstream: bound.value.upstream)
                    )
                }
            }
        let channel =
            if let address = self.address {
                bootstrap.connect(to: address)
            } else {
                bootstrap.connect(host: self.url.host, port: Int(self.url.port))
            }
        channel.assumeIsolated().flatMapThrowing { channel in
            try channel.pipeline.syncOperations.handler(type: UpstreamConnection.self)
        }.whenComplete { result in
            switch result {
            case .success(let connection):
                self.avoidedUntil = nil
                completed(.success(connection))
            case .failure(let error):
                self.pool.connectFailed()
                let failure = ConnectFailure(error)
                if failure == .unreachable { self.avoidedUntil = loop.tickTime.adding(Self.avoidance) }
                completed(.failure(failure))
            }
        }
    }
}

/// Why there is no connection to an upstream.
enum ConnectFailure: Error, Equatable {
    /// The upstream's doing, or the network's.
    case unreachable
    /// The gateway itself lacks what a connection needs, which says nothing about the upstream.
    case shortage

    init(_ error: any Error) {
        if let error = error as? IOError {
            self = Self.shortages.contains(error.errnoCode) ? .shortage : .unreachable
        } else if let error = error as? NIOConnectionError, !error.connectionErrors.isEmpty {
            // An address of a kind that the machine doesn't have looks like a shortage, so all must agree.
            let areShortages = error.connectionErrors.allSatisfy { ConnectFailure($0.error) == .shortage }
            self = areShortages ? .shortage : .unreachable
        } else {
            self = .unreachable
        }
    }

    private static let shortages: Set<CInt> = [EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL]
}
