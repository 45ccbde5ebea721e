import RolloutCore
import Statistics
import Testing

/// A step in which stable answers all clients and the canary is asked as well.
@Suite("A step that only mirrors")
struct ShadowStepTests {
    private static let steps = [
        RolloutPlan.Step(weight: .zero, mirror: basisPoints(2_000)), RolloutPlan.Step(weight: .fivePercent),
    ]

    private static func plan(_ change: (inout RolloutPlan) -> Void = { _ in }) -> RolloutPlan {
        var plan = RolloutPlan.fixture(steps: Self.steps, checks: [.errorRate(), .latency()])
        change(&plan)
        return plan
    }

    /// An interval of stable's requests, of which some were mirrored.
    private static func mirrored(
        _ interval: Int,
        pairs: Int64 = 200,
        canaryOnly: Int64 = 0,
        stableOnly: Int64 = 0,
        both: Int64 = 0
    ) -> EvidenceStratum {
        var outcomes = PairOutcomes()
        outcomes[stable: .success, canary: .success] = pairs - canaryOnly - stableOnly - both
        outcomes[stable: .success, canary: .serverError] = canaryOnly
        outcomes[stable: .serverError, canary: .success] = stableOnly
        outcomes[stable: .serverError, canary: .serverError] = both
        return .fixture(
            interval: interval,
            weight: .zero,
            canary: CohortTally(detail: CohortDetail(pairs: PairTally(outcomes: outcomes))),
            stable: .fixture(requests: 1_000, errors: stableOnly + both)
        )
    }

    private static func split(_ interval: Int, canaryErrors: Int64 = 0) -> EvidenceStratum {
        .fixture(
            interval: interval,
            generation: 2,
            canary: .fixture(requests: 50, errors: canaryErrors),
            stable: .fixture(requests: 950)
        )
    }

    private static func find(
        _ judge: Judge,
        afterIntervals count: Int,
        _ state: RolloutState,
        plan: RolloutPlan,
        stageSince: Timestamp = origin
    ) -> (RolloutPolicy.Finding, Assessment) {
        let assessment = judge.assess(afterIntervals: count, stepGeneration: 1)
        return (RolloutPolicy.find(.fixture(state: state, plan: plan, stageSince: stageSince), assessment), assessment)
    }

    @Test("Mirrored answers warm a canary up and count for the step's requests")
    func lifecycle() {
        let plan = Self.plan { $0.warmUp = .init(seconds: 20, requests: 300) }
        var judge = Judge(plan: plan)
        judge.fold(Self.mirrored(0))
        #expect(Self.find(judge, afterIntervals: 1, .running(.pending), plan: plan).0.event == .canaryAnswered)
        #expect(Self.find(judge, afterIntervals: 1, .running(.warming), plan: plan).0.event == nil)

        judge.fold(Self.mirrored(1))
        #expect(Self.find(judge, afterIntervals: 2, .running(.warming), plan: plan).0.event == .warmedUp)

        for interval in 2..<9 { judge.fold(Self.mirrored(interval)) }
        let (finding, assessment) = Self.find(judge, afterIntervals: 9, .running(.progressing(step: 0)), plan: plan)

        #expect(finding.event == .stepCompleted(step: 0), "\(finding.reason)")
        #expect(assessment.stepRequests == 1_400)
        #expect(assessment.canaryRequests == 1_800)
        #expect(assessment.mirrored?.pairs == 1_400)
        #expect(assessment.sampleRatio.verdict == .pass)
        #expect(finding.reason == "nothing was violated at copies of 20 % of stable's requests")
    }

    @Test("Too few pairs, or none of late, hold the step")
    func holds() {
        let plan = Self.plan()
        var judge = Judge.folding((0..<8).map { Self.mirrored($0, pairs: 10) }, plan: plan)
        #expect(
            Self.find(judge, afterIntervals: 8, .running(.progressing(step: 0)), plan: plan).0.reason
                == "collecting requests"
        )

