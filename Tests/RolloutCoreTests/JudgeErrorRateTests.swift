import RolloutCore
import Statistics
import Testing

@Suite("The error-rate check")
struct JudgeErrorRateTests {
    static let plan = RolloutPlan.fixture(checks: [.errorRate()])

    /// The same counts in every interval.
    static func assess(
        _ intervals: Int,
        plan: RolloutPlan = plan,
        canary: (requests: Int64, errors: Int64),
        stable: (requests: Int64, errors: Int64)
    ) -> CheckAssessment {
        let strata = (0..<intervals).map {
            EvidenceStratum.fixture(
                interval: $0,
                weight: basisPoints(Int(10_000 * canary.requests / (canary.requests + stable.requests))),
                canary: .fixture(requests: canary.requests, errors: canary.errors),
                stable: .fixture(requests: stable.requests, errors: stable.errors)
            )
        }
        return Judge.folding(strata, plan: plan).assess(afterIntervals: intervals).checks[0]
    }

    @Test("Two versions that never err are told apart from no evidence: some 900 canary requests prove the canary")
    func errorFree() {
        let needed = (1...200).first { Self.assess($0, canary: (10, 0), stable: (190, 0)).verdict == .pass }

        // The first interval is the warm-up.
        #expect(
            (850...1_050).contains(10 * ((needed ?? 0) - 1)),
            "needed \(needed ?? 0) intervals of 10 canary requests"
        )
    }

    @Test("Without an acceptable share two versions that never err stay undecided")
    func errorFreeWithoutCeiling() {
        let plan = RolloutPlan.fixture(checks: [.errorRate(.init(acceptableShare: 0))])

        #expect(Self.assess(200, plan: plan, canary: (100, 0), stable: (1_900, 0)).verdict == .inconclusive)
    }

    @Test(
        "Errors of 3 % beside 1 % are found within 40 intervals of 100 canary requests",
        arguments: 1...20 as ClosedRange<UInt64>
    )
    func findsHarm(seed: UInt64) throws {
        var simulator = TrafficSimulator(seed: seed, plan: Self.plan, hasLatencies: false)

        let found = simulator.intervals(
            until: .fail,
            limit: 40,
            .init(canaryRequests: 100, stableRequests: 1_900, canaryErrors: 0.03)
        )

        #expect(found != nil, "seed \(seed)")
    }

    @Test("A canary that fails alone is found at once", arguments: 1...20 as ClosedRange<UInt64>)
    func findsOutage(seed: UInt64) {
        var simulator = TrafficSimulator(seed: seed, plan: Self.plan, hasLatencies: false)
        simulator.run(1, .init())

        simulator.run(1, .init(canaryErrors: 1))

        #expect(simulator.verdicts == [.fail], "seed \(seed)")
    }

    @Test(
        "A canary that errs less is never failed, and the same numbers swapped are",
        arguments: 1...5 as ClosedRange<UInt64>
    )
    func swapped(seed: UInt64) {
        let better = TrafficSimulator.Traffic(
            canaryRequests: 200,
            stableRequests: 600,
            canaryErrors: 0.01,
            stableErrors: 0.05
        )
        var good = TrafficSimulator(seed: seed, plan: Self.plan, hasLatencies: false)
        var bad = TrafficSimulator(seed: seed, plan: Self.plan, hasLatencies: false)

        good.run(30, better)
        bad.run(30, better.swapped)

        #expect(good.verdicts == [.pass], "seed \(seed)")
        #expect(bad.verdicts == [.fail], "seed \(seed)")
    }

    @Test("A proven loss that is too small to matter rolls nothing back")
    func minimumDifference() {
        let gated = Self.assess(20, canary: (200_000, 180), stable: (200_000, 90))
        let ungated = Self.assess(
            20,
            plan: .fixture(checks: [.errorRate(.init(minimumDifference: 0))]),
            canary: (200_000, 180),
            stable: (200_000, 90)
        )

        // Both a loss and its smallness are proven: it neither rolls back nor stands in the way.
        #expect(gated.harm.isReached)
        #expect(gated.verdict == .pass)
        #expect(ungated.verdict == .fail)
    }

    private static func ramp(
        canary: (before: Double, after: Double),
        stable: (before: Double, after: Double),
        seed: UInt64
    ) -> TrafficSimulator {
        var simulator = TrafficSimulator(seed: seed, plan: plan, hasLatencies: false)
        simulator.run(
            15,
            .init(canaryRequests: 50, stableRequests: 950, canaryErrors: canary.before, stableErrors: stable.before)
        )
        simulator.run(
            15,
            .init(canaryRequests: 500, stableRequests: 500, canaryErrors: canary.after, stableErrors: stable.after),
            generation: 2
        )
        return simulator
    }

    @Test("A change in the world during a ramp is not blamed on the canary", arguments: 1...20 as ClosedRange<UInt64>)
    func risingWorld(seed: UInt64) {
        let simulator = Self.ramp(canary: (0.01, 0.04), stable: (0.01, 0.04), seed: seed)

        #expect(simulator.verdicts != [.fail], "seed \(seed)")
    }

    @Test("A loss is not hidden by a world that gets better during a ramp", arguments: 1...10 as ClosedRange<UInt64>)
    func fallingWorld(seed: UInt64) {
        let simulator = Self.ramp(canary: (0.08, 0.02), stable: (0.05, 0.005), seed: seed)
        let check = simulator.assessment.checks[0]

        // Pooled over both weights the canary looks better.
        #expect(check.canary.errorShare ?? 1 < check.stable.errorShare ?? 0, "seed \(seed)")
        #expect(check.verdict == .fail, "seed \(seed)")
    }

    @Test("Stable and canary that get worse together are not failed", arguments: 1...20 as ClosedRange<UInt64>)
    func commonDrift(seed: UInt64) {
        var simulator = TrafficSimulator(seed: seed, plan: Self.plan, hasLatencies: false)
        for share in [0.01, 0.03, 0.06] {
            simulator.run(10, .init(canaryRequests: 50, stableRequests: 950, canaryErrors: share, stableErrors: share))
        }

        #expect(simulator.verdicts != [.fail], "seed \(seed)")
    }

    @Test("α is shared by weight among enforced checks; a dry run takes nothing from them")
    func sharesAlpha() {
        func thresholds(_ checks: [Check]) -> [Double] {
            Judge(plan: .fixture(checks: checks)).assess(afterIntervals: 0).checks.map(\.harm.logThreshold)
        }
        let one = LogDomain.threshold(alpha: 0.05)
        let half = LogDomain.threshold(alpha: 0.025)

        #expect(thresholds([.errorRate()]) == [one])
        #expect(thresholds([.errorRate(), .latency()]) == [half, half])
        #expect(thresholds([.errorRate(mode: .dryRun), .latency()]) == [half, one])
    }
}
