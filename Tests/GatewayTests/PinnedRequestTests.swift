import ProxyCore
import RolloutCore
import Synchronization
import Testing

@testable import Gateway

@Suite("Pinned requests to a gateway")
struct PinnedRequestTests {
    private static func token(_ model: String? = "m", _ version: String? = nil, seconds: Double = 60) throws -> String {
        PinToken(
            model: try model.map { try ModelName($0) },
            version: try version.map { try VersionName($0) },
            expiresAt: Timestamp.now().adding(seconds: seconds)
        ).text(signedWith: PinKey(derivedFrom: RouteSnapshot.careKey.hash))
    }

    private static func target(_ version: String, _ server: ModelServer) throws -> PinTarget {
        PinTarget(try VersionSpecification(version: VersionName(version), upstreams: [UpstreamURL(server.url)]))
    }

    private static func request(_ fields: String, body: String = "hello") -> String {
        "POST /m/x HTTP/1.1\r\nHost: h\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Stable 1 with everything, canary 2 with nothing, and 3 out of the split.
    private func withThree(_ body: (GatewayFixture) throws -> Void) throws {
        let servers = try ["one", "two", "three"].map { try ModelServer.named($0) }
        defer { for server in servers { server.stop() } }
        let snapshot = try RouteSnapshot.fixture(stable: servers[0].url, canary: servers[1].url, canaryWeight: 0)
        try withGateway(snapshot.caring(by: RescueRule(), pins: [Self.target("3", servers[2])])) { try body($0) }
    }

    @Test(
        "A request goes to the version it names, at any weight, and is counted apart",
        arguments: [("1", "one"), ("2", "two"), ("3", "three")]
    )
    func pinned(version: String, server: String) throws {
        try self.withThree { gateway in
            let client = try gateway.connect()
            for _ in 1...3 {
                try client.send(
                    Self.request("x-serin-pin: \(version)\r\nx-serin-pin-token: \(try Self.token())\r\n")
                )
                let answer = try client.takeMessage()
                #expect(answer.body == "\(server) /x hello")
                #expect(answer.fields["x-serin-version"] == version)
                #expect(answer.fields["x-serin-pinned"] == "true")
                #expect(standing(of: answer) == .pinned)
            }
            // The same connection goes on without the pin.
            try client.send(Self.request(""))
            let answer = try client.takeMessage()
            #expect(answer.body == "one /x hello")
            #expect(answer.fields["x-serin-pinned"] == nil)
            try eventually("the pinned ones are counted") { gateway.pinned(version) == [.success: 3] }
            try gateway.awaitOutcomes(.stable, [.success: 1])
            #expect(gateway.store.tally(.stable).assigned == 1)
            #expect(gateway.store.tally(.canary) == CohortTally())
        }
    }

    @Test("Neither header reaches the version")
    func hidden() throws {
        let seen = Shared("")
        let model = try ModelServer { peer in
            let request = try peer.takeMessage()
            seen.value.withLock {
                $0 = request.fields.map { "\($0.key): \($0.value)" }.sorted().joined(separator: "\n")
            }
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        defer { model.stop() }
        try withGateway(try RouteSnapshot.fixture(stable: model.url).caring()) { gateway in
            let client = try gateway.connect()
            try client.send(Self.request("X-Serin-Pin: 1\r\nX-SERIN-PIN-TOKEN: \(try Self.token())\r\n"))
            #expect(try client.takeMessage().status == 200)
            #expect(!seen.value.withLock { $0.lowercased() }.contains("x-serin-pin"))
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let status: Int
        let fields: @Sendable () throws -> String
    }

    static let refusals: [Refusal] = [
        Refusal(testDescription: "no token", status: 401) { "x-serin-pin: 3\r\n" },
        Refusal(testDescription: "no version", status: 400) { "x-serin-pin-token: \(try token())\r\n" },
        Refusal(testDescription: "two versions", status: 400) {
            "x-serin-pin: 3\r\nx-serin-pin: 1\r\nx-serin-pin-token: \(try token())\r\n"
        },
        Refusal(testDescription: "a forged token", status: 403) {
            "x-serin-pin: 3\r\nx-serin-pin-token: pin1:m:3:9999999999:00\r\n"
        },
        Refusal(testDescription: "a token that has expired", status: 403) {
            "x-serin-pin: 3\r\nx-serin-pin-token: \(try token(seconds: -1))\r\n"
        },
        Refusal(testDescription: "a token for another version", status: 403) {
            "x-serin-pin: 3\r\nx-serin-pin-token: \(try token("m", "1"))\r\n"
        },
        Refusal(testDescription: "a token for another model", status: 403) {
            "x-serin-pin: 3\r\nx-serin-pin-token: \(try token("other"))\r\n"
        },
        Refusal(testDescription: "a version that nobody knows", status: 404) {
            "x-serin-pin: 9\r\nx-serin-pin-token: \(try token())\r\n"
        },
    ]

    @Test("What may not be pinned is refused and goes nowhere else, and the connection stays", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        try self.withThree { gateway in
            let client = try gateway.connect()
            try client.send(Self.request(try refusal.fields()))
            let answer = try client.takeMessage()
            #expect(answer.status == refusal.status)
            #expect(answer.fields["content-type"] == "application/problem+json")
            #expect((answer.fields["www-authenticate"] != nil) == (refusal.status == 401))
            #expect(answer.fields["x-serin-version"] == nil)
            try client.send(Self.request(""))
            #expect(try client.takeMessage().body == "one /x hello")
            try gateway.awaitOutcomes(.stable, [.success: 1])
            #expect(["1", "2", "3"].allSatisfy { gateway.pinned($0).isEmpty })
        }
    }

    @Test("A pinned version that is down is not stood in for")
    func down() throws {
        let stable = try ModelServer.named("stable")
        defer { stable.stop() }
        let snapshot = try RouteSnapshot.fixture(stable: stable.url, canary: ModelServer.deadURL())
        try withGateway(snapshot.caring(by: RescueRule())) { gateway in
            let client = try gateway.connect()
            try client.send(Self.request("x-serin-pin: 2\r\nx-serin-pin-token: \(try Self.token())\r\n"))
            let answer = try client.takeMessage()
            #expect(answer.status == 502)
            #expect(answer.fields["x-serin-pinned"] == "true")
            #expect(answer.fields["x-serin-version"] == "2")
            try eventually("it is counted") { gateway.pinned("2") == [.connectFailure: 1] }
            #expect(gateway.store.tally(.canary) == CohortTally())
        }
    }

    @Test("A pinned failure is passed on as it is, whatever the rescue")
    func failing() throws {
        let stable = try ModelServer.named("stable")
        let canary = try ModelServer.answering("500 Oops")
        defer {
            stable.stop()
            canary.stop()
        }
        let snapshot = try RouteSnapshot.fixture(stable: stable.url, canary: canary.url)
        try withGateway(snapshot.caring(by: RescueRule(afterMilliseconds: 100))) { gateway in
            let client = try gateway.connect()
            try client.send(Self.request("x-serin-pin: 2\r\nx-serin-pin-token: \(try Self.token(nil))\r\n"))
            #expect(try client.takeMessage().status == 500)
            try eventually("it is counted") { gateway.pinned("2") == [.serverError: 1] }
            #expect(gateway.rescues() == RescueTally())
        }
    }
}
