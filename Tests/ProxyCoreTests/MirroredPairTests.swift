import ProxyCore
import RolloutCore
import Statistics
import Testing

@Suite("Mirrored requests at a gateway")
struct MirroredPairTests {
    private static func route(mirror: Int, canary: Int = 0, baseline: Int = 0) throws -> ModelRoute {
        let split = try ModelRoute.split(canary: canary, baseline: baseline)
        return ModelRoute(
            model: split.model,
            generation: split.generation,
            rollout: split.rollout,
            match: split.match,
            assignment: split.assignment,
            salt: split.salt,
            arms: split.arms,
            mirror: try Weight(basisPoints: mirror)
        )
    }

    private static func side(
        _ outcome: Outcome,
        answered: Int64? = nil,
        ended: Int64
    ) -> MirroredPair.Side {
        var times = ExchangeTimes(startedAt: LoopTime(microseconds: 0))
        times.sentAt = LoopTime(microseconds: 10)
        times.answeredAt = answered.map { LoopTime(microseconds: $0) }
        return MirroredPair.Side(outcome: outcome, times: times, endedAt: LoopTime(microseconds: ended))
    }

    private static func counted(_ pairs: [MirroredPair], dropped: Int = 0) throws -> PairTally? {
        var counters = OutcomeCounters(table: table(try Self.route(mirror: 10_000)))
        for pair in pairs { counters.record(pair) }
        for _ in 0..<dropped { counters.dropCopy(for: 1) }
        let cells = counters.drain()
        #expect(cells.map(\.key.cohort) == (cells.isEmpty ? [] : [.canary]))
        #expect(cells.allSatisfy { $0.tally.outcomes.total == 0 && $0.tally.assigned == 0 })
        #expect(counters.drain().isEmpty)
        return cells.first?.tally.detail.pairs
    }

    @Test("A pair is counted by how both ended, with the latencies of those that both answered")
    func counts() throws {
        let good = Self.side(.success, answered: 100, ended: 210)
        let pairs = [
            MirroredPair(canaryArm: 1, stable: good, canary: Self.side(.success, answered: 300, ended: 410)),
            MirroredPair(canaryArm: 1, stable: good, canary: Self.side(.timeout, ended: 9_000)),
            MirroredPair(canaryArm: 1, stable: Self.side(.serverError, answered: 5, ended: 60), canary: good),
        ]
        var expected = PairTally(dropped: 2)
        expected.outcomes[stable: .success, canary: .success] = 1
        expected.outcomes[stable: .success, canary: .timeout] = 1
        expected.outcomes[stable: .serverError, canary: .success] = 1
        for (stable, canary) in [(200, 400), (50, 200)] as [(Int64, Int64)] {
            expected.stableLatency.record(microseconds: stable)
            expected.canaryLatency.record(microseconds: canary)
        }

        #expect(try Self.counted(pairs, dropped: 2) == expected)
        #expect(try Self.counted([]) == nil)
    }

    @Test(
        "A pair whose end isn't known on both sides says nothing, unless the canary answered and stable let its client go",
        arguments: [
            (Outcome.clientAborted, nil, 500, Outcome.success, 400, true),
            (.clientAborted, nil, 500, .clientError, 500, true),
            // Later than the client left; after stable had begun to answer; failed.
            (.clientAborted, nil, 500, .success, 501, false), (.clientAborted, 300, 500, .success, 400, false),
            (.clientAborted, nil, 500, .serverError, 400, false),
            (.gatewayFailure, nil, 500, .success, 400, false), (.saturated, nil, 500, .success, 400, false),
            (.success, 300, 500, .gatewayFailure, 400, false), (.success, 300, 500, .saturated, 400, false),
            (.success, 300, 500, .clientAborted, 400, false),
        ] as [(Outcome, Int64?, Int64, Outcome, Int64, Bool)]
    )
    func unknownEnds(_ stable: Outcome, _ begun: Int64?, _ left: Int64, _ canary: Outcome, _ ended: Int64, counts: Bool)
        throws
    {
        let pair = MirroredPair(
            canaryArm: 1,
            stable: Self.side(stable, answered: begun, ended: left),
            canary: Self.side(canary, answered: 200, ended: ended)
        )

        let tally = try #require(try Self.counted([pair]))

        #expect(tally.outcomes.total == (counts ? 1 : 0))
        #expect(tally.abandoned == (counts ? 0 : 1))
        #expect(tally.outcomes.failures.stableOnly == (counts ? 1 : 0))
    }

