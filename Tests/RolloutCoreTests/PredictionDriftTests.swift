import RolloutCore
import Statistics
import Testing

@Suite("The check on prediction drift")
struct PredictionDriftTests {
    static let plan = RolloutPlan.fixture(checks: [.drift()])

    /// Both cohorts' values in an interval.
    typealias Draw = (inout SplitMix64, _ isCanary: Bool) -> [String: SignalTally]

    static func judge(_ intervals: Int, seed: UInt64, plan: RolloutPlan = plan, _ draw: Draw) -> Judge {
        var random = SplitMix64(seed: seed)
        var judge = Judge(plan: plan)
        for interval in 0..<intervals {
            let canary = draw(&random, true)
            let stable = draw(&random, false)
            judge.fold(
                .fixture(
                    interval: interval,
                    weight: basisPoints(1_000),
                    canary: .fixture(requests: 100, signals: canary),
                    stable: .fixture(requests: 900, signals: stable)
                )
            )
        }
        return judge
    }

    static func words(_ random: inout SplitMix64, _ rows: Int64, cats: Double) -> [String: SignalTally] {
        let count = random.binomial(rows, cats)
        return ["label": .classes(["cat": count, "dog": rows - count])]
    }

    static func scores(_ random: inout SplitMix64, _ rows: Int64, mean: Double) -> [String: SignalTally] {
        ["score": .numbers((0..<rows).map { _ in random.normal(mean: mean) })]
    }

    @Test("Other classes are found and named", arguments: 1...10 as ClosedRange<UInt64>)
    func classes(seed: UInt64) throws {
        let judge = Self.judge(15, seed: seed) { Self.words(&$0, $1 ? 100 : 900, cats: $1 ? 0.7 : 0.5) }

        let check = judge.assess(afterIntervals: 15).checks[0]

        #expect(check.verdict == .fail, "seed \(seed): \(check.message)")
        #expect(check.message.contains("'label': the share of '"), "\(check.message)")
        let movement = try #require(check.signals?.first)
        #expect(movement.hasMoved)
        #expect(abs((movement.classDifference ?? 0) - 0.2) < 0.06)
        #expect(movement.canaryRows == 1_400)  // The first interval is the warm-up.
    }

    @Test("Other numbers are found", arguments: 1...10 as ClosedRange<UInt64>)
    func numbers(seed: UInt64) throws {
        let judge = Self.judge(15, seed: seed) { Self.scores(&$0, $1 ? 100 : 900, mean: $1 ? 3.5 : 3) }

        let check = judge.assess(afterIntervals: 15).checks[0]

        #expect(check.verdict == .fail, "seed \(seed): \(check.message)")
        let movement = try #require(check.signals?.first)
        #expect(abs((movement.movement ?? 0) - 0.5) < 0.1, "seed \(seed)")
        #expect(abs((movement.canaryMean ?? 0) - 3.5) < 0.1)
    }

    @Test("A small difference of many rows is proven, but too small to fail")
    func effectGate() {
        func stratum(_ interval: Int) -> EvidenceStratum {
            .fixture(
                interval: interval,
                weight: basisPoints(5_000),
                canary: .fixture(requests: 100_000, signals: ["label": .classes(["a": 51_500, "b": 48_500])]),
                stable: .fixture(requests: 100_000, signals: ["label": .classes(["a": 50_000, "b": 50_000])])
            )
        }
        let strata = (0..<5).map(stratum)
        var strict = Self.plan
        strict.checks = [.drift(DriftComparison(classDifference: 0.01))]

        let gated = Judge.folding(strata, plan: Self.plan).assess(afterIntervals: 5).checks[0]
        let failed = Judge.folding(strata, plan: strict).assess(afterIntervals: 5).checks[0]

        #expect(gated.harm.isReached)
        #expect(gated.verdict == .pass, "\(gated.message)")  // Alike within five points, which is proven as well.
        #expect(failed.verdict == .fail)
    }

    @Test("A break that comes late is not averaged away over the good hours before it")
    func lateBreak() {
        func stratum(_ interval: Int) -> EvidenceStratum {
            let cats: Int64 = interval < 400 ? 50 : 62
            return .fixture(
                interval: interval,
                weight: basisPoints(1_000),
                canary: .fixture(requests: 100, signals: ["label": .classes(["cat": cats, "dog": 100 - cats])]),
                stable: .fixture(requests: 900, signals: ["label": .classes(["cat": 450, "dog": 450])])
            )
        }

        let found = Judge.folding((0..<500).map(stratum), plan: Self.plan).assess(afterIntervals: 500).checks[0]

        #expect((found.signals?.first?.classDifference ?? 1) < 0.05)  // Over the whole rollout.
        #expect(found.verdict == .fail, "\(found.message)")
    }

    @Test("Predictions that stop coming are no data any more, while requests go on")
    func stops() {
        var plan = Self.plan
        plan.onNoData = .init(action: .rollback, afterSeconds: 600)
        plan.checks[0].onNoData = .rollback
        var judge = Self.judge(40, seed: 5, plan: plan) { Self.words(&$0, $1 ? 100 : 900, cats: 0.5) }
        let before = judge.assess(afterIntervals: 40).checks[0]
        for interval in 40..<120 { judge.fold(.healthy(interval: interval)) }

        let found = judge.assess(afterIntervals: 120)

        #expect(before.noDataSince == nil)
        #expect(found.noDataSince == nil)
        #expect(found.checks[0].noDataSince == moment(ofInterval: 40))
        #expect(found.checks[0].message.hasPrefix("no rows of the canary of late"), "\(found.checks[0].message)")
        let rollout = Rollout.fixture(state: .running(.progressing(step: 0)), plan: plan)
        #expect(RolloutPolicy.find(rollout, found).event == .gaveUp(.noData))
    }

