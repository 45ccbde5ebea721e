import RolloutCore
import Testing

@Suite("The latency check")
struct JudgeLatencyTests {
    typealias Traffic = TrafficSimulator.Traffic
    static let plan = RolloutPlan.fixture(checks: [.latency()])

    private static func run(_ intervals: Int, seed: UInt64, plan: RolloutPlan = plan, _ traffic: Traffic)
        -> TrafficSimulator
    {
        var simulator = TrafficSimulator(seed: seed, plan: plan)
        simulator.run(intervals, traffic)
        return simulator
    }

    @Test(
        "A canary that takes 1.3 times as long is found within 30 intervals",
        arguments: 1...10 as ClosedRange<UInt64>
    )
    func findsSlowness(seed: UInt64) {
        var simulator = TrafficSimulator(seed: seed, plan: Self.plan)

        #expect(simulator.intervals(until: .fail, limit: 30, Traffic(canarySlowness: 1.3)) != nil, "seed \(seed)")
    }

    @Test(
        "Versions whose latencies have no tail are proven as well",
        arguments: [(10.0, Verdict.pass), (11.0, .pass), (40, .fail)]
    )
    func noTail(canaryMilliseconds: Double, expected: Verdict) {
        let strata = (0..<40).map { interval in
            EvidenceStratum.fixture(
                interval: interval,
                canary: .fixture(requests: 50, milliseconds: canaryMilliseconds),
                stable: .fixture(requests: 950, milliseconds: 10)
            )
        }

        let check = Judge.folding(strata, plan: Self.plan).assess(afterIntervals: 40).checks[0]

        #expect(check.verdict == expected, "\(check)")
    }

    @Test("A slow canary beside a fast stable is never promoted, at no look", arguments: 1...5 as ClosedRange<UInt64>)
    func slowIsNeverPromoted(seed: UInt64) {
        var simulator = TrafficSimulator(seed: seed, plan: Self.plan)

        for _ in 0..<40 {
            simulator.run(1, Traffic(canarySlowness: 1.5))
            let finding = RolloutPolicy.find(.fixture(state: .running(.progressing(step: 0))), simulator.assessment)
            #expect(simulator.verdicts != [.pass], "seed \(seed)")
            #expect(finding.decision != .promote, "seed \(seed)")
        }
        #expect(simulator.verdicts == [.fail], "seed \(seed)")
    }

    @Test(
        "A fast canary beside a slow stable is never failed and soon shown to be good",
        arguments: 1...5 as ClosedRange<UInt64>
    )
    func fastIsNeverFailed(seed: UInt64) {
        var simulator = TrafficSimulator(seed: seed, plan: Self.plan)

        for _ in 0..<40 {
            simulator.run(1, Traffic(canarySlowness: 1.5).swapped)
            #expect(simulator.verdicts != [.fail], "seed \(seed)")
        }
        #expect(simulator.verdicts == [.pass], "seed \(seed)")
    }

    @Test(
        "Slowness within the tolerance is no harm, the same slowness without it is",
        arguments: 1...5 as ClosedRange<UInt64>
    )
    func tolerance(seed: UInt64) {
        let delayed = Traffic(canaryDelayMilliseconds: 20)
        let tolerant = RolloutPlan.fixture(checks: [.latency(.init(toleranceMilliseconds: 25))])
        let strict = RolloutPlan.fixture(checks: [.latency(.init(toleranceMilliseconds: 0))])

        #expect(Self.run(30, seed: seed, plan: tolerant, delayed).verdicts != [.fail], "seed \(seed)")
        #expect(Self.run(30, seed: seed, plan: strict, delayed).verdicts == [.fail], "seed \(seed)")
    }

    @Test("Both getting slower together is not blamed on the canary", arguments: 1...5 as ClosedRange<UInt64>)
    func commonSlowness(seed: UInt64) {
        var simulator = Self.run(15, seed: seed, Traffic())

        simulator.run(15, Traffic(canarySlowness: 2, stableSlowness: 2))

        #expect(simulator.verdicts != [.fail], "seed \(seed)")
    }

    @Test("Too short a past of stable gives no threshold, so no evidence")
    func shortHistory() {
        let strata = (0..<3).map {
            EvidenceStratum.fixture(
                interval: $0,
                weight: basisPoints(5_000),
                canary: .fixture(requests: 30, milliseconds: 500),
                stable: .fixture(requests: 30, milliseconds: 5)
            )
        }

        let check = Judge.folding(strata, plan: Self.plan).assess(afterIntervals: 3).checks[0]

        #expect(check.harm.logE == 0)
        #expect(check.verdict == .noData)
    }
}