    @Test("A copy that was given up says nothing")
    func givenUp() throws {
        let pair = MirroredPair(canaryArm: 1, stable: Self.side(.success, answered: 100, ended: 210), canary: nil)

        #expect(try Self.counted([pair]) == PairTally(abandoned: 1))
    }

    @Test("Stable's requests are chosen by the share, the canary's never", arguments: [1, 2, 3] as [UInt64])
    func share(seed: UInt64) throws {
        let route = table(try Self.route(mirror: 2_000, canary: 1_000, baseline: 1_000)).routes[0]
        let mirror = try #require(route.mirror)
        var random = FastRandom(seed: seed)
        let chosen = (0..<3).map { arm in
            (0..<20_000).count { _ in mirror.draws(for: arm, random: &random) }
        }

        let sigma = (20_000 * 0.2 * 0.8).squareRoot()
        #expect(mirror.arm == 1)
        #expect(chosen[1] == 0)
        #expect(
            abs(Double(chosen[0]) - 4_000) < 4 * sigma && abs(Double(chosen[2]) - 4_000) < 4 * sigma,
            "seed \(seed)"
        )
    }

    @Test("All of stable's requests may be mirrored, and a route may mirror none")
    func extremes() throws {
        let mirror = try #require(table(try Self.route(mirror: 10_000)).routes[0].mirror)
        var random = FastRandom(seed: 1)

        #expect((0..<1_000).allSatisfy { _ in mirror.draws(for: 0, random: &random) })
        #expect(table(try .split(canary: 500)).routes[0].mirror == nil)
        #expect(table(try Self.route(mirror: 0)).routes[0].mirror == nil)
    }

    @Test("A trip ends the mirroring, too")
    func withoutTrial() throws {
        #expect(try Self.route(mirror: 500).withoutTrial.mirror == nil)
    }

    @Test("A loop has so many copies on their way and no more, in number and in bytes")
    func allowance() {
        var allowance = CopyAllowance(limits: .init(copies: 3, bytes: 100))

        #expect([60, 41, 40, 0, 0].map { allowance.take(bytes: $0) } == [true, false, true, true, false])
        allowance.give(bytes: 40)
        #expect((allowance.copies, allowance.bytes) == (2, 60))
        let isTaken = allowance.take(bytes: 40)
        #expect(isTaken)
    }

    @Test("The baseline has connections of its own to stable's servers")
    func baselineConnections() throws {
        let table = table(try .split(canary: 500, baseline: 500))
        let indices = table.arms.map { $0.upstreams.map(\.index) }

        // Canary and stable of the fixture have one server.
        #expect(indices == [[0], [0], [1]])
        #expect(table.upstreams[0] == table.upstreams[1])
    }

    @Test("While canary and baseline grow, a sticky key goes from stable to one of them, and from neither to the other")
    func monotone() throws {
        var random = FastRandom(seed: 1)
        var before = Array(repeating: Cohort.stable, count: 2_000)
        for weight in [0, 100, 500, 2_500, 5_000] {
            let table = table(
                try .split(canary: weight, baseline: weight, assignment: .header("x-user"))
            )
            let now = (0..<2_000).map { table.assign("X-User: u\($0)\r\n", random: &random) }
            #expect(zip(before, now).allSatisfy { $0 == .stable || $0 == $1 })
            before = now
        }
        #expect(before.allSatisfy { $0 != .stable })
    }
}
