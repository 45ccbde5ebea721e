import ControlWire
import RolloutCore
import Testing

@testable import serin

@Suite("The verdict of the demonstration")
struct DemoVerdictTests {
    @Test("There is no complaint when everything was as promised, the broken canary's own errors included")
    func asPromised() {
        #expect(DemoFacts.fixture().complaints() == [])
    }

    @Test("A rollout that never ended, and one that ended otherwise, are complaints")
    func rollouts() {
        var facts = DemoFacts.fixture()
        facts.promoted = nil
        facts.failed = .fixture(.v3, phase: "rolledBack", cause: "operator", by: "operator:x", state: .failed)
        facts.rolledBack = .fixture(.v4, phase: "promoted", by: "loop", state: .stable)

        #expect(
            facts.complaints() == [
                "v2 was not promoted by the loop: its rollout never ended",
                "v3 was not failed by the loop: its rollout ended as rolledBack (operator), decided by operator:x: why; "
                    + "the version is failed",
                "v4 was not rolled back by hand: its rollout ended as promoted, decided by loop: why; the version is stable",
            ]
        )
    }

    @Test("Any failure that the broken canary didn't answer itself is a complaint")
    func clients() {
        var tally = TrafficTally()
        let now = ContinuousClock.now
        tally.count(.right, by: "v1", after: .milliseconds(1), at: now)
        tally.count(.failed, by: "v3", after: .milliseconds(1), at: now)
        var good = DemoFacts.fixture()
        good.take(tally)
        tally.count(.failed, by: "v1", after: .milliseconds(1), at: now)
        tally.count(.failed, by: nil, after: .milliseconds(1), at: now)
        tally.countUnanswered()
        var bad = DemoFacts.fixture()
        bad.take(tally)

        #expect(good.complaints() == [])
        #expect(
            bad.complaints() == [
                "1 requests failed at v1, which is not the broken version", "1 failed answers named no version",
                "1 requests were not answered",
            ]
        )
        #expect(tally.failures(exceptOf: "v3") == 3)
    }

    @Test("An interruption is the first complaint")
    func interruption() {
        var facts = DemoFacts.fixture()
        facts.interruption = "\(DemoInterruption.tooLong(seconds: 170, during: "v2"))"

        #expect(facts.complaints().count == 1)
        #expect(facts.complaints()[0].hasPrefix("not done after 170 s; it was busy with: v2"))
    }

    @Test("A tally keeps the slowest and the newest answer of each version")
    func tally() {
        var tally = TrafficTally()
        let begin = ContinuousClock.now
        tally.count(.right, by: "v1", after: .milliseconds(5), at: begin + .seconds(2))
        tally.count(.wrong, by: "v1", after: .milliseconds(9), at: begin + .seconds(1))
        tally.count(.failed, by: "v1", after: .milliseconds(1), at: begin)

        #expect(
            tally.versions == [
                "v1": TrafficTally.ByVersion(
                    answers: 3,
                    right: 1,
                    wrong: 1,
                    failed: 1,
                    slowest: .milliseconds(9),
                    lastAnswer: begin + .seconds(2)
                )
            ]
        )
    }

    @Test("The plan of the demonstration is one the service accepts")
    func plan() throws {
        let plan = try PlanReader.read(DemoPlan.document(), at: "")

        #expect(plan.complaints() == [])
        #expect(plan.steps.map(\.weight.basisPoints) == [500, 2_500])
    }

    @Test("Each decision is told once, and those of a new rollout from its first one")
    func narration() {
        var narration = RolloutNarration()
        let first = narration.news([.fixture(rollout: 1, sequence: 2), .fixture(rollout: 1, sequence: 1)])
        let repeated = narration.news([.fixture(rollout: 1, sequence: 1), .fixture(rollout: 1, sequence: 2)])
        let other = narration.news([.fixture(rollout: 2, sequence: 1)])

        #expect([first.count, repeated.count, other.count] == [2, 0, 1])
        #expect(first[0] == "loop → advance: reason 1 [warming, canary at 5 %]")
    }
}

// MARK: Fixtures

extension DemoFacts {
    fileprivate static func fixture() -> DemoFacts {
        var facts = DemoFacts()
        facts.promoted = .fixture(.v2, phase: "promoted", by: "loop", state: .stable)
        facts.failed = .fixture(.v3, phase: "rolledBack", cause: "check", by: "loop", state: .failed)
        facts.rolledBack = .fixture(.v4, phase: "rolledBack", cause: "operator", by: "operator:demo", state: .failed)
        facts.answers = [
            Answers(version: "v1", answers: 9, right: 9, wrong: 0, failed: 0, slowestMilliseconds: 3),
            Answers(version: "v3", answers: 5, right: 3, wrong: 0, failed: 2, slowestMilliseconds: 3),
        ]
        return facts
    }
}

extension DemoFacts.Act {
    fileprivate static func fixture(
        _ version: DemoVersion,
        phase: String,
        cause: String? = nil,
        by actor: String,
        state: VersionState
    ) -> DemoFacts.Act {
        DemoFacts.Act(
            version: version.rawValue,
            rollout: 1,
            phase: phase,
            cause: cause,
            decidedBy: actor,
            reason: "why",
            versionState: state,
            seconds: 1
        )
    }
}

extension DecisionResponse {
    fileprivate static func fixture(rollout: Int64, sequence: Int64) -> DecisionResponse {
        DecisionResponse(
            Decision(
                rollout: RolloutID(rollout),
                sequence: sequence,
                kind: .advance,
                reason: "reason \(sequence)",
                actor: .loop(fence: 1),
                decidedAt: Timestamp(seconds: 0),
                stateBefore: .running(.pending),
                stateAfter: .running(.warming),
                canaryWeight: .fivePercent,
                assessment: nil
            )
        )
    }
}
