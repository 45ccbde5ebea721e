import HTTPWire
import ProxyCore
import RolloutCore
import Testing

@Suite("Pinned requests")
struct PinTests {
    private static let key = Salt(high: 1, low: 2)
    private static let now = Timestamp(microseconds: 1_000_000_000_000)

    private static func token(_ model: String? = "m", _ version: String? = nil, seconds: Double = 60) throws -> String {
        let token = PinToken(
            model: try model.map { try ModelName($0) },
            version: try version.map { try VersionName($0) },
            expiresAt: Self.now.adding(seconds: seconds)
        )
        return token.text(signedWith: PinKey(derivedFrom: Self.key.hash))
    }

    /// Two routes: m with stable 1, canary 2, and 3 and 4 without traffic; n with stable 1 alone.
    private static func routes() throws -> RouteTable {
        let targets = try ["4", "3"].map { name in
            PinTarget(
                try VersionSpecification(version: VersionName(name), upstreams: [url("http://127.0.0.1:910\(name)")])
            )
        }
        return table(try ModelRoute.split(canary: 500).rescued(by: nil, pinTargets: targets), try .fixture("n"))
    }

    private static func pin(_ fields: String, route: Int = 0) throws -> Pin {
        let bytes = octets("POST /m HTTP/1.1\r\nHost: h\r\n\(fields)\r\n")
        var head = RequestHead()
        guard case .complete = head.parse(bytes.span.bytes, limits: HeadLimits()) else {
            Issue.record("the head is not well-formed")
            return .none
        }
        return try self.routes().pin(head.fields, source: bytes.span.bytes, route: route, at: Self.now)
    }

    @Test("A request without the headers is not pinned, whatever other headers it has")
    func unpinned() throws {
        #expect(try Self.pin("") == .none)
        #expect(try Self.pin("x-serin-version: 2\r\nx-pin: 2\r\n") == .none)
    }

    @Test(
        "A version with a token is reached whatever its weight",
        arguments: [("1", 0), ("2", 1), ("4", 3), ("3", 4)]
    )
    func pinned(version: String, arm: Int) throws {
        #expect(try Self.pin("x-serin-pin: \(version)\r\nX-Serin-Pin-Token: \(Self.token())\r\n") == .arm(arm))
        #expect(try Self.routes().arms[arm].versionName == octets(version))
    }

    @Test("Each way of being wrong has its answer, and none is routed")
    func refusals() throws {
        let good = try Self.token()
        let examples: [(String, Int, PinRefusal, Int)] = [
            ("x-serin-pin: 2\r\n", 0, .missingToken, 401),
            ("x-serin-pin-token: \(good)\r\n", 0, .tokenAlone, 400),
            ("x-serin-pin: 2\r\nx-serin-pin: 2\r\nx-serin-pin-token: \(good)\r\n", 0, .ambiguous, 400),
            ("x-serin-pin: 2\r\nx-serin-pin-token: \(good)\r\nx-serin-pin-token: \(good)\r\n", 0, .ambiguous, 400),
            ("x-serin-pin: 2\r\nx-serin-pin-token: nonsense\r\n", 0, .forgedToken, 403),
            ("x-serin-pin: 2\r\nx-serin-pin-token:\r\n", 0, .forgedToken, 403),
            ("x-serin-pin: 2\r\nx-serin-pin-token: \(try Self.token(seconds: 0))\r\n", 0, .expiredToken, 403),
            ("x-serin-pin: 1\r\nx-serin-pin-token: \(good)\r\n", 1, .otherModel, 403),
            ("x-serin-pin: 2\r\nx-serin-pin-token: \(try Self.token("m", "3"))\r\n", 0, .otherVersion, 403),
            ("x-serin-pin: 5\r\nx-serin-pin-token: \(good)\r\n", 0, .unknownVersion, 404),
            ("x-serin-pin: a b\r\nx-serin-pin-token: \(good)\r\n", 0, .unknownVersion, 404),
            ("x-serin-pin:\r\nx-serin-pin-token: \(good)\r\n", 0, .unknownVersion, 404),
            ("x-serin-pin: 3\r\nx-serin-pin-token: \(try Self.token(nil))\r\n", 1, .unknownVersion, 404),
            // Who has no token learns nothing about versions.
            ("x-serin-pin: 5\r\nx-serin-pin-token: nonsense\r\n", 0, .forgedToken, 403),
        ]
        for (fields, route, refusal, status) in examples {
            #expect(try Self.pin(fields, route: route) == .refused(refusal), "\(fields)")
            #expect(refusal.problem.rawValue == status)
        }
        #expect(Set(examples.map { "\($0.2)" }).count == PinRefusal.allCases.count)
    }

    @Test("Versions without traffic change neither the arms of a split nor what is drawn")
    func split() throws {
        let table = try Self.routes()
        #expect(table.routes.map(\.arms) == [0..<2, 2..<3])
        #expect(table.routes.map(\.pinArms) == [3..<5, 5..<5])
        var random = FastRandom(seed: 1)
        for _ in 0..<1_000 { #expect(table.routes[0].arms.contains(table.draw(random: &random).arm)) }
    }

    @Test("Pinned requests are counted by version, in no arm")
    func counters() throws {
        let arms = try Self.routes().arms
        var counters = PinnedCounters()
        for (arm, outcome) in [(4, .success), (1, .serverError), (4, .success), (4, .timeout)] as [(Int, Outcome)] {
            counters.record(arms[arm], outcome: outcome)
        }
        func tally(_ version: String, _ counts: [Outcome: Int64]) throws -> PinnedTally {
            var outcomes = OutcomeCounts()
            for (outcome, count) in counts { outcomes[outcome] = count }
            return PinnedTally(model: try ModelName("m"), version: try VersionName(version), outcomes: outcomes)
        }

        let drained = [counters.drain(), counters.drain()]
        #expect(try drained == [[tally("2", [.serverError: 1]), tally("3", [.success: 2, .timeout: 1])], []])
    }

    @Test("They go into the window beside the cells, added up, and out of it with it")
    func backlog() throws {
        var outcomes = OutcomeCounts()
        outcomes[.success] = 2
        let tallies = try ["9", "1"].map {
            PinnedTally(model: try ModelName("m"), version: try VersionName($0), outcomes: outcomes)
        }
        var backlog = TelemetryBacklog(replica: "r", start: Self.now)
        backlog.add([], pinned: tallies, until: Self.now)
        backlog.add([], pinned: [tallies[0]], until: Self.now)
        let next = backlog.next()
        let window = try #require(next)
        var doubled = tallies[0]
        doubled.outcomes.merge(outcomes)

        #expect(window.pinned == [tallies[1], doubled])
        #expect(window.cells == [])
        backlog.written()
        let later = backlog.next()
        #expect(later == nil)
    }
}
