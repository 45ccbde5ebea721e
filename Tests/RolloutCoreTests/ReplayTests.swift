import Foundation
import RolloutCore
import Statistics
import Testing

@Suite("Replay of a decision")
struct ReplayTests {
    static let plan: RolloutPlan = {
        var plan = RolloutPlan.fixture(
            steps: [.init(weight: .fivePercent), .init(weight: basisPoints(5_000))],
            checks: Check.defaults,
            limits: [AbsoluteLimit(metric: .p95Latency, above: 400, forSeconds: 30)]
        )
        plan.checks.append(
            Check(
                name: "load",
                comparison: .external(ExternalComparison(source: .webhook(url: "http://a/b"), above: 0.9)),
                weight: 1,
                required: false
            )
        )
        return plan
    }()

    /// Random strata of all kinds, two a tick.
    static func strata(_ random: inout SplitMix64, ticks: Int) -> [EvidenceStratum] {
        (0..<ticks).flatMap { tick -> [EvidenceStratum] in
            let generation: Int64 = tick < ticks / 2 ? 1 : 2
            let weight: Weight = generation == 1 ? .fivePercent : basisPoints(5_000)
            func cohort(_ requests: Int64, worse: Double) -> CohortTally {
                let cats = random.binomial(requests, 0.4 * worse)
                var tally = CohortTally.fixture(
                    requests: requests,
                    signals: [
                        "label": .classes(["cat": cats, "dog": requests - cats]),
                        "age": .numbers((0..<20).map { _ in random.normal(mean: 30) }, role: .feature),
                    ]
                )
                tally.outcomes = .fixture(requests: requests, errors: random.binomial(requests, 0.02 * worse))
                for _ in 0..<requests { tally.latency.record(microseconds: Int64(20_000 + 30_000 * random.unit())) }
                return tally
            }
            let share = weight.share
            var traffic = EvidenceStratum.fixture(
                interval: tick,
                tick: tick + 1,
                generation: generation,
                weight: weight,
                canary: cohort(random.binomial(300, share), worse: 1.2),
                stable: cohort(random.binomial(300, 1 - share), worse: 1)
            )
            traffic.readings["load"] = ExternalReading(canary: random.unit(), stable: 0.5)
            let labels = EvidenceStratum.labels(
                interval: max(0, tick - 3),
                tick: tick + 1,
                generation: generation,
                weight: weight,
                canary: .binary(rows: 20, wrong: random.binomial(20, 0.1)),
                stable: .binary(rows: 380, wrong: random.binomial(380, 0.08))
            )
            return [traffic, labels]
        }
    }

