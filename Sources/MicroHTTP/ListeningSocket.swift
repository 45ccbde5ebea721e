import Glibc

/// A bound, listening, non-blocking socket; whoever holds the value closes it.
struct ListeningSocket {
    let descriptor: CInt
    let port: Int

    init(host: String, port: Int) throws(HTTPServerError) {
        guard let address = SocketAddress(host: host, port: port) else { throw .invalidHost(host) }
        let descriptor = socket(
            address.family,
            CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue),
            0
        )
        guard descriptor >= 0 else { throw Self.failure(host, port) }
        var on: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        guard address.withPointer({ bind(descriptor, $0, $1) }) == 0, listen(descriptor, SOMAXCONN) == 0 else {
            let failure = Self.failure(host, port)
            close(descriptor)
            throw failure
        }
        self.descriptor = descriptor
        self.port = SocketAddress.filled { getsockname(descriptor, $0, $1) }.address.port
    }

    /// At a path that is ours, and free.
    ///
    /// Only the owner may connect: the mode is set before the socket listens, and nobody can connect before that.
    init(_ file: UnixSocketFile) throws(HTTPServerError) {
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw file.failure() }
        guard file.address.withAddress({ bind(descriptor, $0, $1) }) == 0, chmod(file.address.path, 0o600) == 0,
            listen(descriptor, SOMAXCONN) == 0
        else {
            let failure = file.failure()
            close(descriptor)
            throw failure
        }
        self.descriptor = descriptor
        self.port = 0
    }

    private static func failure(_ host: String, _ port: Int) -> HTTPServerError {
        .cannotListen(host: host, port: port, reason: String(cString: strerror(errno)))
    }
}
