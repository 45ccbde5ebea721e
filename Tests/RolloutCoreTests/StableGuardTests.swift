import RolloutCore
import Testing

@Suite("A stable that is broken itself")
struct StableGuardTests {
    static let plan = RolloutPlan.fixture(checks: [.errorRate()])

    /// 20 stable requests in each interval, of which so many fail.
    static func judge(_ stableErrors: [Int64], plan: RolloutPlan = plan) -> Judge {
        let strata = stableErrors.enumerated().map { index, errors in
            EvidenceStratum.fixture(
                interval: index,
                canary: .fixture(requests: 20),
                stable: .fixture(requests: 20, errors: errors)
            )
        }
        return Judge.folding([.healthy(interval: -1)] + strata, plan: plan)
    }

    private static func stable(_ errors: [Int64], plan: RolloutPlan = plan) -> StableAssessment? {
        self.judge(errors, plan: plan).assess(afterIntervals: errors.count).stable
    }

    @Test("It is broken since the interval at whose end half of its last requests had failed")
    func brokenSince() {
        #expect(Self.stable([0, 0, 0])?.verdict == .pass)
        #expect(Self.stable([0, 0, 0])?.brokenSince == nil)
        #expect(Self.stable([0, 20])?.brokenSince == nil)  // A fifth of the first interval's many were fine.
        #expect(Self.stable([0, 0, 10, 20])?.brokenSince == moment(ofInterval: 4))
        #expect(Self.stable([0, 0, 10, 20, 20, 20])?.brokenSince == moment(ofInterval: 4))
        #expect(Self.stable([0, 0, 20, 20, 20, 0, 0])?.brokenSince == nil)
    }

    @Test("It is broken, too, when it breaks a limit of the plan")
    func brokenLimit() {
        var plan = Self.plan
        plan.limits = [AbsoluteLimit(metric: .errorRate, above: 0.1, forSeconds: 20, minimumRequests: 30)]

        #expect(Self.stable([0, 4], plan: plan)?.verdict == .pass)
        let broken = Self.stable([0, 4, 4, 4], plan: plan)
        #expect(broken?.verdict == .fail)
        #expect(broken?.message == "stable's errorRate is above 0.1 share")
        #expect(broken?.brokenSince == moment(ofInterval: 3))
    }

    @Test("Without the guard nothing is looked at")
    func off() {
        var plan = Self.plan
        plan.stableGuard = nil

        #expect(Self.stable([20, 20, 20, 20], plan: plan) == nil)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let brokenFor: Double?
        let verdict: Verdict
        let promotion: PromotionRule
        let decision: DecisionKind
        var testDescription: String { self.what }
    }

    static let cases: [Case] = [
        Case(what: "well", brokenFor: nil, verdict: .pass, promotion: .nonInferiority, decision: .promote),
        Case(what: "broken of late", brokenFor: 10, verdict: .pass, promotion: .nonInferiority, decision: .hold),
        Case(what: "broken for long", brokenFor: 600, verdict: .pass, promotion: .nonInferiority, decision: .promote),
        Case(
            what: "broken for long, without proof",
            brokenFor: 600,
            verdict: .inconclusive,
            promotion: .noViolation,
            decision: .hold
        ),
        Case(
            what: "well, without proof",
            brokenFor: nil,
            verdict: .inconclusive,
            promotion: .noViolation,
            decision: .promote
        ),
        Case(
            what: "a canary that is worse still",
            brokenFor: 10,
            verdict: .fail,
            promotion: .noViolation,
            decision: .rollBack
        ),
    ]

    @Test("The rollout holds, but not for ever for a canary that passes everything", arguments: cases)
    func holds(expected: Case) {
        let at = origin.adding(seconds: 700)
        let assessment = Assessment.fixture(
            at: at,
            checks: [.fixture(expected.verdict)],
            stable: StableAssessment(
                verdict: expected.brokenFor == nil ? .pass : .fail,
                message: "as found",
                brokenSince: expected.brokenFor.map { at.adding(seconds: -$0) },
                requests: 100,
                errors: 60
            )
        )
        let plan = RolloutPlan.fixture(promotion: expected.promotion)

        let finding = RolloutPolicy.find(.fixture(state: .running(.progressing(step: 0)), plan: plan), assessment)

        #expect(finding.decision == expected.decision, "\(finding.reason)")
    }
}
