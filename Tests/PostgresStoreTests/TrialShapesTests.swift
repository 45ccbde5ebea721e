import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@testable import PostgresStore

/// What a rollout may be beside a canary with a share of the requests: requests that are mirrored to it, and a baseline.
@Suite("A rollout that mirrors, and one with a baseline")
struct TrialShapesTests {
    private static let shadowSteps = [
        RolloutPlan.Step(weight: .zero, mirror: basisPoints(2_000)), RolloutPlan.Step(weight: .fivePercent),
    ]

    private static func mirrored(_ pairs: Int64, canaryOnly: Int64 = 0) -> CohortTally {
        var outcomes = PairOutcomes()
        outcomes[stable: .success, canary: .success] = pairs - canaryOnly
        outcomes[stable: .success, canary: .connectFailure] = canaryOnly
        return CohortTally(detail: CohortDetail(pairs: PairTally(outcomes: outcomes, dropped: 3)))
    }

    private static func baselinePlan() -> RolloutPlan {
        var plan = RolloutPlan.quick(promotion: .noViolation)
        plan.baseline = true
        return plan
    }

    private static func snapshot(_ bench: Workbench) throws -> ModelRoute? {
        let feed = PostgresRouteFeed(configuration: PostgresConfiguration(url: bench.url), pool: bench.pool)
        defer { feed.close() }
        return try feed.next(after: nil, timeout: .zero)?.routes.first
    }

    @Test("Gateways are told to mirror, and to stop when the canary gets clients")
    func route() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: .quick(steps: Self.shadowSteps, promotion: .noViolation))
            let first = try #require(try Self.snapshot(bench))
            #expect(first.mirror == basisPoints(2_000))
            #expect(first.arms.map(\.cohort) == [.stable, .canary])
            #expect(first.arms.map(\.weight) == [.full, .zero])
            #expect(try bench.route()?.canary?.mirror == basisPoints(2_000))

            try bench.observe(rollout, secondsBack: 4...9, canary: Self.mirrored(200), stable: .fewStable)
            let loop = bench.loop()
            for _ in 0..<6 { _ = try loop.tick() }

            let second = try bench.rollout(rollout.id)
            #expect(second.state == .running(.progressing(step: 1)))
            let next = try #require(try Self.snapshot(bench))
            #expect(next.mirror == nil)
            #expect(next.arms.map(\.weight) == [.fivePercent.complement, .fivePercent])
            let judged = try bench.store.read { try $0.evidence(of: second, through: .max) }
            #expect(judged.reduce(0) { $0 + ($1.canary.detail.pairs?.outcomes.total ?? 0) } == 1_200)
            #expect(judged.allSatisfy { $0.canaryWeight == .zero && $0.rest == nil })
        }
    }

    @Test("A canary that can't be reached is stopped hard by its mirrored requests, before it has a client")
    func hardStop() throws {
        try Workbench.with { bench in
            var plan = RolloutPlan.quick(steps: Self.shadowSteps, promotion: .noViolation)
            plan.warmUp = .init(seconds: 3_600, requests: 1_000_000)
            plan.deadlineSeconds = 86_400
            let rollout = try bench.startRollout(plan: plan)
            try bench.observe(
                rollout,
                secondsBack: 1...2,
                canary: Self.mirrored(20, canaryOnly: 20),
                stable: .fewStable
            )

            #expect(try bench.settle(rollout.id, by: bench.loop()).state == .rolledBack(.hardStop))
            #expect(try Self.snapshot(bench)?.mirror == nil)
        }
    }

    @Test("Mirrored requests are found however slowly they come")
    func slowPairs() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: .quick(steps: Self.shadowSteps))
            try bench.observe(rollout, secondsBack: 100...109, canary: Self.mirrored(3), stable: .fewStable)
            let far = try bench.now().adding(seconds: -900)

            let start = try bench.store.read {
                try $0.start(ofNewest: 20, canaryRequestsOf: rollout.id, notBefore: far)
            }
            let recent = try bench.store.read { try $0.recentEvidence(of: rollout.id, since: start ?? far) }

            #expect(start != nil)
            #expect(recent.canary.asked == 21)
            #expect(recent.stable.asked == 7 * 1_900)
        }
    }

    @Test("Nobody makes a version stable by hand that never answered a client")
    func promotion() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: .quick(steps: Self.shadowSteps))
            try bench.observe(rollout, secondsBack: 1...3, canary: Self.mirrored(200), stable: .fewStable)

            #expect(throws: CommandError.noTraffic(versionName("2"), rollout.id)) {
                try bench.order(.promote, expected: nil)
            }
        }
    }

    @Test("A baseline has an arm of stable's version, as large as the canary's")
    func baselineRoute() throws {
        try Workbench.with { bench in
            _ = try bench.startRollout(plan: Self.baselinePlan())

            let route = try #require(try Self.snapshot(bench))

            #expect(route.arms.map(\.cohort) == [.stable, .canary, .baseline])
            #expect(route.arms.map(\.version.text) == ["1", "2", "1"])
            #expect(route.arms.map(\.weight) == [basisPoints(9_000), .fivePercent, .fivePercent])
            #expect(try bench.route()?.canary?.baseline == .fivePercent)
        }
    }

    @Test("A stratum compares canary and baseline, keeps the rest of stable beside them, and is read back whole")
    func baselineEvidence() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: Self.baselinePlan())
            let start = try bench.now().floored(toSeconds: 1).adding(seconds: -5)
            let tallies: [(Cohort, String, CohortTally)] = [
                (.canary, "2", .fixture(requests: 100)), (.baseline, "1", .fixture(requests: 101, errors: 1)),
                (.stable, "1", .fixture(requests: 1_800, errors: 2)),
            ]
            try bench.writer.write(
                TelemetryWindow(
                    replica: "gateway-1",
                    sequence: 1,
                    start: start,
                    end: start.adding(seconds: 1),
                    droppedRequests: 0,
                    cells: tallies.map { cohort, version, tally in
                        TelemetryCell(
                            key: TelemetryCell.Key(
                                model: rollout.model,
                                version: versionName(version),
                                cohort: cohort,
                                rollout: rollout.id,
                                generation: rollout.stepGeneration
                            ),
                            tally: tally
                        )
                    }
                )
            )

            let taken = try bench.store.write { transaction in
                try transaction.takeEvidence(
                    of: rollout,
                    tick: 1,
                    before: transaction.now,
                    labels: false,
                    readings: [:]
                )
            }

            var rest = StableRest()
            rest.merge(tallies[2].2)
            let expected = EvidenceStratum(
                tick: 1,
                intervalStart: start,
                generation: rollout.stepGeneration,
                canaryWeight: .fivePercent,
                baselineWeight: .fivePercent,
                canary: tallies[0].2,
                stable: tallies[1].2,
                rest: rest
            )
            #expect(taken == [expected])
            #expect(try bench.store.read { try $0.evidence(of: rollout, through: 1) } == [expected])
            let recent = try bench.store.read { try $0.recentEvidence(of: rollout.id, since: start) }
            #expect((recent.canary.asked, recent.stable.asked) == (100, 1_901))
        }
    }
}
