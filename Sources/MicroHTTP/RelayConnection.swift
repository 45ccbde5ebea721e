import CMicroHTTPD
import Glibc

/// One client, between its TCP socket and the socket pair whose other end libmicrohttpd serves.
///
/// Belongs to the relay's thread.
final class RelayConnection {
    enum Side: UInt64 {
        case client = 0
        case server = 1
    }

    /// Which events each socket waits for.
    struct Interests: Equatable {
        var client: UInt32
        var server: UInt32
    }

    private static let bufferLimit = 64 * 1024
    private static let readSize = 16 * 1024

    let client: CInt
    /// -1 once libmicrohttpd has closed its end.
    private(set) var server: CInt
    let peer: String
    private var gate: RequestGate
    private var toServer = ByteQueue()
    private var toClient = ByteQueue()
    /// The answers are out and our sending side is shut; what the client still sends is dropped until it closes.
    private(set) var isLingering = false
    private(set) var isDead = false
    /// When the first byte came of a request that is not complete.
    private(set) var requestBegan: ContinuousClock.Instant?
    /// As the poller knows them.
    var registered = Interests(client: 0, server: 0)

    init(client: CInt, server: CInt, peer: String, limits: RequestLimits) {
        self.client = client
        self.server = server
        self.peer = peer
        gate = RequestGate(limits: limits)
    }

    /// libmicrohttpd has closed; only the client remains to be served, within the relay's patience.
    var isServerClosed: Bool { server < 0 }

    var interests: Interests {
        let readsClient = isLingering || toServer.count < Self.bufferLimit
        let readsServer = toClient.count < Self.bufferLimit
        return Interests(
            client: (readsClient ? EPOLLIN.rawValue : 0) | (toClient.isEmpty ? 0 : EPOLLOUT.rawValue),
            server: (readsServer ? EPOLLIN.rawValue : 0) | (toServer.isEmpty ? 0 : EPOLLOUT.rawValue)
        )
    }

    func handle(_ events: UInt32, on side: Side, scratch: UnsafeMutableRawBufferPointer) {
        let failed = events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
        switch side {
        case .client:
            if failed {
                isDead = true
            } else if events & EPOLLIN.rawValue != 0 {
                readClient(scratch)
            }
        case .server:
            // After a hang-up there is only the rest to be read, at most a socket buffer.
            if failed {
                while readServer(scratch) {}
                closeServer()
            } else if events & EPOLLIN.rawValue != 0 {
                _ = readServer(scratch)
            }
        }
        flush()
    }

    func closeServer() {
        guard server >= 0 else { return }
        close(server)
        server = -1
    }

    private func readClient(_ scratch: UnsafeMutableRawBufferPointer) {
        let count = recv(client, scratch.baseAddress, min(scratch.count, Self.readSize), 0)
        if count > 0 {
            if isServerClosed { return }
            gate.consume(UnsafeRawBufferPointer(rebasing: scratch[..<count]), into: &toServer.bytes)
            requestBegan = gate.isInsideRequest ? requestBegan ?? .now : nil
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            // A half-closed client counts as gone, as it does for libmicrohttpd.
            isDead = true
        }
    }

    /// - Returns: Whether there was something.
    private func readServer(_ scratch: UnsafeMutableRawBufferPointer) -> Bool {
        guard !isServerClosed else { return false }
        let count = recv(server, scratch.baseAddress, min(scratch.count, Self.readSize), 0)
        if count > 0 {
            toClient.bytes.append(contentsOf: scratch[..<count])
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            closeServer()
        }
        return count > 0
    }

    private func flush() {
        if !isServerClosed, toServer.flush(to: server) == .broken {
            // libmicrohttpd reads no more, but its last answer may still be in the socket.
            toServer = ByteQueue()
        }
        if toClient.flush(to: client) == .broken { isDead = true }
        if isServerClosed, toClient.isEmpty, !isLingering {
            isLingering = true
            shutdown(client, CInt(SHUT_WR))
        }
    }
}
