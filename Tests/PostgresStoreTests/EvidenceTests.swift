import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@testable import PostgresStore

@Suite("Evidence")
struct EvidenceTests {
    @Test("of a superseded version is not shared with its successor")
    func superseded() throws {
        try Workbench.with { bench in
            let old = try bench.startRollout()
            let broken = CohortTally.fixture(requests: 100, errors: 30)
            try bench.observe(old, secondsBack: 3...8, canary: broken, stable: .fewStable)
            let new = try #require(try bench.register("3", supersede: true).rollout)
            // Late telemetry of the old rollout comes while the new one runs.
            try bench.observe(old, secondsBack: 0...2, canary: broken, stable: .fewStable)
            try bench.observe(new, secondsBack: 1...4, canary: .fewCanary, stable: .fewStable)
            let loop = bench.loop()
            for _ in 0..<4 { _ = try loop.tick() }

            let finding = try #require(try bench.store.read { try $0.finding(of: new.id) })
            #expect(try bench.rollout(new.id).state == .running(.progressing(step: 0)))
            #expect(finding.assessment.canaryRequests == 400)
            #expect(finding.assessment.sampleRatio.stableRequests == 4 * 1_900)
            #expect(finding.assessment.checks.allSatisfy { $0.canary.errors == 0 })
            #expect(try bench.store.read { try $0.canaryRequests(of: new.id) } == 400)
            #expect(try bench.store.read { try $0.finding(of: old.id) } == nil)
        }
    }

    @Test("that comes after the end is kept, but never judged, and changes nothing")
    func late() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let broken = CohortTally.fixture(requests: 100, errors: 30)
            try bench.observe(rollout, secondsBack: 3...6, canary: broken, stable: .fewStable)
            let loop = bench.loop()
            _ = try bench.settle(rollout.id, by: loop)
            let late = bench.window(
                rollout,
                start: try bench.now().adding(seconds: -2),
                canary: .manyCanary,
                stable: .manyStable
            )
            try bench.writer.write(late)
            let before = try bench.contents()
            let settled = try bench.rollout(rollout.id)

