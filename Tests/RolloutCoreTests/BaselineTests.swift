import RolloutCore
import Statistics
import Testing

@Suite("A baseline as large as the canary")
struct BaselineTests {
    private static let plan = RolloutPlan.fixture(checks: [.errorRate()], baseline: true)

    /// 5/5/90, each cohort with its own requests.
    private static func stratum(
        _ interval: Int,
        canary: CohortTally = .fixture(requests: 100),
        baseline: CohortTally = .fixture(requests: 100),
        rest: CohortTally = .fixture(requests: 1_800)
    ) -> EvidenceStratum {
        var others = StableRest()
        others.merge(rest)
        return EvidenceStratum(
            tick: Int64(interval + 1),
            intervalStart: moment(ofInterval: interval),
            generation: 1,
            canaryWeight: .fivePercent,
            baselineWeight: .fivePercent,
            canary: canary,
            stable: baseline,
            rest: others
        )
    }

    @Test("The canary is compared with the baseline alone, and the rest of stable is shown")
    func compares() {
        // Stable's other servers fail, those that the baseline reaches don't.
        let strata = (0..<20).map {
            Self.stratum(
                $0,
                canary: .fixture(requests: 100, errors: 5),
                baseline: .fixture(requests: 100, errors: 5),
                rest: .fixture(requests: 1_800, errors: 0)
            )
        }

        let found = Judge.folding(strata, plan: Self.plan).assess(afterIntervals: 20)

        #expect(found.checks[0].verdict != .fail)
        #expect(found.checks[0].stable.requests == 1_900)
        #expect(found.checks[0].stable.errors == 95)
        #expect(found.rest?.requests == 34_200)
        #expect(found.rest?.errors == 0)
        #expect(found.sampleRatio.verdict == .pass)
        #expect(found.sampleRatio.stableRequests == 38_000)
    }

    @Test(
        "A split that isn't as routed is an error, whichever arm has too much",
        arguments: [(200, 100, 1_700), (100, 200, 1_700), (200, 200, 1_600), (100, 10, 1_890)]
    )
    func mismatch(canary: Int64, baseline: Int64, rest: Int64) {
        let strata = (0..<40).map {
            Self.stratum(
                $0,
                canary: .fixture(requests: canary),
                baseline: .fixture(requests: baseline),
                rest: .fixture(requests: rest)
            )
        }

        let found = Judge.folding(strata, plan: Self.plan).assess(afterIntervals: 40)

        #expect(found.sampleRatio.verdict == .error)
        #expect(found.checks[0].verdict == .error)
    }

    @Test("Three arms that are drawn as routed hardly ever look wrong", arguments: 1...40 as ClosedRange<UInt64>)
    func asRouted(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var judge = Judge(plan: Self.plan)
        for interval in 0..<30 {
            var counts: [Int64] = [0, 0, 0]
            for _ in 0..<400 {
                let unit = random.unit()
                counts[unit < 0.05 ? 0 : unit >= 0.95 ? 1 : 2] += 1
            }
            judge.fold(
                Self.stratum(
                    interval,
                    canary: .fixture(requests: counts[0]),
                    baseline: .fixture(requests: counts[1]),
                    rest: .fixture(requests: counts[2])
                )
            )
        }

        #expect(judge.assess(afterIntervals: 30).sampleRatio.verdict == .pass, "seed \(seed)")
    }

    @Test("Labels are held against the shares of what is compared")
    func labels() {
        func labelled(_ rows: Int64) -> CohortTally {
            CohortTally(
                outcomes: .fixture(requests: 100),
                detail: CohortDetail(quality: QualityTally(overall: .binary(rows: rows, wrong: 0)))
            )
        }
        let even = (0..<20).map { Self.stratum($0, canary: labelled(20), baseline: labelled(20)) }
        let odd = (0..<20).map { Self.stratum($0, canary: labelled(5), baseline: labelled(95)) }

        #expect(Judge.folding(even, plan: Self.plan).assess(afterIntervals: 20).labelBalance?.verdict == .pass)
        #expect(Judge.folding(odd, plan: Self.plan).assess(afterIntervals: 20).labelBalance?.verdict == .error)
    }

