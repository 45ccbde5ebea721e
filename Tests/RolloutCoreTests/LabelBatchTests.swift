import RolloutCore
import Statistics
import Testing

@Suite("Labels of a batch")
struct LabelBatchTests {
    static let plan = RolloutPlan.fixture(checks: [
        .errorRate(), .latency(), .quality(.accuracy),
    ])

    private static func traffic(_ interval: Int, generation: Int64 = 1) -> EvidenceStratum {
        .fixture(
            interval: interval,
            generation: generation,
            canary: .fixture(requests: 100, errors: 1),
            stable: .fixture(requests: 1_900, errors: 19)
        )
    }

    @Test("Those of one generation are pooled over intervals: many thin strata are one thick one")
    func pooled() {
        let thin = (1...10).map {
            EvidenceStratum.labels(
                interval: $0,
                tick: 20,
                canary: .binary(rows: 10, wrong: $0.isMultiple(of: 2) ? 4 : 0),
                stable: .binary(rows: 190, wrong: 10)
            )
        }
        let thick = EvidenceStratum.labels(
            interval: 1,
            tick: 20,
            canary: .binary(rows: 100, wrong: 20),
            stable: .binary(rows: 1_900, wrong: 100)
        )
        var one = Judge.warm(Self.plan)
        var other = one
        one.fold(thin)
        other.fold([thick])

        #expect(one.assess(afterIntervals: 11) == other.assess(afterIntervals: 11))
        #expect(one.assess(afterIntervals: 11).checks[2].harm.logE > 3)
    }

    @Test("Generations are kept apart")
    func generations() {
        // Within each generation both versions are equal; pooled, the canary looks worse.
        let strata = [
            EvidenceStratum.labels(
                interval: 1,
                tick: 9,
                canary: .binary(rows: 100, wrong: 5),
                stable: .binary(rows: 1_900, wrong: 95)
            ),
            EvidenceStratum.labels(
                interval: 2,
                tick: 9,
                generation: 2,
                weight: basisPoints(5_000),
                canary: .binary(rows: 1_000, wrong: 400),
                stable: .binary(rows: 1_000, wrong: 400)
            ),
        ]
        var judge = Judge.warm(Self.plan)
        judge.fold(strata)

        let found = judge.assess(afterIntervals: 3).checks[2]

        #expect(found.harm.logE < 0.5)
        #expect((found.measurement?.difference?.value ?? 1).magnitude < 1e-12)
    }

    @Test("Strata of labels alone disturb nothing else")
    func undisturbed() {
        var limited = Self.plan
        limited.limits = [AbsoluteLimit(metric: .meanLatency, above: 5, forSeconds: 30, minimumRequests: 1)]
        var plain = Judge.folding((0..<5).map { Self.traffic($0) }, plan: limited)
        var labelled = Judge(plan: limited)
        for interval in 0..<5 {
            let tick = interval + 1
            labelled.fold([
                Self.traffic(interval),
                .labels(
                    interval: 400 + interval,
                    tick: tick,
                    canary: .binary(rows: 10, wrong: 1),
                    stable: .binary(rows: 190, wrong: 19)
                ),
            ])
        }
        for judge in [plain, labelled] { #expect(judge.hasCanaryAnswered) }
        let (without, with) = (plain.assess(afterIntervals: 5), labelled.assess(afterIntervals: 5))

        #expect(with.limits == without.limits)
        #expect(with.limits.map(\.aboveForSeconds) == [40])
        #expect(with.sampleRatio == without.sampleRatio)
        #expect(with.noDataSince == without.noDataSince)
        #expect(with.stable == without.stable)
        #expect(with.checks[0] == without.checks[0])
        #expect(with.checks[1] == without.checks[1])
        #expect(with.stepRequests == without.stepRequests)
        #expect(with.checks[2].measurement?.canary.units == 50)

        // Nor do they make up for a canary that is silent.
        plain.fold([Self.traffic(5)])
        labelled.fold([
            .labels(
                interval: 8,
                tick: 9,
                canary: .binary(rows: 10, wrong: 1),
                stable: .binary(rows: 190, wrong: 19)
            )
        ])
        #expect(labelled.assess(afterIntervals: 9).noDataSince == moment(ofInterval: 5))
    }

    @Test("Labels don't end a warm-up, and those of its predictions don't count")
    func warmUp() {
        let early = EvidenceStratum.labels(
            interval: 0,
            tick: 1,
            canary: .binary(rows: 300, wrong: 200),
            stable: .binary(rows: 300, wrong: 0)
        )
        var judge = Judge(plan: Self.plan)
        judge.fold([early])
        #expect(!judge.assess(afterIntervals: 1).isWarmedUp)
        #expect(!judge.hasCanaryAnswered)

        judge.fold([Self.traffic(0), Self.traffic(1)])
        judge.fold([early])
        #expect(judge.assess(afterIntervals: 2).checks[2].verdict == .noData)
    }

    @Test("Labels that come for one cohort more than for the other block quality, and say so")
    func imbalance() {
        // 5 % are routed; a third of the labels are the canary's, and all of those are right.
        var judge = Judge.warm(Self.plan)
        judge.label(10, canary: .binary(rows: 50, wrong: 0), stable: .binary(rows: 100, wrong: 50))
        let found = judge.assess(afterIntervals: 2)

        #expect(found.labelBalance?.verdict == .error)
        #expect(found.checks[2].verdict == .error)
        #expect(found.checks[2].message == "labels don't come for both cohorts alike: see the balance of labels")
        #expect(found.checks[0].verdict != .error)
        #expect(found.errorSince == nil)

        var sticky = Self.plan
        sticky.assignment = .header("x-user")
        var stuck = Judge.warm(sticky)
        stuck.label(10, canary: .binary(rows: 50, wrong: 0), stable: .binary(rows: 100, wrong: 50))
        #expect(stuck.assess(afterIntervals: 2).labelBalance?.verdict == .noData)
    }

    @Test("Labels that come as requests were routed are balanced")
    func balance() {
        var judge = Judge.warm(Self.plan)
        judge.label(10, canary: .binary(rows: 5, wrong: 0), stable: .binary(rows: 95, wrong: 0))

        let balance = judge.assess(afterIntervals: 2).labelBalance

        #expect(balance?.verdict == .pass)
        #expect(balance?.canaryRows == 50)
        #expect(balance?.stableRows == 950)
    }

    @Test("A proof is about the labels of the present step")
    func newStep() {
        var judge = Judge.warm(Self.plan)
        let (canary, stable) = (QualityCounts.binary(rows: 100, wrong: 2), QualityCounts.binary(rows: 1_900, wrong: 60))
        judge.label(40, canary: canary, stable: stable)
        #expect(judge.assess(afterIntervals: 2).checks[2].verdict == .pass)

        judge.fold([Self.traffic(2, generation: 2)])
        let found = judge.assess(afterIntervals: 3).checks[2]

        #expect(found.verdict == .inconclusive)
        #expect(found.promotion.logE == 0)
    }
}
