import CMicroHTTPD
import Glibc

/// Asks a server at a unix socket: one request, one answer, one connection. Blocking.
package struct UnixHTTPClient: Sendable {
    /// Why there is no answer.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        /// Nobody listens there; what the system says.
        case nobody(String)
        case notAllowed
        /// The connection broke, or the time was up, before the answer was complete.
        case brokenOff(String)
        /// What came is no answer of HTTP/1.1.
        case unintelligible

        package var description: String {
            switch self {
            case .nobody(let reason): "nobody listens there (\(reason))"
            case .notAllowed: "its owner does not allow it (Permission denied)"
            case .brokenOff(let reason): "the answer broke off: \(reason)"
            case .unintelligible: "what answers there does not speak HTTP/1.1"
            }
        }
    }

    package struct Answer: Sendable, Equatable {
        package let status: Int
        package let body: [UInt8]
    }

    package let path: String
    private let timeoutMilliseconds: Int

    /// - Parameter timeoutMilliseconds: Of each wait for the server, 1... .
    package init(path: String, timeoutMilliseconds: Int) {
        self.path = path
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// Answers longer than this are none of ours.
    private static let longestAnswer = 16 << 20

    /// - Parameters:
    ///   - target: In origin form, escaped as it must be.
    ///   - body: JSON; nil for none.
    package func ask(_ method: String, _ target: String, body: [UInt8]? = nil) throws(Failure) -> Answer {
        guard let address = UnixSocketPath(self.path) else {
            throw .nobody("a socket's path has 1 to \(UnixSocketPath.maximumBytes) bytes")
        }
        let (descriptor, error) = address.connected()
        guard descriptor >= 0 else {
            throw error == EACCES || error == EPERM ? .notAllowed : .nobody(String(cString: strerror(error)))
        }
        defer { close(descriptor) }
        self.limitWaits(descriptor)
        var head =
            "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: application/json\r\n"
        if let body { head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n" }
        try Self.send(Array((head + "\r\n").utf8) + (body ?? []), on: descriptor)
        return try Self.answer(Self.receive(from: descriptor))
    }

    private func limitWaits(_ descriptor: CInt) {
        var limit = timeval(
            tv_sec: self.timeoutMilliseconds / 1_000,
            tv_usec: self.timeoutMilliseconds % 1_000 * 1_000
        )
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private static func send(_ bytes: [UInt8], on descriptor: CInt) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { rest in
                Glibc.send(descriptor, rest.baseAddress! + sent, rest.count - sent, CInt(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .brokenOff(Self.reason()) }
            sent += count
        }
    }

    private static func receive(from descriptor: CInt) throws(Failure) -> [UInt8] {
        var received: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while received.count <= Self.longestAnswer {
            let count = recv(descriptor, &part, part.count, 0)
            if count == 0 { return received }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .brokenOff(Self.reason()) }
            received += part[..<count]
        }
        throw .unintelligible
    }

    private static func reason() -> String {
        errno == EAGAIN ? "no answer in time" : String(cString: strerror(errno))
    }

    /// The server was asked to close after its answer, which therefore ends where the stream does.
    private static func answer(_ bytes: [UInt8]) throws(Failure) -> Answer {
        let (separator, version) = (Array("\r\n\r\n".utf8), Array("HTTP/1.1 ".utf8))
        guard !bytes.isEmpty else { throw .brokenOff("the server closed the connection") }
        guard bytes.starts(with: version),
            let status = Int(String(decoding: bytes.dropFirst(version.count).prefix(3), as: UTF8.self)),
            let end = (0..<bytes.count).first(where: { bytes[$0...].starts(with: separator) })
        else { throw .unintelligible }
        let body = Array(bytes[(end + separator.count)...])
        let fields = String(decoding: bytes[..<end], as: UTF8.self).lowercased().split(separator: "\r\n")
        if let length = fields.first(where: { $0.hasPrefix("content-length:") })?.dropFirst(15),
            Int(length.drop { $0 == " " }) != body.count
        {
            throw .brokenOff("it ends before its length")
        }
        return Answer(status: status, body: body)
    }
}
