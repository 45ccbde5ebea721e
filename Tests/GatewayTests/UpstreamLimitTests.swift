import Gateway
import ProxyCore
import RolloutCore
import Testing

@Suite("A version's limit of requests in flight")
struct UpstreamLimitTests {
    private static func settings(queue: Int, milliseconds: Int = 60_000) -> UpstreamSettings {
        UpstreamSettings(inFlight: 1, queue: QueueRule(length: queue, milliseconds: milliseconds))
    }

    /// Runs `body` with a gateway of one loop before a server that holds every request.
    private static func withFull(
        _ settings: UpstreamSettings,
        _ body: (GatewayFixture, ScriptedServer) throws -> Void
    ) throws {
        let server = try ScriptedServer("a", .hold)
        defer { server.stop() }
        try withGateway(.fixture(stable: [server.url], settings), { $0.loopCount = 1 }) { try body($0, server) }
    }

    private static func held(_ server: ScriptedServer, _ count: Int) throws {
        try eventually("\(count) requests are held") { server.held == count }
    }

    @Test("Beyond it requests wait in their order, and beyond the queue they are turned away")
    func queue() throws {
        try Self.withFull(Self.settings(queue: 2)) { gateway, server in
            let clients = try (0..<4).map { _ in try gateway.connect() }
            try clients[0].send(post("/m/0"))
            try Self.held(server, 1)
            for number in 1...2 {
                try clients[number].send(post("/m/\(number)"))
                try eventually("it waits") { try Self.waiting(gateway) == number }
            }
            let refused = try clients[3].ask(post("/m/3"))
            #expect(refused.status == 503 && refused.fields["retry-after"] == "1")
            #expect(refused.body.contains("as many requests in flight as it may"))

            for number in 0...2 {
                try Self.held(server, number + 1)
                server.release()
                #expect(try clients[number].takeMessage().status == 200)
            }
            #expect(server.requests == ["/0", "/1", "/2"])
            try gateway.awaitOutcomes(.stable, [.success: 3, .saturated: 1])
            #expect(gateway.store.tally(.stable).outcomes.judged == 3)
        }
    }

    /// How many requests wait, as the gateway tells itself.
    private static func waiting(_ gateway: GatewayFixture) throws -> Int? {
        let line = try gateway.connect().ask(get("/-/metrics")).body.split(separator: "\n").first {
            $0.hasPrefix("serin_gateway_version_requests_waiting{")
        }
        return line?.split(separator: " ").last.flatMap { Int($0) }
    }

    @Test("Who has waited long enough is turned away, and a later one finds its place")
    func patience() throws {
        try Self.withFull(Self.settings(queue: 10, milliseconds: 50)) { gateway, server in
            let (first, second) = (try gateway.connect(), try gateway.connect())
            try first.send(post())
            try Self.held(server, 1)
            #expect(try second.ask().status == 503)
            server.release()
            #expect(try first.takeMessage().status == 200)
            server.behave(.answer(200))
            #expect(try second.ask().status == 200)
            try gateway.awaitOutcomes(.stable, [.success: 2, .saturated: 1])
        }
    }

    @Test("A client that leaves while it waits takes no place with it")
    func leaving() throws {
        try Self.withFull(Self.settings(queue: 10)) { gateway, server in
            let first = try gateway.connect()
            try first.send(post())
            try Self.held(server, 1)
            let leaver = try gateway.connect()
            try leaver.send(post())
            try eventually("it waits") { try Self.waiting(gateway) == 1 }
            leaver.close()
            try gateway.awaitOutcomes(.stable, [.clientAborted: 1])
            let third = try gateway.connect()
            try third.send(post())
            server.release()
            #expect(try first.takeMessage().status == 200)
            try Self.held(server, 2)
            server.release()
            #expect(try third.takeMessage().status == 200)
        }
    }

    @Test("A canary that is full lets stable answer, and that is neither its error nor forgotten")
    func canary() throws {
        let (stable, canary) = (try ScriptedServer("stable"), try ScriptedServer("canary", .hold))
        defer {
            stable.stop()
            canary.stop()
        }
        let snapshot = try RouteSnapshot.fixture(
            stable: [stable.url],
            UpstreamSettings(),
            canary: [canary.url],
            Self.settings(queue: 0)
        )
        try withGateway(snapshot, { $0.loopCount = 1 }) { gateway in
            let (first, second) = (try gateway.connect(), try gateway.connect())
            try first.send(post())
            try Self.held(canary, 1)
            let answer = try second.ask()
            #expect(answer.fields["x-server"] == "stable")
            #expect(answer.fields["x-serin-fallback"] == "stable")
            canary.release()
            #expect(try first.takeMessage().fields["x-server"] == "canary")
            try gateway.awaitOutcomes(.canary, [.success: 1, .saturated: 1])
            let tally = gateway.store.tally(.canary)
            #expect(tally.outcomes.errors == 0 && tally.connectFailureRun == 0)
        }
    }

    @Test("An upstream that can't be connected gives its place back", arguments: [1, 5])
    func places(limit: Int) throws {
        var settings = Self.settings(queue: 0)
        settings.inFlight = limit
        // Nobody listens at this address.
        let dead = "http://127.0.0.8:9"
        try withGateway(.fixture(stable: [dead], settings), { $0.loopCount = 1 }) { gateway in
            let client = try gateway.connect()
            for _ in 1...20 { #expect(try client.ask().status == 502) }
        }
    }
}
