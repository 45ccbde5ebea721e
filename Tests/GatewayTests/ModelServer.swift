import Glibc
import Synchronization
import Testing

/// A model server on loopback whose behaviour is a closure: one thread for each connection.
final class ModelServer: Sendable {
    let port: Int
    private let listener: Int32
    private let accepted = Mutex(0)

    var url: String { "http://127.0.0.1:\(self.port)" }
    /// Connections that were ever accepted.
    var connectionCount: Int { self.accepted.withLock { $0 } }

    /// - Parameters:
    ///   - port: 0 takes a free one.
    ///   - host: The last number of its address, 127.0.0.`host`.
    ///   - serve: Called with each connection on a thread of its own; the connection is closed when it returns.
    init(port: Int = 0, host: UInt32 = 1, _ serve: @escaping @Sendable (SocketPeer) throws -> Void) throws {
        let (listener, bound) = try Self.bind(port, host)
        guard listen(listener, 512) == 0 else {
            throw SocketPeer.Failure(description: "listening failed: errno \(errno)")
        }
        self.listener = listener
        self.port = bound
        startThread { [self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                if descriptor < 0 {
                    // Here and nowhere else: the number is another socket's as soon as it is closed.
                    close(listener)
                    return
                }
                self.accepted.withLock { $0 += 1 }
                startThread {
                    let peer = SocketPeer(descriptor: descriptor)
                    try? serve(peer)  // A gateway that leaves ends the connection, which is what many tests are about.
                    peer.close()
                }
            }
        }
    }

    func stop() { shutdown(self.listener, Int32(SHUT_RDWR)) }

    private static func bind(_ port: Int, _ host: UInt32) throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var reuses: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuses, socklen_t(MemoryLayout<Int32>.size))
        var address = SocketPeer.loopback(port: port)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0000 + host).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard result else { throw SocketPeer.Failure(description: "binding failed: errno \(errno)") }
        return (descriptor, Int(in_port_t(bigEndian: address.sin_port)))
    }

    /// A server that answers each request with its own name and the target it saw.
    static func named(_ name: String) throws -> ModelServer {
        try ModelServer { peer in
            while true {
                let request = try peer.takeMessage()
                let body = "\(name) \(request.target) \(request.body)"
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            }
        }
    }

    /// A port on which nothing listens, and which nobody else gets as long as the tests run.
    static func deadPort() throws -> Int { try Self.bind(0, 1).port }

    static func deadURL() throws -> String { "http://127.0.0.1:\(try Self.deadPort())" }
}

private final class ThreadBody {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

func startThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
    pthread_create(
        &thread,
        nil,
        { context in
            Unmanaged<ThreadBody>.fromOpaque(context!).takeRetainedValue().run()
            return nil
        },
        context
    )
    pthread_detach(thread)
}

/// Asks again and again until `condition` holds; for what happens in another thread.
func eventually(_ what: String, seconds: Double = 5, _ condition: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !condition() {
        guard ContinuousClock.now < end else {
            throw SocketPeer.Failure(description: "not within \(seconds) s: \(what)")
        }
        usleep(2_000)
    }
}
