import Foundation
import Synchronization

/// An HTTP server on a free port of this machine that gives one answer to everything and remembers what it was asked.
final class FakeServer: Sendable {
    struct Request: Equatable {
        let line: String
        let body: String
    }

    let port: UInt16
    private let socket: Int32
    private let answer: @Sendable (Request) -> String?
    private let received = Mutex<[Request]>([])

    /// - Parameter answer: The whole answer; nil keeps the client waiting.
    init(_ answer: @escaping @Sendable (Request) -> String?) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) == 0 && listen(socket, 16) == 0
                    && getsockname(socket, pointer, &length) == 0
            }
        }
        guard socket >= 0, bound else { throw POSIXError(.EADDRNOTAVAIL) }
        self.socket = socket
        self.port = UInt16(bigEndian: address.sin_port)
        self.answer = answer
        let thread = Thread { [weak self] in
            while let connection = Self.accepted(socket) { self?.serve(connection) }
        }
        thread.start()
    }

    deinit {
        shutdown(self.socket, Int32(SHUT_RDWR))
        close(self.socket)
    }

    var address: String { "http://127.0.0.1:\(self.port)" }
    var requests: [Request] { self.received.withLock { $0 } }

    static func json(_ body: String, status: Int = 200) -> String {
        "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
            + "Connection: close\r\n\r\n\(body)"
    }

    private static func accepted(_ socket: Int32) -> Int32? {
        let connection = accept(socket, nil, nil)
        return connection >= 0 ? connection : nil
    }

    private func serve(_ connection: Int32) {
        guard let request = Self.request(connection) else {
            close(connection)
            return
        }
        self.received.withLock { $0.append(request) }
        // A client that is kept waiting closes the connection itself; the descriptor goes with the process.
        guard let text = self.answer(request) else { return }
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
            if count <= 0 { break }
            sent += count
        }
        close(connection)
    }

    private static func request(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound].split(separator: "\r\n")
                let lengths = head.filter { $0.lowercased().hasPrefix("content-length:") }
                let length = lengths.first.flatMap {
                    Int($0.split(separator: ":")[1].trimmingCharacters(in: .whitespaces))
                }
                let body = text[end.upperBound...]
                if body.utf8.count >= length ?? 0 { return Request(line: String(head[0]), body: String(body)) }
            }
            let count = read(connection, &chunk, chunk.count)
            if count <= 0 { return nil }
            bytes += chunk[..<count]
        }
    }
}
