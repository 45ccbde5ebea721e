import Foundation
import Gateway
import RolloutCore
import Synchronization
import Testing

@Suite("What upstreams are told of clients")
struct ForwardingTests {
    private static let names = [
        "forwarded", "traceparent", "tracestate", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
    ]

    /// Asks with `fields` and returns what the server saw of those above, and the answer.
    private static func ask(
        _ fields: String,
        _ configure: (inout GatewayConfiguration) -> Void = { _ in }
    ) throws -> (seen: [String: String], answer: Message) {
        let seen = Shared<[String: String]>([:])
        let model = try ModelServer { peer in
            let request = try peer.takeMessage()
            seen.value.withLock { $0 = request.fields.filter { Self.names.contains($0.key) } }
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        defer { model.stop() }
        var answer: Message?
        try withGateway(.fixture(stable: model.url), configure) { gateway in
            answer = try gateway.connect().ask("GET /m/x HTTP/1.1\r\nHost: models.example\r\n\(fields)\r\n")
        }
        return (seen.value.withLock { $0 }, try #require(answer))
    }

    private static let told = """
        X-Forwarded-For: 192.0.2.7\r
        X-Forwarded-Proto: https\r
        X-Forwarded-Host: front.example\r
        Forwarded: for=192.0.2.7\r
        Via: 1.1 front\r

        """

    @Test("Without a word from the client it is told of the connection")
    func alone() throws {
        let (seen, answer) = try Self.ask("") { $0.forwarding.beginsTraces = false }
        #expect(
            seen == [
                "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http", "x-forwarded-host": "models.example",
                "via": "1.1 serin",
            ]
        )
        #expect(answer.fields["via"] == "1.1 serin")
    }

    @Test("A trusted client's word stands, and its lists are gone on from")
    func trusted() throws {
        let (seen, _) = try Self.ask(Self.told) {
            $0.forwarding = .init(trustsClients: true, writesForwarded: true, beginsTraces: false)
        }
        #expect(
            seen == [
                "x-forwarded-for": "192.0.2.7, 127.0.0.1", "x-forwarded-proto": "https",
                "x-forwarded-host": "front.example",
                "forwarded": "for=192.0.2.7, for=127.0.0.1;proto=http;host=\"models.example\"", "via": "1.1 serin",
            ]
        )
    }

    @Test("Where clients are not trusted their word is replaced")
    func replaced() throws {
        let (seen, _) = try Self.ask(Self.told) {
            $0.forwarding = .init(trustsClients: false, beginsTraces: false)
        }
        #expect(
            seen == [
                "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http", "x-forwarded-host": "models.example",
                "via": "1.1 serin",
            ]
        )
    }

    private static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test("A valid trace goes on")
    func ownTrace() throws {
        let (seen, _) = try Self.ask("traceparent: \(Self.parent)\r\ntracestate: a=1\r\n")
        #expect(seen["traceparent"] == Self.parent)
        #expect(seen["tracestate"] == "a=1")
    }

    @Test(
        "Where there is no valid trace one begins",
        arguments: ["", "traceparent: 00-0-0-01\r\ntracestate: a=1\r\n", "tracestate: a=1\r\n"]
    )
    func newTrace(fields: String) throws {
        let (seen, _) = try Self.ask(fields)
        let parent = try #require(seen["traceparent"])
        #expect(parent.wholeMatch(of: /00-[0-9a-f]{32}-[0-9a-f]{16}-01/) != nil)
        #expect(seen["tracestate"] == nil)
    }

    @Test("Where traces are not looked at their fields go on as they came")
    func unlookedAt() throws {
        let (seen, _) = try Self.ask("traceparent: 00-0-0-01\r\ntracestate: a=1\r\n") {
            $0.forwarding.beginsTraces = false
        }
        #expect(seen["traceparent"] == "00-0-0-01")
        #expect(seen["tracestate"] == "a=1")
    }

    @Test("The access log has the id of a trace that began at the gateway")
    func loggedTrace() throws {
        let path = FileManager.default.temporaryDirectory.path + "/serin-trace-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (seen, _) = try Self.ask("") { $0.accessLog = .init(destination: .file(path)) }
        let trace = try #require(seen["traceparent"]).split(separator: "-")[1]
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("\"\(trace)\""))
    }

    @Test("The gateway's own answers say when they were made")
    func date() throws {
        try withGateway(.fixture(stable: "http://127.0.0.1:9")) { gateway in
            for path in ["/-/healthz", "/nothing"] {
                let date = try #require(try gateway.connect().ask(get(path)).fields["date"])
                #expect(date.wholeMatch(of: /[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT/) != nil)
            }
        }
    }

    @Test(
        "A path that hides a version behind the model is refused",
        arguments: [
            ("/v2/models/m/%76ersions/2/infer", 400), ("/v2/models/m//versions/2/infer", 400),
            ("/v1/models/m/\\versions\\2:predict", 400), ("/v1/models/m/%6Cabels/live:predict", 400),
            ("/v2/models/m/versions/2/infer", 200), ("/v2/models/m/infer%20it", 200), ("/m/%76ersions/2", 200),
        ]
    )
    func hiddenVersion(path: String, status: Int) throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let answer = try gateway.connect().ask(get(path))
            #expect(answer.status == status)
        }
    }
}