    @Test(
        "Plan, evidence and inputs, all as they are stored, give the same decision",
        arguments: 1...4 as ClosedRange<UInt64>
    )
    func replays(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let strata = Self.strata(&random, ticks: 24)
        var judge = Judge(plan: Self.plan)
        var stored: [Decision] = []
        for tick in 1...24 {
            judge.fold(strata.filter { $0.tick == Int64(tick) })
            var rollout = Rollout.fixture(state: .running(.progressing(step: tick < 12 ? 0 : 1)), plan: Self.plan)
            rollout.tick = Int64(tick)
            rollout.stepGeneration = tick < 12 ? 1 : 2
            let inputs = JudgementInputs(
                rollout,
                at: moment(ofInterval: tick).adding(seconds: 2.5),
                recent: RecentEvidence(
                    canary: .fixture(requests: 30, errors: Int64(tick)),
                    stable: .fixture(requests: 99)
                ),
                watchedSince: origin,
                isCatchingUp: tick == 7
            )
            let assessment = judge.assess(inputs)
            let finding = RolloutPolicy.find(Self.plan, inputs, assessment)
            stored.append(
                Decision(
                    rollout: rollout.id,
                    sequence: Int64(tick),
                    kind: finding.decision,
                    reason: finding.reason,
                    actor: .loop(fence: 1),
                    decidedAt: inputs.at,
                    stateBefore: rollout.state,
                    stateAfter: rollout.state,
                    canaryWeight: rollout.canaryWeight,
                    assessment: assessment,
                    inputs: inputs
                )
            )
        }
        let plan = try JSONDecoder().decode(RolloutPlan.self, from: JSONEncoder().encode(Self.plan))
        for decision in stored {
            let inputs = try JSONDecoder().decode(
                JudgementInputs.self,
                from: JSONEncoder().encode(#require(decision.inputs))
            )
            let replay = Replay(plan: plan, strata: strata, inputs: inputs)
            #expect(replay.differences(from: decision) == [], "seed \(seed), tick \(decision.sequence)")
            #expect(replay.assessment == decision.assessment)
        }
    }

    @Test("Another plan, other evidence or a changed decision don't pass for the same")
    func differs() throws {
        var random = SplitMix64(seed: 9)
        let strata = Self.strata(&random, ticks: 10)
        var rollout = Rollout.fixture(state: .running(.progressing(step: 0)), plan: Self.plan)
        rollout.tick = 10
        let inputs = JudgementInputs(rollout, at: moment(ofInterval: 10), recent: RecentEvidence())
        let replay = Replay(plan: Self.plan, strata: strata, inputs: inputs)
        func decision(_ reason: String, _ kind: DecisionKind = .hold) -> Decision {
            Decision(
                rollout: rollout.id,
                sequence: 1,
                kind: kind,
                reason: reason,
                actor: .loop(fence: 1),
                decidedAt: inputs.at,
                stateBefore: rollout.state,
                stateAfter: rollout.state,
                canaryWeight: rollout.canaryWeight,
                assessment: replay.assessment,
                inputs: inputs
            )
        }
        let own = decision(replay.finding.reason, replay.finding.decision)

        #expect(replay.differences(from: own) == [])
        #expect(replay.differences(from: decision("else", .promote)).count == 2)
        let less = Replay(plan: Self.plan, strata: Array(strata.dropFirst(4)), inputs: inputs)
        #expect(!less.differences(from: own).isEmpty)
        var strict = Self.plan
        strict.checks[0].name = "other"
        #expect(!Replay(plan: strict, strata: strata, inputs: inputs).differences(from: own).isEmpty)
    }

    @Test("What isn't a number, or is endless, agrees with nothing else", arguments: [Double.nan, .infinity])
    func notANumber(logE: Double) {
        var rollout = Rollout.fixture(state: .running(.progressing(step: 0)), plan: Self.plan)
        rollout.tick = 1
        let inputs = JudgementInputs(rollout, at: moment(ofInterval: 1), recent: RecentEvidence())
        let replay = Replay(plan: Self.plan, strata: [.healthy(interval: 0)], inputs: inputs)
        let checks = replay.assessment.checks.map { check in
            CheckAssessment.fixture(check.verdict, name: check.name, logE: logE)
        }
        let decision = Decision(
            rollout: rollout.id,
            sequence: 1,
            kind: replay.finding.decision,
            reason: replay.finding.reason,
            actor: .loop(fence: 1),
            decidedAt: inputs.at,
            stateBefore: rollout.state,
            stateAfter: rollout.state,
            canaryWeight: rollout.canaryWeight,
            assessment: .fixture(checks: checks),
            inputs: inputs
        )

        #expect(replay.differences(from: decision).filter { $0.contains("ln E of harm") }.count == checks.count)
    }

    @Test("Evidence after the decision changes nothing in its replay")
    func laterEvidence() {
        var random = SplitMix64(seed: 3)
        let strata = Self.strata(&random, ticks: 10)
        var rollout = Rollout.fixture(state: .running(.progressing(step: 0)), plan: Self.plan)
        rollout.tick = 6
        let inputs = JudgementInputs(rollout, at: moment(ofInterval: 6), recent: RecentEvidence())

        let whole = Replay(plan: Self.plan, strata: strata, inputs: inputs)
        let cut = Replay(plan: Self.plan, strata: strata.filter { $0.tick <= 6 }, inputs: inputs)

        #expect(whole.assessment == cut.assessment)
        #expect(whole.assessment.tick == 6)
    }

    @Test("A state survives storage", arguments: RolloutMachineCases.openStates + RolloutMachineCases.settledStates)
    func states(state: RolloutState) throws {
        let back = try JSONDecoder().decode(RolloutState.self, from: JSONEncoder().encode(state))

        #expect(back == state)
    }
}
