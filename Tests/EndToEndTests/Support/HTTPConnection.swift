import Foundation

/// A blocking keep-alive HTTP/1.1 client connection to loopback.
final class HTTPConnection {
    enum Failure: Error, Hashable, CustomStringConvertible {
        case refused
        /// The peer closed an idle connection as the request was sent: a client may send it again.
        case closedUnanswered
        case broken(String)
        case timedOut

        var description: String {
            switch self {
            case .refused: "connection refused"
            case .closedUnanswered: "the kept-alive connection was closed without an answer"
            case .broken(let how): "the answer broke off: \(how)"
            case .timedOut: "no answer in time"
            }
        }
    }

    struct Answer {
        let status: Int
        /// Names in lower case.
        let headers: [String: String]
        let body: [UInt8]

        var text: String { String(decoding: self.body, as: UTF8.self) }
    }

    private let port: Int
    private let timeout: Int32
    private var descriptor: Int32 = -1
    private var exchanges = 0

    /// - Parameter timeout: Of each wait for bytes, in seconds.
    init(port: Int, timeout: Int32 = 10) {
        self.port = port
        self.timeout = timeout
    }

    deinit { self.close() }

    func close() {
        if self.descriptor >= 0 { Glibc.close(self.descriptor) }
        self.descriptor = -1
    }

    /// Sends one request and reads its answer, on the connection of the last one where that is still open.
    func exchange(_ request: [UInt8]) throws(Failure) -> Answer {
        if self.descriptor < 0 { try self.connect() }
        do {
            try self.send(request)
            let answer = try self.receive()
            self.exchanges += 1
            if answer.headers["connection"]?.lowercased() == "close" { self.close() }
            return answer
        } catch {
            self.close()
            throw error
        }
    }

    private func connect() throws(Failure) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .broken("no socket: \(Self.lastError)") }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(self.port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            Glibc.close(descriptor)
            throw .refused
        }
        self.descriptor = descriptor
        self.exchanges = 0
    }

    private func send(_ bytes: [UInt8]) throws(Failure) {
        var offset = 0
        while offset < bytes.count {
            let sent = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    self.descriptor,
                    buffer.baseAddress! + offset,
                    buffer.count - offset,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard sent > 0 else { throw self.exchanges > 0 ? .closedUnanswered : .broken("sending: \(Self.lastError)") }
            offset += sent
        }
    }

    private func receive() throws(Failure) -> Answer {
        var received: [UInt8] = []
        var head: (status: Int, headers: [String: String], length: Int)?
        while true {
            if head == nil, let end = Self.headEnd(received) {
                head = try Self.parse(received[..<end], length: end + 4)
            }
            if let head {
                if let length = head.headers["content-length"].flatMap({ Int($0) }) {
                    if received.count >= head.length + length {
                        return Answer(status: head.status, headers: head.headers, body: Array(received[head.length...]))
                    }
                } else if head.headers["transfer-encoding"] == nil {
                    return Answer(status: head.status, headers: head.headers, body: [])
                } else if received.suffix(5) == Array("0\r\n\r\n".utf8) {
                    return Answer(status: head.status, headers: head.headers, body: Array(received[head.length...]))
                }
            }
            try self.receiveSome(into: &received)
        }
    }

    private func receiveSome(into received: inout [UInt8]) throws(Failure) {
        var waiting = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, self.timeout * 1_000) > 0 else { throw .timedOut }
        let count = withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { buffer in
            let count = recv(self.descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { received.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            return count
        }
        if count > 0 { return }
        if received.isEmpty, self.exchanges > 0 { throw .closedUnanswered }
        throw .broken(count == 0 ? "closed after \(received.count) bytes" : Self.lastError)
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return nil }
            var from = 0
            while from + 4 <= buffer.count, let found = memchr(base + from, 13, buffer.count - from - 3) {
                let place = UnsafeRawPointer(found) - base
                if buffer[place + 1] == 10, buffer[place + 2] == 13, buffer[place + 3] == 10 { return place }
                from = place + 1
            }
            return nil
        }
    }

    private static func parse(
        _ head: ArraySlice<UInt8>,
        length: Int
    ) throws(Failure) -> (status: Int, headers: [String: String], length: Int) {
        let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else { throw .broken("no status in '\(lines[0])'") }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw .broken("no header: '\(line)'") }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces
            )
        }
        return (status, headers, length)
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}
