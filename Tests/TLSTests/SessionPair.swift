import Glibc
import Sockets
import TLS
import Testing

/// Two connected sockets, closed with this object.
final class SocketPair {
    private(set) var client: CInt
    private(set) var server: CInt

    /// - Parameter bufferSize: Bytes that either side can send before the other one reads; nil leaves the system's.
    init(bufferSize: CInt? = nil) throws {
        var pair: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        try #require(socketpair(AF_UNIX, kind, 0, &pair) == 0)
        self.client = pair[0]
        self.server = pair[1]
        guard var size = bufferSize else { return }
        for descriptor in pair {
            setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
    }

    func closeClient() {
        close(self.client)
        self.client = -1
    }

    deinit {
        if self.client >= 0 { close(self.client) }
        close(self.server)
    }
}

/// Both ends of a connection, each with its session, driven by hand from one thread.
final class SessionPair {
    let sockets: SocketPair
    let client: any SecureSession
    let server: any SecureSession

    init(_ server: TLSServer, _ client: TLSClient, host: String = "localhost", bufferSize: CInt? = nil) throws {
        self.sockets = try SocketPair(bufferSize: bufferSize)
        self.client = try #require(client.session(on: self.sockets.client, host: host, port: 443))
        self.server = try #require(server.session(on: self.sockets.server))
    }

    /// Steps both sides in turn until neither can go on.
    @discardableResult
    func shakeHands() -> (client: SecureHandshake, server: SecureHandshake) {
        var client = SecureHandshake.wantsRead
        var server = SecureHandshake.wantsRead
        for _ in 0..<10 {
            if client.isUnderWay { client = self.client.handshake() }
            if server.isUnderWay { server = self.server.handshake() }
        }
        return (client, server)
    }
}

extension SecureHandshake {
    var isUnderWay: Bool {
        switch self {
        case .wantsRead, .wantsWrite: true
        case .done, .failed: false
        }
    }
}

extension SecureSession {
    func send(_ text: String) -> SecureWrite { self.write(text.utf8.span.bytes) }

    /// What one call reads, as text.
    func receive(upTo count: Int = 65_536) -> (SecureRead, String) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { buffer.deallocate() }
        let result = self.read(into: buffer)
        guard case .bytes(let read) = result else { return (result, "") }
        return (result, String(decoding: buffer[..<read], as: UTF8.self))
    }
}
