import Glibc
import Testing

/// A blocking TCP client that sends exactly the bytes it is given; reads give up after ten seconds.
final class RawClient {
    struct Answer: Equatable {
        var status: Int
        var headers: [String: String]
        var body: String
    }

    struct TimedOut: Error {}

    struct ConnectionFailed: Error {
        let reason: String
    }

    private let descriptor: CInt
    private var received: [UInt8] = []
    private(set) var isAtEnd = false

    init(port: Int) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw ConnectionFailed(reason: String(cString: strerror(errno))) }
    }

    deinit {
        close(descriptor)
    }

    func send(_ text: String) {
        send(Array(text.utf8))
    }

    /// Stops quietly when the server has closed.
    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, CInt(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }

    /// - Returns: `nil` when the server closes before a complete head.
    func answer(toHead isHead: Bool = false) throws -> Answer? {
        guard let head = try read(through: "\r\n\r\n") else { return nil }
        let lines = head.split(separator: "\r\n").map(String.init)
        var answer = Answer(status: Int(lines[0].split(separator: " ")[1]) ?? 0, headers: [:], body: "")
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            answer.headers[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description
        }
        if let length = answer.headers["content-length"].flatMap(Int.init), !isHead {
            answer.body = try #require(try read(count: length))
        }
        return answer
    }

    /// - Returns: Everything through the delimiter; `nil` at the end of the stream.
    func read(through delimiter: String) throws -> String? {
        let pattern = Array(delimiter.utf8)
        var searched = 0
        while true {
            while searched + pattern.count <= received.count {
                if received[searched..<(searched + pattern.count)].elementsEqual(pattern) {
                    return take(searched + pattern.count)
                }
                searched += 1
            }
            if try !receive() { return nil }
        }
    }

    func read(count: Int) throws -> String? {
        while received.count < count {
            if try !receive() { return nil }
        }
        return take(count)
    }

    /// Reads until the server closes.
    func readToEnd() throws -> String {
        while try receive() {}
        return take(received.count)
    }

    private func take(_ count: Int) -> String {
        defer { received.removeFirst(count) }
        return String(decoding: received.prefix(count), as: UTF8.self)
    }

    private func receive() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 {
            received.append(contentsOf: buffer[..<count])
            return true
        }
        if count < 0, errno == EAGAIN { throw TimedOut() }
        isAtEnd = true
        return false
    }
}