    @Test("Alike predictions are proven alike")
    func proof() {
        let judge = Self.judge(40, seed: 5) { Self.words(&$0, $1 ? 100 : 900, cats: 0.5) }

        #expect(judge.assess(afterIntervals: 40).checks[0].verdict == .pass)
    }

    @Test("Of 100 rollouts of an equal version no more than α are failed at any look", arguments: [false, true])
    func falseAlarms(isNumber: Bool) {
        var failed: [UInt64] = []
        for seed in 1...100 as ClosedRange<UInt64> {
            let judge = Self.judge(8, seed: seed, plan: .fixture(checks: [.drift(.sensitive)])) {
                isNumber ? Self.scores(&$0, $1 ? 40 : 200, mean: 3) : Self.words(&$0, $1 ? 40 : 200, cats: 0.3)
            }
            if judge.assess(afterIntervals: 8).checks[0].harm.isReached { failed.append(seed) }
        }

        #expect(failed.count <= 5, "failed seeds \(failed)")
    }

    @Test("A change of the world during a ramp is not drift of the canary", arguments: 1...10 as ClosedRange<UInt64>)
    func risingWorld(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var judge = Judge(plan: Self.plan)
        for interval in 0..<20 {
            let isLate = interval >= 10
            let (canary, stable): (Int64, Int64) = isLate ? (500, 500) : (50, 950)
            judge.fold(
                .fixture(
                    interval: interval,
                    generation: isLate ? 2 : 1,
                    weight: basisPoints(isLate ? 5_000 : 500),
                    canary: .fixture(
                        requests: canary,
                        signals: Self.words(&random, canary, cats: isLate ? 0.8 : 0.3)
                    ),
                    stable: .fixture(requests: stable, signals: Self.words(&random, stable, cats: isLate ? 0.8 : 0.3))
                )
            )
        }

        let check = judge.assess(afterIntervals: 20).checks[0]

        #expect(check.verdict != .fail, "seed \(seed)")
        #expect((check.signals?.first?.classDifference ?? 1) < 0.06, "seed \(seed): pooled over weights it would be .2")
    }

    @Test("Rows that come many to a request say no more than their requests")
    func clusters() {
        func stratum(_ interval: Int, rowsPerRequest: Int64) -> EvidenceStratum {
            var canary = CohortTally.fixture(requests: 10, signals: ["label": .classes(["a": 70, "b": 30])])
            var stable = CohortTally.fixture(requests: 90, signals: ["label": .classes(["a": 450, "b": 450])])
            canary.batch(requests: 100 / rowsPerRequest)
            stable.batch(requests: 900 / rowsPerRequest)
            return .fixture(interval: interval, weight: basisPoints(1_000), canary: canary, stable: stable)
        }
        func harm(_ rowsPerRequest: Int64) -> Double {
            let strata = (0..<5).map { stratum($0, rowsPerRequest: rowsPerRequest) }
            return Judge.folding(strata, plan: Self.plan).assess(afterIntervals: 5).checks[0].harm.logE
        }

        #expect(harm(10) < harm(1) / 5)
        #expect(harm(10) > 0)
    }

    @Test("What can't be compared is without data, and says why")
    func missing() {
        func check(_ canary: [String: SignalTally], _ stable: [String: SignalTally], _ intervals: Int)
            -> CheckAssessment
        {
            let strata = (0..<intervals).map {
                EvidenceStratum.fixture(
                    interval: $0,
                    canary: .fixture(requests: 5, signals: canary),
                    stable: .fixture(requests: 95, signals: stable)
                )
            }
            return Judge.folding(strata, plan: Self.plan).assess(afterIntervals: intervals).checks[0]
        }
        let some: [String: SignalTally] = ["label": .classes(["a": 50, "b": 45])]

        let cases: [(CheckAssessment, String)] = [
            (check([:], [:], 10), "no values of stable were read from payloads"),
            (check([:], some, 10), "no values of the canary were read from payloads"),
            (check(some, some, 2), "stable's past is too short to take questions from"),
            (check(["label": .numbers([1, 2])], some, 10), "stable's past is too short to take questions from"),
        ]

        for (check, message) in cases {
            #expect(check.verdict == .noData)
            #expect(check.message == message)
        }
    }

    @Test("Features and measures are no predictions, but may be named")
    func named() {
        let moved: (Int) -> EvidenceStratum = {
            .fixture(
                interval: $0,
                weight: basisPoints(5_000),
                canary: .fixture(requests: 500, signals: ["length": .classes(["a": 400, "b": 100], role: .measure)]),
                stable: .fixture(requests: 500, signals: ["length": .classes(["a": 250, "b": 250], role: .measure)])
            )
        }
        let strata = (0..<5).map(moved)
        let named = RolloutPlan.fixture(checks: [.drift(DriftComparison(signals: [signalName("length")]))])

        #expect(Judge.folding(strata, plan: Self.plan).assess(afterIntervals: 5).checks[0].verdict == .noData)
        #expect(Judge.folding(strata, plan: named).assess(afterIntervals: 5).checks[0].verdict == .fail)
    }
}

extension DriftComparison {
    /// Without gates of size: what is proven fails.
    fileprivate static let sensitive = DriftComparison(
        classDifference: 1e-9,
        classDistance: 1e-9,
        stabilityIndex: 1e-9,
        movement: 1e-9
    )
}