    @Test("All of stable counts for whether stable is well")
    func stableGuard() {
        let broken = CohortTally.fixture(requests: 1_800, errors: 1_700)
        let strata = (0..<5).map { Self.stratum($0, rest: broken) }

        let found = Judge.folding(strata, plan: Self.plan).assess(afterIntervals: 5)

        #expect(found.stable?.verdict == .fail)
        #expect(found.stable?.requests == 5_700)
    }

    @Test("Of sticky keys those of canary and baseline are compared, wherever the rest fails")
    func places() {
        var plan = Self.plan
        plan.assignment = .header("x-user")
        plan.checks = [.errorRate(ShareComparison(minimumDifference: 0))]
        func cohort(_ places: Range<Int32>, errors: Int64) -> CohortTally {
            CohortTally(
                outcomes: .fixture(requests: 1_000, errors: errors),
                detail: CohortDetail(keys: KeyTally(failed: PlaceSet(places.map(Place.init(number:)))))
            )
        }
        func verdict(canary: Range<Int32>, baseline: Range<Int32>) -> CheckAssessment {
            var judge = Judge.folding([Self.stratum(0)], plan: plan)
            judge.fold(
                Self.stratum(
                    1,
                    canary: cohort(canary, errors: Int64(canary.count)),
                    baseline: cohort(baseline, errors: Int64(baseline.count))
                )
            )
            return judge.assess(afterIntervals: 2).checks[0]
        }

        // 5 %: the canary has the places below 4 000, the baseline those from 76 000 on.
        #expect(verdict(canary: 0..<60, baseline: 76_000..<76_060).verdict != .fail)
        #expect(verdict(canary: 0..<60, baseline: 76_000..<76_010).verdict == .fail)
        #expect(verdict(canary: 0..<60, baseline: 40_000..<40_060).verdict == .fail)
    }

    @Test("Canary and baseline grow towards each other, and no place goes from one to the other")
    func growth() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<2_000 {
            let place = Place(uniform: random.next())
            var before: (canary: Bool, baseline: Bool) = (false, false)
            for weight in [0, 100, 500, 2_500, 5_000].map(basisPoints) {
                let now = (canary: place.isCanary(at: weight), baseline: place.isBaseline(at: weight))
                #expect(!(now.canary && now.baseline))
                #expect(!before.canary || now.canary)
                #expect(!before.baseline || now.baseline)
                before = now
            }
        }
        #expect(Place.count(ofBaseline: basisPoints(5_000)) == Place.count / 2)
    }

    @Test("A forecast knows that canary and baseline are alike in size, and that copies are requests of the canary")
    func forecast() {
        let inputs = ForecastInputs(requestsPerSecond: 20, errorShare: 0.01)
        func forecast(_ change: (inout RolloutPlan) -> Void) -> Forecast {
            var plan = RolloutPlan.fixture(checks: [.errorRate()])
            plan.deadlineSeconds = 86_400
            plan.minimumRequests = 1_000
            change(&plan)
            return Forecast(plan: plan, inputs: inputs)
        }
        let all = forecast { _ in }
        let baseline = forecast { $0.baseline = true }
        let mirrored = forecast {
            $0.steps = [.init(weight: .zero, mirror: basisPoints(5_000)), .init(weight: .fivePercent)]
        }

        #expect(baseline.checks[0].proofProbability ?? 1 < all.checks[0].proofProbability ?? 0)
        #expect(mirrored.canEnd == true)
        // 1 000 copies come in 100 s at half of 20 a second, then 1 000 requests in 1 000 s.
        let seconds = mirrored.secondsUntilPromotion ?? 0
        #expect(seconds >= 1_110 && seconds < (all.secondsUntilPromotion ?? 0) + 200, "\(seconds)")
    }
}
