import Foundation
import ProxyCore
import RolloutCore
import Testing

@testable import Gateway

@Suite("The gateway's access log")
struct AccessLogTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "serin-\(UUID().uuidString).log").path

    /// The objects in the lines of the log.
    private func lines() throws -> [[String: Any]] {
        try String(contentsOfFile: self.path, encoding: .utf8).split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    /// The gateway's log after `send` has been served, with a stable model server and a canary that nobody can connect to.
    private func log(
        canaryWeight: Int = 0,
        share: Double = 1,
        _ send: (SocketPeer) throws -> Void
    ) throws -> [[String: Any]] {
        defer { try? FileManager.default.removeItem(atPath: self.path) }
        let model = try ModelServer.named("one")
        defer { model.stop() }
        let snapshot = try RouteSnapshot.fixture(
            stable: model.url,
            canary: "http://127.0.0.1:\(ModelServer.deadPort())",
            canaryWeight: canaryWeight
        )
        let log = GatewayConfiguration.AccessLog(destination: .file(self.path), share: share)
        try withGateway(snapshot, { $0.accessLog = log }) { gateway in try send(SocketPeer(port: gateway.server.port)) }
        return try self.lines()
    }

    @Test("A request has one line that says what became of it")
    func routed() throws {
        var id: String?
        let trace = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let lines = try self.log { client in
            try client.send("POST /m/predict?secret=1 HTTP/1.1\r\nHost: a\r\n" + trace)
            try client.send("\r\nContent-Length: 2\r\n\r\nhi")
            let answer = try client.takeMessage()
            id = answer.fields["x-serin-request-id"]
            #expect(answer.body == "one /predict?secret=1 hi")
        }

        let line = try #require(lines.first)
        #expect(lines.count == 1)
        #expect(line["requestId"] as? String == id)
        #expect(line["traceId"] as? String == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(line["client"] as? String == "127.0.0.1")
        #expect(line["scheme"] as? String == "http")
        #expect(line["method"] as? String == "POST")
        #expect(line["path"] as? String == "/m/predict")
        #expect(line["model"] as? String == "m")
        #expect(line["cohort"] as? String == "stable")
        #expect(line["version"] as? String == "1")
        #expect(line["generation"] as? Int == 1)
        #expect((line["upstream"] as? String)?.hasPrefix("http://127.0.0.1:") == true)
        #expect(line["status"] as? Int == 200)
        #expect(line["outcome"] as? String == "success")
        #expect(line["bytesIn"] as? Int == 2)
        #expect(line["bytesOut"] as? Int == 24)
        for duration in ["connectMs", "firstByteMs", "totalMs"] { #expect((line[duration] as? Double ?? -1) >= 0) }
        for mark in ["answeredBy", "fallback", "rescued", "pinned", "problem"] { #expect(line[mark] == nil) }
    }

    @Test("A canary that stable stood in for has its own outcome, and stable's name")
    func fallback() throws {
        let lines = try self.log(canaryWeight: 10_000) { client in
            try client.send("GET /m HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.takeMessage().status == 200)
        }

        let line = try #require(lines.first)
        #expect(line["version"] as? String == "2")
        #expect(line["answeredBy"] as? String == "1")
        #expect(line["outcome"] as? String == "connect_failure")
        #expect(line["status"] as? Int == 200)
        #expect(line["fallback"] as? Bool == true)
    }

    @Test("What the gateway answers without a route has a line, too, with what it said")
    func unrouted() throws {
        let lines = try self.log { client in
            try client.send("GET /nobody HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.takeMessage().status == 404)
            try client.send("GET /m HTTP/1.1\r\nHost : a\r\n\r\n")
            #expect(try client.takeMessage().status == 400)
        }

        #expect(lines.map { $0["status"] as? Int } == [404, 400])
        #expect(lines.map { $0["path"] as? String } == ["/nobody", nil])
        #expect(lines.allSatisfy { $0["requestId"] is String && $0["problem"] is String && $0["model"] == nil })
    }

    @Test("Of a sample of nothing only failures are left")
    func sample() throws {
        let lines = try self.log(share: 0) { client in
            for path in ["m", "nobody", "m"] {
                try client.send("GET /\(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.takeMessage()
            }
        }

        #expect(lines.isEmpty)
    }
}
