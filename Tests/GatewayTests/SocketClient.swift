import Glibc
import Sockets

/// A plain TCP connection, blocking, with a limit on each wait: what a client of the gateway, or a model server, sees.
final class SocketPeer {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let descriptor: Int32
    private(set) var received: [UInt8] = []
    /// The connection ended with an error instead of a close.
    private(set) var wasReset = false
    private var isOpen = true
    /// Secures what goes either way; nil leaves it plain.
    private var session: (any SecureSession)?

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Connects to a port on loopback.
    ///
    /// - Parameter receiveBuffer: Bytes the kernel takes while nobody reads; nil lets it choose.
    convenience init(port: Int, receiveBuffer: Int32? = nil) throws {
        self.init(descriptor: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        if var size = receiveBuffer {
            setsockopt(self.descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = SocketPeer.loopback(port: port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "connecting failed: errno \(errno)") }
    }

    deinit { self.close() }

    static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return address
    }

    /// Shakes hands, and goes on with TLS.
    func secure(_ session: (any SecureSession)?) throws {
        guard let session else { throw Failure(description: "no session") }
        let result = session.handshake()
        guard result == .done else { throw Failure(description: "no handshake: \(result)") }
        self.session = session
    }

    /// Tells the peer that nothing more comes, where TLS can.
    func announceEnd() { self.session?.close() }

    /// Sends nothing more, but goes on reading.
    func endOutput() {
        self.announceEnd()
        shutdown(self.descriptor, Int32(SHUT_WR))
    }

    func close() {
        if self.isOpen { Glibc.close(self.descriptor) }
        self.isOpen = false
    }

    /// Makes `close` break the connection off.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    func send(_ text: String) throws { try self.send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        if let session = self.session {
            let result = session.write(bytes.span.bytes)
            guard result == .bytes(bytes.count) else { throw Failure(description: "sending failed: \(result)") }
            return
        }
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(self.descriptor, $0.baseAddress! + offset, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "sending failed: errno \(errno)") }
            offset += count
        }
    }

    /// Sends as much of `bytes` as goes out without waiting; returns how much that was.
    func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
        max(
            0,
            bytes.withUnsafeBytes {
                Glibc.send(self.descriptor, $0.baseAddress, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
        )
    }

    /// Waits until something arrives; false at the end, an error after `seconds` of silence.
    @discardableResult
    func receiveSome(seconds: Int32 = 5) throws -> Bool {
        var waiting = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        guard self.session?.hasBufferedInput == true || poll(&waiting, 1, seconds * 1_000) > 0 else {
            throw Failure(description: "nothing for \(seconds) s; so far: \(self.text.prefix(300))")
        }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count =
            self.session.map { session in buffer.withUnsafeMutableBytes { session.count(into: $0) } }
            ?? recv(self.descriptor, &buffer, buffer.count, 0)
        guard count > 0 else {
            self.wasReset = count < 0
            return false
        }
        self.received += buffer[..<count]
        return true
    }

    /// Waits until what has arrived satisfies `condition`.
    func receive(until condition: (SocketPeer) -> Bool) throws {
        while !condition(self) {
            guard try self.receiveSome() else {
                throw Failure(description: "the peer closed; so far: \(self.text.prefix(300))")
            }
        }
    }

    /// Waits, without reading, until the other end has broken the connection off.
    func awaitReset(seconds: Int32 = 5) throws {
        var waiting = pollfd(fd: self.descriptor, events: 0, revents: 0)
        guard poll(&waiting, 1, seconds * 1_000) > 0 else {
            throw Failure(description: "not broken off within \(seconds) s")
        }
    }

    func receiveToEnd() throws { while try self.receiveSome() {} }

    func forgetReceived() { self.received = [] }

    var text: String { String(decoding: self.received, as: UTF8.self) }

    /// Takes the first whole message out of what arrived; waits for it. Knows `Content-Length` only.
    func takeMessage(hasBody: Bool = true) throws -> Message {
        try self.receive { Message(parsing: $0.received, hasBody: hasBody) != nil }
        guard let message = Message(parsing: self.received, hasBody: hasBody) else {
            throw Failure(description: "no message")
        }
        self.received.removeFirst(message.length)
        return message
    }
}

/// An HTTP message, read leniently.
struct Message {
    var startLine: String
    /// In lower case.
    var fields: [String: String] = [:]
    var body: String
    var length: Int

    var status: Int { Int(self.startLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    var target: String { String(self.startLine.split(separator: " ").dropFirst().first ?? "") }

    init?(parsing bytes: [UInt8], hasBody: Bool) {
        guard let end = Message.endOfHead(bytes) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        self.startLine = String(lines[0])
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            self.fields[parts[0].lowercased()] = String(value)
        }
        let count = hasBody ? Int(self.fields["content-length"] ?? "") ?? 0 : 0
        guard bytes.count >= end + 4 + count else { return nil }
        self.body = String(decoding: bytes[(end + 4)..<(end + 4 + count)], as: UTF8.self)
        self.length = end + 4 + count
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { buffer in
            var index = 3
            while index < buffer.count {
                if buffer[index] == 10, buffer[index - 1] == 13, buffer[index - 2] == 10 { return index - 3 }
                index += 1
            }
            return nil
        }
    }
}

extension SecureSession {
    /// As `recv` counts: 0 at the end that the peer has announced, below 0 at any other.
    fileprivate func count(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        switch self.read(into: buffer) {
        case .bytes(let count): count
        case .closed: 0
        case .failed, .wouldBlock, .wantsWrite: -1
        }
    }
}