            for _ in 0..<3 { #expect(try loop.tick() == .judged(open: 0, changed: 0)) }

            #expect(try bench.contents() == before)
            let judged = try bench.store.read { try $0.evidence(of: settled, through: .max) }
            #expect(judged.reduce(0) { $0 + $1.canary.outcomes.judged } == 400)
            #expect(try bench.store.read { try $0.canaryRequests(of: rollout.id) } == 900)
        }
    }

    @Test("of a window that is written again is counted once")
    func twice() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let start = try bench.now().adding(seconds: -3)
            let window = bench.window(rollout, start: start, canary: .fewCanary, stable: .fewStable)

            for _ in 0..<3 { try bench.writer.write(window) }
            let loop = bench.loop()
            _ = try loop.tick()
            try bench.writer.write(window)
            _ = try loop.tick()

            let judged = try bench.store.read { try $0.evidence(of: bench.rollout(rollout.id), through: 99) }
            #expect(judged.count == 1)
            #expect(judged.first?.canary == .fewCanary)
            #expect(judged.first?.stable == .fewStable)
            #expect(try bench.rollout(rollout.id).tick == 1)
        }
    }

    @Test("is written once by many writers of the same window at the same time")
    func race() throws {
        try Workbench.with(connections: 8) { bench in
            let rollout = try bench.startRollout()
            let start = try bench.now().adding(seconds: -3)
            let window = bench.window(rollout, start: start, canary: .fewCanary, stable: .fewStable)

            for result in concurrently(16, { _ in try bench.writer.write(window) }) { try result.get() }

            #expect(try bench.store.read { try $0.canaryRequests(of: rollout.id) } == 100)
        }
    }

    @Test("with a gap in it is no data, so what would be promoted without the gap is not")
    func dropped() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            try bench.observe(rollout, secondsBack: 4...20, canary: .manyCanary, stable: .manyStable)
            try bench.observe(rollout, secondsBack: 1...3, canary: .manyCanary, stable: .manyStable, dropped: 7)
            let loop = bench.loop()
            for _ in 0..<6 { _ = try loop.tick() }

            let finding = try #require(try bench.store.read { try $0.finding(of: rollout.id) })
            #expect(try bench.rollout(rollout.id).state == .running(.progressing(step: 0)))
            // Each window is counted once, though both of its cells carry the number.
            #expect(finding.assessment.droppedRequests == 21)
            #expect(finding.assessment.noDataSince != nil)
            #expect(finding.assessment.checks.allSatisfy { $0.verdict == .noData })
        }
    }

    @Test("is put into strata by interval, generation and tick")
    func strata() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: .quick(promotion: .noViolation))
            let base = try bench.now().floored(toSeconds: 1).adding(seconds: -10)
            for offset in [0.0, 0.2, 0.9, 1.0] {
                try bench.writer.write(
                    bench.window(
                        rollout,
                        start: base.adding(seconds: offset),
                        canary: .fewCanary,
                        stable: .fewStable
                    )
                )
            }
            let loop = bench.loop()
            _ = try loop.tick()
            // The first interval is judged already: what comes now is a stratum of its own.
            try bench.writer.write(
                bench.window(rollout, start: base.adding(seconds: 0.5), canary: .fewCanary, stable: .fewStable)
            )
            _ = try loop.tick()

            let strata = try bench.store.read { try $0.evidence(of: bench.rollout(rollout.id), through: 99) }
            let summary = strata.map { [$0.tick, $0.intervalStart.microseconds, $0.canary.outcomes.judged] }
            let first = base.microseconds
            #expect(summary == [[1, first, 300], [1, first + 1_000_000, 100], [2, first, 100]])
            #expect(strata.allSatisfy { $0.canaryWeight == .fivePercent && $0.generation == rollout.stepGeneration })
        }
    }

    @Test("leads a fresh loop to the judgement that was stored, and every stored decision can be replayed")
    func replay() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let canary = CohortTally.fixture(requests: 100, errors: 1)
            let stable = CohortTally.fixture(requests: 1_900, errors: 19)
            let first = bench.loop("first")
            try bench.observe(rollout, secondsBack: 8...14, canary: canary, stable: stable)
            for _ in 0..<3 { _ = try first.tick() }
            try bench.observe(rollout, secondsBack: 5...7, canary: canary, stable: stable)
            _ = try first.tick()
            let stored = try #require(try bench.store.read { try $0.finding(of: rollout.id) }).assessment
            try first.resign()

            // Nothing but the database survives.
            let second = bench.loop("second")
            try bench.observe(rollout, secondsBack: 3...4, canary: canary, stable: stable)
            _ = try second.tick()
            let next = try #require(try bench.store.read { try $0.finding(of: rollout.id) }).assessment

            #expect(next.tick == stored.tick + 1)
            #expect(next.canaryRequests == stored.canaryRequests + 200)
            let current = try bench.rollout(rollout.id)
            let reference = try bench.replayed(current, through: next)
            expectSame(next, reference)
            #expect(next.checks.contains { $0.promotion.logE > 0 })

            let broken = CohortTally.fixture(requests: 100, errors: 40)
            try bench.observe(rollout, secondsBack: 1...2, canary: broken, stable: stable)
            let settled = try bench.settle(rollout.id, by: second)
            #expect(settled.state == .rolledBack(.check))
            let strata = try bench.store.read { try $0.evidence(of: settled, through: .max) }
            for decision in try bench.decisions(of: rollout.id) {
                guard let inputs = decision.inputs else { continue }
                let replay = Replay(plan: settled.plan, strata: strata, inputs: inputs)
                #expect(replay.differences(from: decision) == [])
            }
            #expect(try bench.decisions(of: rollout.id).filter { $0.inputs != nil }.count > 1)
        }
    }

    @Test("keeps signals, payloads, parts of the latency and labels of both cohorts")
    func detail() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let canary = try CohortTally.detailed("cat"), stable = try CohortTally.detailed("dog")
            try bench.observe(rollout, secondsBack: 3...4, canary: canary, stable: stable)
            try bench.writer.write(
                bench.window(rollout, start: bench.now().adding(seconds: -3), canary: canary, stable: stable)
            )
            _ = try bench.loop().tick()

            let strata = try bench.store.read { try $0.evidence(of: bench.rollout(rollout.id), through: .max) }
            var (sum, other) = (CohortDetail(), CohortDetail())
            for stratum in strata {
                sum.merge(stratum.canary.detail)
                other.merge(stratum.stable.detail)
            }
            var expected = CohortDetail()
            for _ in 0..<3 { expected.merge(canary.detail) }
            #expect(sum == expected)
            #expect(other.signals.values.map(\.values) == [.classes(ClassTally(counts: ["dog": 30]))])
            let traffic = try bench.store.read {
                try $0.traffic(of: rollout.model, since: rollout.startedAt.adding(seconds: -99))
            }
            #expect(traffic.first { $0.cohort == .canary }?.tally.detail == expected)
        }
    }

    private func expectSame(_ stored: Assessment, _ replayed: Assessment) {
        #expect(stored.checks.map(\.verdict) == replayed.checks.map(\.verdict))
        #expect(stored.checks.map(\.canary) == replayed.checks.map(\.canary))
        #expect(stored.checks.map(\.stable) == replayed.checks.map(\.stable))
        #expect(stored.canaryRequests == replayed.canaryRequests)
        #expect(stored.isWarmedUp == replayed.isWarmedUp)
        for (mine, theirs) in zip(stored.checks, replayed.checks) {
            #expect(abs(mine.harm.logE - theirs.harm.logE) < 1e-9)
            #expect(abs(mine.promotion.logE - theirs.promotion.logE) < 1e-9)
        }
        #expect(abs(stored.sampleRatio.level.logE - replayed.sampleRatio.level.logE) < 1e-9)
    }
}

extension Workbench {
    /// What a judge finds that is given the stored evidence up to the assessment's tick, at the assessment's moment.
    fileprivate func replayed(_ rollout: Rollout, through assessment: Assessment) throws -> Assessment {
        var judge = Judge(plan: rollout.plan)
        for stratum in try self.store.read({ try $0.evidence(of: rollout, through: assessment.tick) }) {
            judge.fold(stratum)
        }
        return judge.assess(
            now: assessment.at,
            recent: RecentEvidence(),
            stepGeneration: rollout.stepGeneration,
            rolloutStart: rollout.startedAt
        )
    }
}

extension CohortTally {
    /// Ten requests with something of everything.
    fileprivate static func detailed(_ word: String) throws -> CohortTally {
        var tally = CohortTally.fixture(requests: 10)
        var outcomes = OutcomeCounts()
        outcomes[.success] = 10
        var quality = QualityTally()
        let row = QualityCounts(
            label: .category("cat"),
            prediction: Prediction(value: .category(word), score: 0.25),
            positiveClass: "cat"
        )
        quality.add(row, slices: ["country=de"])
        tally.detail = CohortDetail(
            latencyParts: LatencyParts(requests: 10, connect: 1, firstByte: 20, transfer: 3),
            upstreams: ["http://127.0.0.1:8000": outcomes],
            payloads: PayloadTally(inspected: 9, malformedResponses: 1),
            signals: [
                try SignalName("predict"): SignalTally(
                    role: .prediction,
                    missing: 2,
                    values: .classes(ClassTally(counts: [word: 10]))
                )
            ],
            quality: quality
        )
        return tally
    }
}
