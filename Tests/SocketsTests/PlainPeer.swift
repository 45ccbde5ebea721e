import Glibc

/// The other end of a connection: blocking, with a limit on each wait.
final class PlainPeer {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let descriptor: CInt
    private var isOpen = true

    init(descriptor: CInt) { self.descriptor = descriptor }

    deinit { self.close() }

    func close() {
        if self.isOpen { Glibc.close(self.descriptor) }
        self.isOpen = false
    }

    /// Two ends of a TCP connection over loopback.
    static func pair() throws -> (own: CInt, peer: PlainPeer) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(listener) }
        var address = self.loopback(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 1) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard isListening else { throw Failure(description: "listening failed: errno \(errno)") }
        let peer = try PlainPeer(port: in_port_t(bigEndian: address.sin_port))
        let own = accept(listener, nil, nil)
        guard own >= 0 else { throw Failure(description: "accepting failed: errno \(errno)") }
        return (own, peer)
    }

    convenience init(port: UInt16) throws {
        self.init(descriptor: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var address = Self.loopback(port: port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "connecting failed: errno \(errno)") }
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return address
    }

    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    func endOutput() { shutdown(self.descriptor, Int32(SHUT_WR)) }

    func send(_ bytes: [UInt8]) throws {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(self.descriptor, $0.baseAddress! + offset, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "sending failed: errno \(errno)") }
            offset += count
        }
    }

    func send(_ text: String) throws { try self.send(Array(text.utf8)) }

    /// Waits for up to `limit` bytes; empty at the end of the stream.
    func receive(atMost limit: Int = 65_536, seconds: Int32 = 5) throws -> [UInt8] {
        var waiting = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, seconds * 1_000) > 0 else { throw Failure(description: "nothing for \(seconds) s") }
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = recv(self.descriptor, &buffer, limit, 0)
        guard count >= 0 else { throw Failure(description: "errno \(errno)") }
        return Array(buffer[..<count])
    }

    func receive(count: Int) throws -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count {
            let more = try self.receive(atMost: count - all.count)
            guard !more.isEmpty else { throw Failure(description: "the end after \(all.count) bytes of \(count)") }
            all += more
        }
        return all
    }

    /// Whether the connection was broken off rather than ended; waits for either.
    func isReset() throws -> Bool {
        do {
            while try !self.receive().isEmpty {}
            return false
        } catch let failure as Failure where failure.description == "errno \(ECONNRESET)" {
            return true
        }
    }
}
