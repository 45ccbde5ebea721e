import Synchronization

/// A model server that goes on with another protocol and then does as a closure says.
final class TunnelServer: Sendable {
    static let upgrade = "GET /m/x HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: echo\r\n\r\n"
    static let acceptance = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n"

    private let server: ModelServer
    private let shared: Shared<[Message]>

    /// - Parameters:
    ///   - acceptance: What each request is answered.
    ///   - serve: What follows; the connection is closed behind it.
    init(
        _ acceptance: String = TunnelServer.acceptance,
        _ serve: @escaping @Sendable (SocketPeer) throws -> Void = TunnelServer.echo
    ) throws {
        let seen = Shared<[Message]>([])
        self.shared = seen
        self.server = try ModelServer { peer in
            let request = try peer.takeMessage()
            seen.value.withLock { $0.append(request) }
            try peer.send(acceptance)
            try serve(peer)
        }
    }

    var url: String { self.server.url }
    var seen: [Message] { self.shared.value.withLock { $0 } }

    func stop() { self.server.stop() }

    /// Sends back what comes until the client sends no more.
    static func echo(_ peer: SocketPeer) throws {
        repeat {
            let bytes = peer.received
            peer.forgetReceived()
            try peer.send(bytes)
        } while try peer.receiveSome(seconds: 20)
    }
}
