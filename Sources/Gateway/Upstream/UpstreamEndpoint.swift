import Logging
import ProxyCore
import RolloutCore
import Sockets

/// One address of an upstream as one event loop sees it: its connections, and whether it is worth a request. Confined to that loop.
final class UpstreamEndpoint {
    let url: UpstreamURL
    let address: SocketAddress
    var pool: UpstreamPool
    var health: UpstreamHealth
    /// The name doesn't stand for it any more: what is under way may end, nothing more begins.
    private(set) var isLeaving = false
    /// On the loop that probes.
    var probe: EndpointProbe?
    /// Why TLS could not be agreed on when that was last tried; logged when it changes.
    private var insecurity: String?

    init(_ url: UpstreamURL, at address: SocketAddress, limits: UpstreamPool.Limits, health: UpstreamHealth) {
        self.url = url
        self.address = address
        self.pool = UpstreamPool(limits: limits)
        self.health = health
    }

    /// Makes a connection whose slot `pool` has given.
    ///
    /// - Parameter completed: Never called before this has returned.
    func connect(on loop: TrafficLoop, completed: @escaping (Result<UpstreamConnection, ConnectFailure>) -> Void) {
        self.open(on: loop) { result in
            switch result {
            case .success(let socket):
                let life = self.pool.newLife(at: loop.tickTime, random: &loop.random)
                let connection = UpstreamConnection(socket, loop: loop, endpoint: self, life: life)
                connection.start()
                completed(.success(connection))
            case .failure(let failure):
                self.pool.connectFailed()
                completed(.failure(failure))
            }
        }
    }

    /// Makes a connection beside the pool.
    ///
    /// - Parameter completed: Never called before this has returned.
    func open(on loop: TrafficLoop, completed: @escaping (Result<StreamSocket, ConnectFailure>) -> Void) {
        loop.sockets.connect(
            to: [self.address],
            timeoutMicroseconds: loop.limits.connect,
            session: self.session(loop)
        ) { result in
            switch result {
            case .success(let socket):
                self.insecurity = nil
                self.health.connected(at: loop.tickTime)
                completed(.success(socket))
            case .failure(let error):
                self.note(error, loop)
                let failure = ConnectFailure(error)
                if failure == .unreachable { self.health.connectFailed(at: loop.tickTime, random: &loop.random) }
                completed(.failure(failure))
            }
        }
    }

    /// What secures a connection; nil for an upstream that is spoken to plainly.
    func session(_ loop: TrafficLoop) -> ((_ descriptor: CInt) -> (any SecureSession)?)? {
        switch self.url.scheme {
        case .http: return nil
        case .https:
            let (connector, url) = (loop.configuration.security.upstreams, self.url)
            return { connector?.session(on: $0, host: url.host, port: url.port) }
        }
    }

    private func note(_ error: ConnectError, _ loop: TrafficLoop) {
        guard case .insecure(let reason) = error, reason != self.insecurity else { return }
        self.insecurity = reason
        loop.logger.warning("no TLS with an upstream", metadata: ["upstream": "\(self.url)", "reason": "\(reason)"])
    }

    /// Gives up what is idle; the rest goes when its request has ended.
    func leave(_ loop: TrafficLoop) {
        self.isLeaving = true
        self.probe?.stop()
        for handle in self.pool.drain() { loop.connection(handle)?.close() }
    }

    /// Looks after every limit of time; called ten times a second.
    func tick(_ loop: TrafficLoop) {
        for handle in self.pool.expire(now: loop.tickTime) { loop.connection(handle)?.close() }
        guard !self.isLeaving, self.health.isConnectionDue(at: loop.tickTime) else { return }
        guard case .connect = self.pool.acquire(fresh: true) else { return }
        self.health.trialBegan(at: loop.tickTime)
        // No request waits for it; the next one finds it.
        self.connect(on: loop) { result in
            if case .success(let connection) = result { connection.release() }
        }
    }
}

/// Why there is no connection to an upstream.
enum ConnectFailure: Error, Equatable {
    /// The upstream's doing, or the network's.
    case unreachable
    /// The gateway itself lacks what a connection needs, which says nothing about the upstream.
    case shortage

    init(_ error: ConnectError) {
        switch error {
        case .unreachable(let errors):
            // An address of a kind that the machine doesn't have looks like a shortage, so all must agree.
            self = errors.allSatisfy(\.isShortage) ? .shortage : .unreachable
        case .insecure: self = .unreachable
        }
    }
}
