import Gateway
import ProxyCore
import RolloutCore
import Testing

@Suite("Upstreams that fail")
struct UpstreamHealthTrafficTests {
    private static func settings(_ change: (inout EjectionRule) -> Void) -> UpstreamSettings {
        var rule = EjectionRule(seconds: 60, maximumSeconds: 60)
        change(&rule)
        return UpstreamSettings(slowStartSeconds: 0, ejection: rule)
    }

    /// Runs `body` with a gateway of one loop before two servers.
    private static func withTwo(
        _ settings: UpstreamSettings,
        _ first: ScriptedServer.Behaviour,
        _ second: ScriptedServer.Behaviour = .answer(200),
        _ body: (GatewayFixture, ScriptedServer, ScriptedServer) throws -> Void
    ) throws {
        let (a, b) = (try ScriptedServer("a", first), try ScriptedServer("b", second))
        defer {
            a.stop()
            b.stop()
        }
        try withGateway(.fixture(stable: [a.url, b.url], settings), { $0.loopCount = 1 }) { try body($0, a, b) }
    }

    @Test("One that answers 500 to everything while the other doesn't is left alone")
    func errors() throws {
        try Self.withTwo(Self.settings { $0.answers = 6 }, .answer(500)) { gateway, a, b in
            let client = try gateway.connect()
            var inRow = 0
            for _ in 1...400 where inRow < 30 { inRow = try client.ask().status == 200 ? inRow + 1 : 0 }

            #expect(inRow == 30)
            #expect(a.requests.count >= 6 && a.requests.count < 100)
        }
    }

    @Test("A client's bad rows, to which all answer 500, take no server away")
    func badRows() throws {
        try Self.withTwo(Self.settings { $0.answers = 6 }, .answer(500), .answer(500)) { gateway, a, b in
            let client = try gateway.connect()
            for _ in 1...100 { #expect(try client.ask().status == 500) }

            #expect(a.requests.count > 20 && b.requests.count > 20)
        }
    }

    @Test("One that breaks off is left alone after so many times, and not before")
    func broken() throws {
        try Self.withTwo(Self.settings { $0.failures = 3 }, .breakOff) { gateway, a, b in
            let client = try gateway.connect()
            let statuses = try (1...100).map { _ in try client.ask().status }

            #expect(statuses.filter { $0 == 502 }.count == 3)
            #expect(a.requests.count == 3 && b.requests.count == 97)
        }
    }

    @Test("The last one that serves stays, however it fails")
    func lastOne() throws {
        try Self.withTwo(Self.settings { $0.failures = 3 }, .breakOff, .breakOff) { gateway, a, b in
            let client = try gateway.connect()
            for _ in 1...40 { #expect(try client.ask().status == 502) }

            // One is ejected after its third, and the other gets everything.
            #expect([a.requests.count, b.requests.count].min() == 3)
        }
    }

    @Test("One that is well again is found by one request, and serves")
    func trial() throws {
        let settings = Self.settings {
            $0.failures = 1
            $0.seconds = 1
        }
        try Self.withTwo(settings, .breakOff) { gateway, a, b in
            let client = try gateway.connect()
            try eventually("it has failed") {
                _ = try client.ask()
                return a.requests.count == 1
            }
            a.behave(.answer(200))
            for _ in 1...20 { #expect(try client.ask().fields["x-server"] == "b") }
            try eventually("it serves again") { try client.ask().fields["x-server"] == "a" }
        }
    }

    @Test("One that was down is connected to again without a client that waits for it")
    func background() throws {
        let b = try ScriptedServer("b")
        defer { b.stop() }
        let settings = Self.settings {
            $0.seconds = 1
            $0.maximumSeconds = 1
        }
        try withGateway(
            // Nobody else listens at this address.
            .fixture(stable: ["http://127.0.0.9:\(b.port)", b.url], settings),
            { $0.loopCount = 1 }
        ) { gateway in
            let client = try gateway.connect()
            for _ in 1...20 { #expect(try client.ask().fields["x-server"] == "b") }
            let a = try ScriptedServer("a", port: b.port, host: 9)
            defer { a.stop() }
            try eventually("it is connected") { a.connectionCount > 0 }
            #expect(a.requests.isEmpty)
            try eventually("it serves") { try client.ask().fields["x-server"] == "a" }
        }
    }

    @Test("A connection takes so many requests and no more, and no request is lost by that")
    func connectionRequests() throws {
        let a = try ScriptedServer("a")
        defer { a.stop() }
        try withGateway(
            .fixture(stable: [a.url], UpstreamSettings(connectionRequests: 2)),
            { $0.loopCount = 1 }
        ) { gateway in
            let client = try gateway.connect()
            for _ in 1...10 { #expect(try client.ask().status == 200) }
            #expect(a.connectionCount == 5)
        }
    }

    @Test("An idle connection goes when it is old, before it was idle for long")
    func connectionAge() throws {
        let a = try ScriptedServer("a")
        defer { a.stop() }
        try withGateway(
            .fixture(stable: [a.url], UpstreamSettings(connectionSeconds: 1)),
            { $0.upstreamPool.idleAge = .seconds(3_600) }
        ) { gateway in
            let client = try gateway.connect()
            #expect(try client.ask().status == 200)
            #expect(a.openConnections == 1)
            try eventually("it is closed") { a.openConnections == 0 }
            #expect(try client.ask().status == 200)
        }
    }
}