        for interval in 8..<30 {
            judge.fold(.fixture(interval: interval, weight: .zero, stable: .fixture(requests: 1_000)))
        }
        #expect(
            Self.find(judge, afterIntervals: 30, .running(.progressing(step: 0)), plan: plan).0.reason
                == "no canary requests of late"
        )
    }

    @Test("A canary that fails where stable doesn't is rolled back before it ever had a client")
    func findsHarm() {
        let plan = Self.plan()
        var judge = Judge.folding([Self.mirrored(0)], plan: plan)
        judge.fold(Self.mirrored(1, canaryOnly: 25, stableOnly: 2, both: 3))

        let (finding, assessment) = Self.find(judge, afterIntervals: 2, .running(.progressing(step: 0)), plan: plan)

        #expect(finding.event == .failed(.check))
        #expect(
            finding.reason
                == "check 'error-rate': the canary fails mirrored requests more often than stable: of 200 25 alone, "
                + "stable 2 alone, 3 both"
        )
        #expect(assessment.checks[0].alphaShare == 0.025)
        #expect(assessment.mirrored?.canaryFailedAlone == 25)
    }

    @Test("Neither failures that both share nor a loss too small to matter fail it", arguments: [(0, 60), (15, 0)])
    func tolerates(canaryOnly: Int64, both: Int64) {
        let plan = Self.plan { $0.checks = [.errorRate(ShareComparison(minimumDifference: 0.01))] }
        var judge = Judge.folding([Self.mirrored(0)], plan: plan)
        for interval in 1..<9 {
            judge.fold(Self.mirrored(interval, pairs: 2_000, canaryOnly: canaryOnly, both: both))
        }

        let check = judge.assess(afterIntervals: 9).checks[0]

        #expect(check.verdict == .inconclusive)
        #expect(check.harm.isReached == (canaryOnly > 0))
    }

    @Test("Mirrored requests cost the check half of its α, wherever the evidence comes from")
    func halves() {
        let strata = [Self.split(0)] + (1..<20).map { Self.split($0, canaryErrors: 5) }
        let plain = Judge.folding(strata, plan: .fixture(checks: [.errorRate()])).assess(afterIntervals: 20)
        let halved = Judge.folding(strata, plan: Self.plan { $0.checks = [.errorRate()] }).assess(afterIntervals: 20)

        let cost = plain.checks[0].harm.logE - halved.checks[0].harm.logE
        #expect(abs(cost - LogDomain.threshold(alpha: 0.5)) < 1e-12)
        #expect(plain.checks[0].promotion == halved.checks[0].promotion)
    }

    @Test("What has no pairs is not missing while requests are only mirrored, and is given its time afterwards")
    func otherChecks() {
        let plan = Self.plan { plan in
            plan.onNoData = MissingEvidencePolicy(action: .rollback, afterSeconds: 60)
            plan.onInconclusive = MissingEvidencePolicy(action: .rollback, afterSeconds: 120)
            plan.checks[1].onNoData = .rollback
            plan.minimumRequests = 1_000_000
        }
        var judge = Judge.folding((0..<60).map { Self.mirrored($0) }, plan: plan)
        let (mirroring, assessment) = Self.find(
            judge,
            afterIntervals: 60,
            .running(.progressing(step: 0)),
            plan: plan
        )
        #expect(mirroring.reason == "collecting requests")
        #expect(assessment.checks[1].verdict == .noData)
        #expect(assessment.checks[1].noDataSince == nil)
        #expect(assessment.inconclusiveSince == nil)

        judge.fold(
            .fixture(interval: 60, generation: 2, canary: CohortTally(assigned: 50), stable: .fixture(requests: 950))
        )
        let (begun, _) = Self.find(judge, afterIntervals: 61, .running(.progressing(step: 1)), plan: plan)
        #expect(begun.decision == .hold, "\(begun.reason)")

        for interval in 61..<75 { judge.fold(Self.split(interval)) }
        let (later, last) = Self.find(judge, afterIntervals: 75, .running(.progressing(step: 1)), plan: plan)
        #expect(last.inconclusiveSince == moment(ofInterval: 60))
        #expect(later.reason == "no proof either way for 120 s or more")
    }

    @Test("Limits are about what clients get, and don't hold a step in which none get anything")
    func limits() {
        let plan = Self.plan { plan in
            plan.limits = [AbsoluteLimit(metric: .p99Latency, above: 100, forSeconds: 30)]
        }
        let judge = Judge.folding((0..<10).map { Self.mirrored($0) }, plan: plan)

        let (finding, assessment) = Self.find(judge, afterIntervals: 10, .running(.progressing(step: 0)), plan: plan)

        #expect(assessment.limits.map(\.verdict) == [.noData])
        #expect(finding.event == .stepCompleted(step: 0))
    }

    @Test("The last step's proof is about clients: pairs of before are no part of it")
    func proof() {
        let plan = Self.plan { $0.checks = [.errorRate()] }
        var judge = Judge.folding((0..<100).map { Self.mirrored($0) }, plan: plan)
        #expect(judge.assess(afterIntervals: 100).checks[0].promotion.logE == 0)

        for interval in 100..<140 { judge.fold(Self.split(interval)) }

        #expect(judge.assess(afterIntervals: 140).checks[0].verdict == .pass)
        #expect(judge.assess(afterIntervals: 140, stepGeneration: 2).stepRequests == 2_000)
    }

    @Test("A rollout mirrors in its first step only, and its words say so")
    func shares() {
        let plan = Self.plan { $0.baseline = true }
        let first = Rollout.fixture(state: .running(.pending), plan: plan)
        let second = Rollout.fixture(state: .paused(.progressing(step: 1)), plan: plan)
        let ended = Rollout.fixture(state: .promoted, plan: plan)

        #expect([first, second, ended].map(\.mirror) == [basisPoints(2_000), nil, nil])
        #expect([first, second, ended].map(\.canaryWeight) == [.zero, .fivePercent, .full])
        #expect([first, second, ended].map(\.baselineWeight) == [.zero, .fivePercent, .zero])
        #expect(
            [first, second].map(\.shareInWords) == ["copies of 20 % of stable's requests", "5 % of the traffic"]
        )
    }
}
