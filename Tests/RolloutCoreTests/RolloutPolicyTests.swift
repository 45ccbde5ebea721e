import Foundation
import RolloutCore
import Testing

@Suite("When do we roll back, go on or wait")
struct RolloutPolicyTests {
    typealias Event = RolloutStateMachine.Event

    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let state: RolloutState
        let plan: RolloutPlan
        let assessment: Assessment
        let decision: DecisionKind
        let event: Event?
        var testDescription: String { self.what }

        init(
            _ what: String,
            in state: RolloutState = progressing,
            plan: RolloutPlan = .fixture(),
            _ assessment: Assessment,
            _ decision: DecisionKind,
            _ event: Event? = nil
        ) {
            self.what = what
            self.state = state
            self.plan = plan
            self.assessment = assessment
            self.decision = decision
            self.event = event
        }
    }

    static let progressing = RolloutState.running(.progressing(step: 0))
    static let twoSteps = RolloutPlan.fixture(steps: [.init(weight: .fivePercent), .init(weight: basisPoints(5_000))])
    static let approved = RolloutPlan.fixture(steps: [.init(weight: .fivePercent, approval: true)])
    static let noViolation = RolloutPlan.fixture(promotion: .noViolation)
    static let start = origin
    static let late = origin.adding(seconds: 3_600)

    static let progress: [Case] = [
        Case(
            "the first answer begins the warm-up",
            in: .running(.pending),
            .fixture(isWarmedUp: false),
            .advance,
            .canaryAnswered
        ),
        Case("no answer yet", in: .running(.pending), .fixture(canaryRequests: 0, stepRequests: 0), .hold),
        Case("warming", in: .running(.warming), .fixture(isWarmedUp: false), .hold),
        Case("warmed up", in: .running(.warming), .fixture(), .advance, .warmedUp),
        Case("everything shown", .fixture(), .promote, .stepCompleted(step: 0)),
        Case("everything shown, an approval is asked", plan: approved, .fixture(), .advance, .stepCompleted(step: 0)),
        Case("waiting for approval", in: .running(.awaitingApproval(step: 0)), plan: approved, .fixture(), .hold),
        Case("paused", in: .paused(.progressing(step: 0)), .fixture(), .hold),
        Case("paused while pending", in: .paused(.pending), .fixture(), .hold),
        Case(
            "first of two steps, nothing violated",
            plan: twoSteps,
            .fixture(checks: [.fixture(.inconclusive)]),
            .advance,
            .stepCompleted(step: 0)
        ),
        Case(
            "second of two steps, proof there",
            in: .running(.progressing(step: 1)),
            plan: twoSteps,
            .fixture(),
            .promote,
            .stepCompleted(step: 1)
        ),
        Case(
            "second of two steps, no proof",
            in: .running(.progressing(step: 1)),
            plan: twoSteps,
            .fixture(checks: [.fixture(.inconclusive)]),
            .hold
        ),
        Case("no proof yet", .fixture(checks: [.fixture(.inconclusive)]), .hold),
        Case(
            "proof of one check of two",
            .fixture(checks: [.fixture(.pass), .fixture(.inconclusive, name: "latency")]),
            .hold
        ),
        Case(
            "an undecided check that is not required",
            .fixture(checks: [.fixture(.pass), .fixture(.inconclusive, required: false)]),
            .promote,
            .stepCompleted(step: 0)
        ),
        Case(
            "an undecided dry run",
            .fixture(checks: [.fixture(.pass), .fixture(.inconclusive, mode: .dryRun)]),
            .promote,
            .stepCompleted(step: 0)
        ),
        Case(
            "noViolation, undecided",
            plan: noViolation,
            .fixture(checks: [.fixture(.inconclusive)]),
            .promote,
            .stepCompleted(step: 0)
        ),
        Case("noViolation, a check without data", plan: noViolation, .fixture(checks: [.fixture(.noData)]), .hold),
        Case("noViolation, a check in error", plan: noViolation, .fixture(checks: [.fixture(.error)]), .hold),
        Case("noViolation, a check still warming", plan: noViolation, .fixture(checks: [.fixture(.warming)]), .hold),
        Case("too few requests in the step", .fixture(stepRequests: 99), .hold),
        Case("just enough requests in the step", .fixture(stepRequests: 100), .promote, .stepCompleted(step: 0)),
        Case("still baking", .fixture(at: origin.adding(seconds: 59.9)), .hold),
        Case("baked", .fixture(at: origin.adding(seconds: 60)), .promote, .stepCompleted(step: 0)),
        Case("a limit in doubt", .fixture(limits: [.pass, .inconclusive]), .hold),
        Case("a limit that can't be measured", .fixture(limits: [.noData]), .hold),
        Case("a limit in doubt, noViolation", plan: noViolation, .fixture(limits: [.inconclusive]), .hold),
        Case("both cohorts broken, noViolation", plan: noViolation, .fixture(hardStop: .inconclusive), .hold),
        Case("no data of late", .fixture(noDataSince: start), .hold),
        Case("no data of late, first of two steps", plan: twoSteps, .fixture(noDataSince: start), .hold),
        Case("evidence not to be trusted", .fixture(errorSince: start), .hold),
        Case("evidence not to be trusted, first of two steps", plan: twoSteps, .fixture(errorSince: start), .hold),
    ]

    private static func giveUp(_ set: (inout RolloutPlan) -> Void) -> RolloutPlan {
        var plan = RolloutPlan.fixture()
        set(&plan)
        return plan
    }

    private static let after = MissingEvidencePolicy(action: .rollback, afterSeconds: 600)
    static let onNoData = giveUp { $0.onNoData = after }
    static let onError = giveUp { $0.onError = after }
    static let onInconclusive = giveUp { $0.onInconclusive = after }
    static let short = origin.adding(seconds: 0.1)
    static let open = Assessment.fixture(checks: [.fixture(.inconclusive)], inconclusiveSince: start)

    static let endings: [Case] = [
        Case("no data for long enough", plan: onNoData, .fixture(noDataSince: start), .rollBack, .gaveUp(.noData)),
        Case("no data, not for long enough", plan: onNoData, .fixture(noDataSince: short), .hold),
        Case("no data, held until the deadline", .fixture(noDataSince: start), .hold),
        Case(
            "never an answer",
            in: .running(.pending),
            plan: onNoData,
            .fixture(canaryRequests: 0, noDataSince: start),
            .rollBack,
            .gaveUp(.noData)
        ),
        Case("unsound for long enough", plan: onError, .fixture(errorSince: start), .rollBack, .gaveUp(.error)),
        Case("unsound, not for long enough", plan: onError, .fixture(errorSince: short), .hold),
        Case("undecided for long enough", plan: onInconclusive, open, .rollBack, .gaveUp(.undecided)),
        Case(
            "undecided, not for long enough",
            plan: onInconclusive,
            .fixture(checks: [.fixture(.inconclusive)], inconclusiveSince: short),
            .hold
        ),
        Case("undecided, held until the deadline", open, .hold),
        Case("a policy acts on its own condition only", plan: onNoData, open, .hold),
        Case(
            "a policy acts while paused",
            in: .paused(.progressing(step: 0)),
            plan: onNoData,
            .fixture(noDataSince: start),
            .rollBack,
            .gaveUp(.noData)
        ),
        Case("deadline", .fixture(at: late), .rollBack, .gaveUp(.deadline)),
        Case("deadline while paused", in: .paused(.warming), .fixture(at: late), .rollBack, .gaveUp(.deadline)),
        Case(
            "deadline while an approval is awaited",
            in: .running(.awaitingApproval(step: 0)),
            .fixture(at: late),
            .rollBack,
            .gaveUp(.deadline)
        ),
        Case(
            "deadline outranks other reasons to give up",
            plan: onError,
            .fixture(at: late, errorSince: start),
            .rollBack,
            .gaveUp(.deadline)
        ),
        Case(
            "just before the deadline",
            .fixture(at: origin.adding(seconds: 3_599.9)),
            .promote,
            .stepCompleted(step: 0)
        ),
    ]

    private static let all = Assessment.fixture(checks: [.fixture(.fail)], hardStop: .fail, limits: [.fail])
    private static let allLate = Assessment.fixture(
        at: late,
        checks: [.fixture(.fail)],
        hardStop: .pass,
        limits: [.fail],
        errorSince: start
    )

    static let rollbacks: [Case] = [
        Case("hard stop", .fixture(hardStop: .fail), .rollBack, .failed(.hardStop)),
        Case("hard stop before everything else", all, .rollBack, .failed(.hardStop)),
        Case("a failed check", .fixture(checks: [.fixture(.pass), .fixture(.fail)]), .rollBack, .failed(.check)),
        Case(
            "a failed check that is not required",
            .fixture(checks: [.fixture(.fail, required: false)]),
            .rollBack,
            .failed(.check)
        ),
        Case("a failed check before a broken limit and the deadline", allLate, .rollBack, .failed(.check)),
        Case(
            "a failed dry run",
            .fixture(checks: [.fixture(.pass), .fixture(.fail, mode: .dryRun)]),
            .promote,
            .stepCompleted(step: 0)
        ),
        Case("a broken limit", .fixture(limits: [.pass, .fail]), .rollBack, .failed(.limit)),
        Case("a broken limit at the deadline", .fixture(at: late, limits: [.fail]), .rollBack, .failed(.limit)),
        Case(
            "a failed check before any bake time or sample size",
            .fixture(at: origin, checks: [.fixture(.fail)], stepRequests: 1),
            .rollBack,
            .failed(.check)
        ),
    ]

    private static let ignoring = CheckAssessment.fixture(.noData, name: "b", onNoData: .ignore)
    private static let leaving = CheckAssessment.fixture(
        .noData,
        name: "b",
        required: false,
        onNoData: .rollback,
        noDataSince: origin.adding(seconds: 500)
    )

    static let modes: [Case] = [
        Case(
            "a failed warning holds, and rolls nothing back",
            .fixture(checks: [.fixture(.pass), .fixture(.fail, name: "b", mode: .warning, required: false)]),
            .hold
        ),
        Case(
            "a warning without a failure doesn't hold",
            .fixture(checks: [.fixture(.pass), .fixture(.inconclusive, name: "b", mode: .warning)]),
            .promote,
            .stepCompleted(step: 0)
        ),
        Case(
            "a check without data that is ignored",
            .fixture(checks: [.fixture(.pass), ignoring]),
            .promote,
            .stepCompleted(step: 0)
        ),
        Case(
            "a required check without data",
            .fixture(checks: [.fixture(.pass), .fixture(.noData, name: "b")]),
            .hold
        ),
        Case(
            "a check without data that isn't required",
            .fixture(checks: [.fixture(.pass), .fixture(.noData, name: "b", required: false)]),
            .promote,
            .stepCompleted(step: 0)
        ),
        Case(
            "a check that ends the rollout without data",
            .fixture(checks: [.fixture(.pass), leaving]),
            .rollBack,
            .gaveUp(.noData)
        ),
        Case(
            "not before the plan's time",
            plan: onNoData,
            .fixture(checks: [.fixture(.pass), leaving]),
            .promote,
            .stepCompleted(step: 0)
        ),
    ]

    @Test("What a check's mode and its policy for missing data come to", arguments: modes)
    func heedsModes(expected: Case) { self.expect(expected) }

    @Test("Step by step while nothing is wrong", arguments: progress)
    func goesOn(expected: Case) { self.expect(expected) }

    @Test("Missing, unsound or undecided evidence ends without blame, each by its own policy", arguments: endings)
    func givesUp(expected: Case) { self.expect(expected) }

    @Test("A proven fault outranks everything", arguments: rollbacks)
    func rollsBack(expected: Case) { self.expect(expected) }

    private func expect(_ expected: Case) {
        let finding = RolloutPolicy.find(.fixture(state: expected.state, plan: expected.plan), expected.assessment)

        #expect(finding.decision == expected.decision, "\(finding.reason)")
        #expect(finding.event == expected.event, "\(finding.reason)")
        #expect(!finding.reason.isEmpty)
    }

    @Test("A hard stop rolls back from every open state", arguments: RolloutMachineCases.openStates)
    func hardStopEverywhere(state: RolloutState) {
        let rollout = Rollout.fixture(state: state, plan: .fixture(steps: RolloutMachineCases.steps))
        let warming = Assessment.fixture(
            hardStop: .fail,
            isWarmedUp: false,
            stepRequests: 0,
            noDataSince: origin,
            errorSince: origin
        )

        #expect(RolloutPolicy.find(rollout, warming).event == .failed(.hardStop))
    }

    @Test("Nothing is concluded about a rollout that has ended", arguments: RolloutMachineCases.settledStates)
    func settled(state: RolloutState) {
        let rollout = Rollout.fixture(state: state, plan: .fixture(steps: RolloutMachineCases.steps))

        for assessment in [Assessment.fixture(), Self.all, Self.allLate] {
            #expect(RolloutPolicy.find(rollout, assessment).event == nil)
            #expect(RolloutPolicy.find(rollout, assessment).decision == .hold)
        }
    }

    @Test("A version that never got traffic is not promoted, even with no bake time and nothing violated")
    func neverWithoutTraffic() {
        var plan = RolloutPlan.fixture(warmUp: .init(seconds: 0, requests: 0), promotion: .noViolation)
        plan.bakeSeconds = 0
        plan.minimumRequests = 1
        let judge = Judge.folding(
            (0..<20).map { .fixture(interval: $0, weight: .zero, stable: .fixture(requests: 1_000)) },
            plan: plan
        )

        for state in RolloutMachineCases.stages.filter({ $0.step == 0 }).map(RolloutState.running) {
            for seconds in [0.0, 200, 3_599, 3_600] {
                let assessment = judge.assess(
                    now: origin.adding(seconds: seconds),
                    recent: RecentEvidence(),
                    stepGeneration: 1,
                    rolloutStart: origin
                )
                let finding = RolloutPolicy.find(.fixture(state: state, plan: plan), assessment)
                #expect(finding.event == (seconds < 3_600 ? nil : .gaveUp(.deadline)), "\(state) after \(seconds) s")
            }
        }
    }

    @Test("Every finding is one its state takes: no advance is lost", arguments: progress)
    func findingsFit(expected: Case) {
        let rollout = Rollout.fixture(state: expected.state, plan: expected.plan)
        guard let event = RolloutPolicy.find(rollout, expected.assessment).event else { return }
        var machine = rollout.machine

        _ = machine.happened(event)

        #expect(machine.state != expected.state)
    }

    @Test("An assessment survives storage")
    func roundTrip() throws {
        let whole = Assessment.fixture(
            hardStop: .inconclusive,
            limits: [.fail],
            noDataSince: origin,
            errorSince: origin,
            inconclusiveSince: origin
        )

        let back = try JSONDecoder().decode(Assessment.self, from: JSONEncoder().encode(whole))

        #expect(back == whole)
    }
}
