import Foundation
import Glibc
import MicroHTTP
import Testing

@Suite("A server at a unix socket")
struct UnixSocketTests {
    private struct Place: ~Copyable {
        let directory = FileManager.default.temporaryDirectory.path + "/serin-unix-\(UUID().uuidString.prefix(8))"
        var path: String { self.directory + "/s" }

        init() throws {
            try FileManager.default.createDirectory(atPath: self.directory, withIntermediateDirectories: true)
        }
        deinit { try? FileManager.default.removeItem(atPath: self.directory) }
    }

    /// Tells who asks, and what.
    private func serve(_ path: String) throws -> HTTPServer {
        try HTTPServer(
            HTTPServer.Configuration(unixPath: path),
            responder: HTTPResponder(lane: { _ in .inline }) { request in
                let peer = request.peer.map { "\($0.userID) \($0.processID) \($0.userName)" } ?? "nobody"
                return .text(
                    "\(request.method) \(request.target.rawPath) \(String(decoding: request.body, as: UTF8.self)) \(peer)"
                )
            }
        )
    }

    private func client(_ path: String) -> UnixHTTPClient { UnixHTTPClient(path: path, timeoutMilliseconds: 10_000) }

    @Test("answers, and knows the account that asks from the kernel")
    func answers() throws {
        let place = try Place()
        let server = try self.serve(place.path)
        defer { server.stop() }

        let answer = try self.client(place.path).ask("POST", "/a", body: Array("{}".utf8))

        #expect(answer.status == 200)
        #expect(
            String(decoding: answer.body, as: UTF8.self)
                == "POST /a {} \(getuid()) \(getpid()) \(NSUserName())"
        )
        #expect(server.port == 0)
    }

    @Test("is for its owner only")
    func mode() throws {
        let place = try Place()
        let server = try self.serve(place.path)
        defer { server.stop() }

        let mode = try FileManager.default.attributesOfItem(atPath: place.path)[.posixPermissions] as? Int

        #expect(mode == 0o600)
    }

    @Test("takes the place of one that was killed")
    func stale() throws {
        let place = try Place()
        // What a killed process leaves: a bound socket that nobody listens at.
        let left = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: place.path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(left, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        close(left)
        #expect(bound == 0)
        #expect(throws: UnixHTTPClient.Failure.nobody("Connection refused")) {
            try self.client(place.path).ask("GET", "/")
        }

        let server = try self.serve(place.path)
        defer { server.stop() }

        #expect(try self.client(place.path).ask("GET", "/").status == 200)
    }

    @Test("leaves alone a server that lives, and what is no socket")
    func occupied() throws {
        let place = try Place()
        let first = try self.serve(place.path)
        let refusal = HTTPServerError.cannotListenAtPath(place.path, reason: "another process listens there")
        #expect(throws: refusal) { try self.serve(place.path) }
        #expect(try self.client(place.path).ask("GET", "/").status == 200)
        first.stop()
        #expect(!FileManager.default.fileExists(atPath: place.path), "it cleans up after itself")

        try Data("precious".utf8).write(to: URL(fileURLWithPath: place.path))
        #expect(throws: HTTPServerError.self) { try self.serve(place.path) }
        #expect(try String(contentsOfFile: place.path, encoding: .utf8) == "precious")
    }

    @Test("refuses a path that no socket can have")
    func path() throws {
        #expect(throws: HTTPServerError.self) { try self.serve("/tmp/" + String(repeating: "x", count: 103)) }
        #expect(throws: HTTPServerError.self) { try self.serve("") }
        #expect(throws: HTTPServerError.self) { try self.serve("/no/such/directory/s") }
    }

    @Test("Who asks where nobody listens is told so")
    func nobody() throws {
        let place = try Place()
        #expect(throws: UnixHTTPClient.Failure.nobody("No such file or directory")) {
            try self.client(place.path).ask("GET", "/")
        }
    }
}
