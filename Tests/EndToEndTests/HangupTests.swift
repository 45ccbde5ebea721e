import Foundation
import Sockets
import TLS
import TestCertificates
import TestSupport
import Testing

extension EndToEnd {
    @Suite("SIGHUP")
    struct HangupTests {
        @Test("A service goes on with new certificates and a new access log, in the same process")
        func hangup() async throws {
            try await TestDatabase.withDatabase { url in
                try await Scenario.run { scenario in
                    let authority = TestAuthority()
                    let files = authority.issue(.init(names: ["DNS:old.example"]), as: "server")
                    let (port, log) = (Ports.free(), scenario.path("access.log"))
                    let service = try await scenario.serve(
                        databaseURL: url,
                        migrates: true,
                        options: [
                            "--tls-listen", "127.0.0.1:\(port)", "--tls-certificate", files.chain, "--tls-key",
                            files.key,
                            "--access-log", log,
                        ]
                    )
                    let client = SecureCaller(port: port, authority: authority.path)
                    try await eventually("the gateway answers") {
                        try client.status("/-/healthz", from: "old.example") == 200
                    }
                    #expect(try client.status("/before", from: "old.example") == 404)
                    try await eventually("the line is there") { try Self.paths(log).contains("/before") }

                    authority.issue(.init(names: ["DNS:new.example"]), as: "server")
                    try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
                    service.process.send(SIGHUP)

                    try await eventually("the file is there again") { FileManager.default.fileExists(atPath: log) }
                    #expect(try client.status("/after", from: "new.example") == 404)
                    try await eventually("the line is there") { try Self.paths(log) == ["/after"] }
                    #expect(try Self.paths(log + ".1") == ["/before"])
                    #expect(service.process.ended == nil)
                }
            }
        }

        private static func paths(_ log: String) throws -> [String] {
            try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").compactMap { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return object?["scheme"] as? String == "https" ? object?["path"] as? String : nil
            }
        }
    }
}

/// Asks over TLS, each time on a connection of its own.
private struct SecureCaller {
    struct Failure: Error {
        let reason: String
    }

    let port: Int
    let authority: String

    /// - Parameter host: Whose certificate the answer must come with.
    func status(_ path: String, from host: String) throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(self.port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(reason: "refused") }
        let client = try TLSClient(TLSClientConfiguration(trust: .authorities(self.authority)))
        // The socket blocks, so nothing has to be waited for.
        guard let session = client.session(on: descriptor, host: host, port: UInt16(self.port)),
            session.handshake() == .done
        else { throw Failure(reason: "no handshake with \(host)") }
        _ = session.write("GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8.span.bytes)
        var answer = [UInt8](repeating: 0, count: 4_096)
        guard case .bytes(let count) = answer.withUnsafeMutableBytes({ session.read(into: $0) }) else {
            throw Failure(reason: "no answer")
        }
        let words = String(decoding: answer[..<count], as: UTF8.self).split(separator: " ")
        return words.count > 1 ? Int(words[1]) ?? 0 : 0
    }
}
