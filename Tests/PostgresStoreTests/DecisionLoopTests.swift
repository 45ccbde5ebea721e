import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@testable import PostgresStore

@Suite("The decision loop")
struct DecisionLoopTests {
    @Test("rolls back a canary that errs more often, by the check that proved it")
    func errors() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let canary = CohortTally.fixture(requests: 100, errors: 10)
            try bench.observe(rollout, secondsBack: 1...5, canary: canary, stable: .fewStable)

            let settled = try bench.settle(rollout.id, by: bench.loop())

            #expect(settled.state == .rolledBack(.check))
            #expect(try bench.states() == ["1": .stable, "2": .failed])
            #expect(try bench.route()?.canary == nil)
            let last = try #require(try bench.decisions(of: rollout.id).last)
            #expect(last.kind == .rollBack)
            #expect(last.reason.hasPrefix("check 'error-rate'"))
            #expect(last.assessment.map(required) == [.fail, .inconclusive, .inconclusive])
        }
    }

    @Test("rolls back a plainly broken canary at once, inside the open interval")
    func hardStop() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let broken = CohortTally.fixture(requests: 100, errors: 60)
            // The interval after now can't have ended, so nothing of it is under judgement yet.
            try bench.writer.write(
                bench.window(rollout, start: bench.now().adding(seconds: 2), canary: broken, stable: .fewStable)
            )

            #expect(try bench.loop().tick() == .judged(open: 1, changed: 1))

            let settled = try bench.rollout(rollout.id)
            #expect(settled.state == .rolledBack(.hardStop))
            #expect(settled.tick == 0)
            #expect(try bench.route()?.canary == nil)
        }
    }

    @Test("rolls back a canary that can't be reached")
    func unreachable() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            var dead = CohortTally(connectFailureRun: 10)
            dead.outcomes[.connectFailure] = 10
            try bench.observe(rollout, secondsBack: 0...0, canary: dead, stable: .fewStable)

            #expect(try bench.settle(rollout.id, by: bench.loop()).state == .rolledBack(.hardStop))
        }
    }

    /// The documents' own example computed the test version's mean from stable's rows, so a slow one was promoted.
    @Test("never promotes a slow canary beside a fast stable, under either rule", arguments: PromotionRule.allCases)
    func slow(_ rule: PromotionRule) throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: .quick(promotion: rule))
            let canary = CohortTally.fixture(requests: 100, slowness: 3)
            try bench.observe(rollout, secondsBack: 1...8, canary: canary, stable: .fewStable)

            let settled = try bench.settle(rollout.id, by: bench.loop())

            #expect(settled.state == .rolledBack(.check))
            let last = try #require(try bench.decisions(of: rollout.id).last)
            #expect(last.reason.hasPrefix("check 'latency'"))
            #expect(try bench.states() == ["1": .stable, "2": .failed])
        }
    }

    @Test("promotes a canary that is shown to be no worse, and deprecates the old stable")
    func equal() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            try bench.observe(rollout, secondsBack: 1...20, canary: .manyCanary, stable: .manyStable)

            let settled = try bench.settle(rollout.id, by: bench.loop())

            #expect(settled.state == .promoted)
            #expect(try bench.states() == ["1": .deprecated, "2": .stable])
            let route = try #require(try bench.route())
            #expect(route.stable == versionName("2") && route.canary == nil)
            let decisions = try bench.decisions(of: rollout.id)
            #expect(decisions.map(\.kind) == [.start, .advance, .advance, .promote])
            #expect(decisions.map(\.sequence) == [1, 2, 3, 4])
            #expect(decisions.last?.assessment.map(required) == [.pass, .pass, .pass])
            let events = try bench.store.read { try $0.events(after: 0, model: Workbench.model, limit: 100) }
            #expect(events.suffix(3).map(\.event.kind) == [.rolloutAdvanced, .rolloutAdvanced, .rolloutPromoted])
            #expect(zip(events, events.dropFirst()).allSatisfy { $0.id < $1.id })
        }
    }

    @Test("promotes without a proof where nothing was violated and the plan asks for no more")
    func noViolation() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: .quick(promotion: .noViolation))
            try bench.observe(rollout, secondsBack: 1...3, canary: .fewCanary, stable: .fewStable)

            #expect(try bench.settle(rollout.id, by: bench.loop()).state == .promoted)
            let verdicts = try bench.decisions(of: rollout.id).last?.assessment.map(required)
            #expect(verdicts == [.inconclusive, .inconclusive, .inconclusive])
        }
    }

    @Test("goes from step to step, each judged by requests of its own generation")
    func steps() throws {
        try Workbench.with { bench in
            let steps = [RolloutPlan.Step(weight: .fivePercent), RolloutPlan.Step(weight: basisPoints(5_000))]
            let rollout = try bench.startRollout(plan: .quick(steps: steps, promotion: .noViolation))
            try bench.observe(rollout, secondsBack: 4...9, canary: .fewCanary, stable: .fewStable)
            let loop = bench.loop()
            for _ in 0..<6 { _ = try loop.tick() }

            let second = try bench.rollout(rollout.id)
            #expect(second.state == .running(.progressing(step: 1)))
            #expect(second.stepGeneration > rollout.stepGeneration)
            #expect(try bench.route()?.canary?.weight == basisPoints(5_000))
            #expect(try bench.store.read { try $0.finding(of: rollout.id) }?.assessment.stepRequests == 0)

            let half = CohortTally.fixture(requests: 1_000)
            try bench.observe(second, secondsBack: 1...3, canary: half, stable: half)
            #expect(try bench.settle(rollout.id, by: loop).state == .promoted)
        }
    }

    @Test(
        "never promotes a version without traffic, and at the deadline calls it inconclusive",
        arguments: PromotionRule.allCases
    )
    func deadline(_ rule: PromotionRule) throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: .quick(deadlineSeconds: 1, promotion: rule))
            try bench.observe(rollout, secondsBack: 1...5, stable: .manyStable)
            let loop = bench.loop()

            let isSettled = try eventually {
                _ = try loop.tick()
                return try bench.rollout(rollout.id).state.isSettled
            }

            #expect(isSettled)
            let settled = try bench.rollout(rollout.id)
            #expect(settled.state == .inconclusive(.deadline))
            let end = try #require(settled.settledAt)
            #expect(end >= settled.deadline)
            #expect(try bench.states() == ["1": .stable, "2": .inconclusive])
            #expect(try bench.route()?.canary == nil)
            #expect(try bench.decisions(of: rollout.id).map(\.kind) == [.start, .hold, .rollBack])
        }
    }

    @Test("holds while paused, but its guards act all the same")
    func paused() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: .quick(promotion: .noViolation))
            _ = try bench.order(.pause, expected: nil)
            try bench.observe(rollout, secondsBack: 6...9, canary: .fewCanary, stable: .fewStable)
            let loop = bench.loop()
            for _ in 0..<5 { _ = try loop.tick() }
            #expect(try bench.rollout(rollout.id).state == .paused(.pending))

            let canary = CohortTally.fixture(requests: 100, errors: 30)
            try bench.observe(rollout, secondsBack: 1...5, canary: canary, stable: .fewStable)
            #expect(try bench.settle(rollout.id, by: loop).state == .rolledBack(.check))
        }
    }

    @Test("starts the newest version that waits when a rollout ends, in the same transaction")
    func next() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            try bench.register("3")
            let canary = CohortTally.fixture(requests: 100, errors: 30)
            try bench.observe(rollout, secondsBack: 1...5, canary: canary, stable: .fewStable)

            let settled = try bench.settle(rollout.id, by: bench.loop())

            let next = try #require(try bench.openRollout())
            #expect(next.canary == versionName("3"))
            #expect(next.startedAt == settled.settledAt)
            #expect(try bench.route()?.canary?.rollout == next.id)
        }
    }
}

/// Verdicts of the checks that a promotion needs, in the plan's order: the others have no payloads and no labels here.
private func required(_ assessment: Assessment) -> [Verdict] {
    assessment.checks.filter(\.required).map(\.verdict)
}
