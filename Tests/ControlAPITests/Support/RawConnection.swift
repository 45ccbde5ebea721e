import Glibc

/// A blocking connection to a server on this machine that sends exactly the bytes it is given.
final class RawConnection {
    struct TimedOut: Error {}

    struct Failed: Error {
        let reason: String
    }

    private let descriptor: CInt
    private var received: [UInt8] = []

    /// - Parameter receiveBuffer: Bytes the kernel may hold for a client that doesn't read; nil for its own choice.
    init(port: Int, receiveBuffer: Int? = nil) throws {
        self.descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        if var bytes = receiveBuffer.map(CInt.init) {
            setsockopt(self.descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<CInt>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Failed(reason: String(cString: strerror(errno))) }
    }

    deinit { close(self.descriptor) }

    func send(_ text: String) { self.send(Array(text.utf8)) }

    /// Stops quietly when the server has closed.
    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(self.descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    /// - Returns: The next answer with its body; nil when the server closes before a complete head.
    func answer(toHead isHead: Bool = false) throws -> Answer? {
        guard let head = try self.head() else { return nil }
        var answer = head
        if let length = answer.headers["content-length"].flatMap(Int.init), !isHead {
            guard let body = try self.read(count: length) else { return nil }
            answer.body = body
        }
        return answer
    }

    func head() throws -> Answer? {
        guard let head = try self.read(through: "\r\n\r\n") else { return nil }
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n").map(String.init)
        var answer = Answer(status: Int(lines[0].split(separator: " ")[1]) ?? 0)
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            answer.headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        return answer
    }

    /// - Returns: The next chunk of a chunked body; nil at its end, and when the server closes.
    func chunk() throws -> [UInt8]? {
        guard let line = try self.read(through: "\r\n"),
            let size = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16), size > 0
        else { return nil }
        return try self.read(count: size + 2).map { Array($0.dropLast(2)) }
    }

    private func read(through delimiter: String) throws -> [UInt8]? {
        let pattern = Array(delimiter.utf8)
        var searched = 0
        while true {
            while searched + pattern.count <= self.received.count {
                if self.received[searched..<(searched + pattern.count)].elementsEqual(pattern) {
                    return self.take(searched + pattern.count)
                }
                searched += 1
            }
            if try !self.receive() { return nil }
        }
    }

    private func read(count: Int) throws -> [UInt8]? {
        while self.received.count < count {
            if try !self.receive() { return nil }
        }
        return self.take(count)
    }

    private func take(_ count: Int) -> [UInt8] {
        defer { self.received.removeFirst(count) }
        return Array(self.received.prefix(count))
    }

    private func receive() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(self.descriptor, &buffer, buffer.count, 0)
        if count > 0 {
            self.received.append(contentsOf: buffer[..<count])
            return true
        }
        if count < 0, errno == EAGAIN { throw TimedOut() }
        return false
    }
}
