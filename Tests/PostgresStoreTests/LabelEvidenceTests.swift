import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@testable import PostgresStore

@Suite("Labels as evidence")
struct LabelEvidenceTests {
    @Test("roll back a canary that is wrong more often, by the check of quality")
    func worse() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            try bench.observe(rollout, secondsBack: 5...9, canary: .fewCanary, stable: .fewStable)
            let loop = bench.loop()
            _ = try loop.tick()
            // A tenth of the requests of either cohort is labelled.
            let labels =
                try bench.label(.canary, count: 50, wrong: 25, secondsBack: 6)
                + bench.label(.stable, count: 950, wrong: 95, secondsBack: 6, from: 1_000)
            #expect(try bench.record(labels).allSatisfy { $0 == .counted })

            let settled = try bench.settle(rollout.id, by: loop)

            #expect(settled.state == .rolledBack(.check))
            let last = try #require(try bench.decisions(of: rollout.id).last)
            #expect(last.reason.hasPrefix("check 'quality'"))
            let strata = try bench.store.read { try $0.evidence(of: settled, through: .max) }
            #expect(strata.reduce(0) { $0 + $1.canary.detail.quality.overall.labelled } == 50)
            #expect(strata.reduce(0) { $0 + $1.stable.detail.quality.overall.labelled } == 950)
            // Labels bring no requests with them.
            #expect(strata.reduce(0) { $0 + $1.canary.outcomes.judged } == 500)
        }
    }

    @Test("wait for one another, and are each taken in once")
    func waiting() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            try bench.observe(rollout, secondsBack: 5...9, canary: .fewCanary, stable: .fewStable)
            let loop = bench.loop()
            func judged() throws -> [Int64] {
                let strata = try bench.store.read { try $0.evidence(of: bench.rollout(rollout.id), through: .max) }
                return [
                    strata.reduce(0) { $0 + $1.canary.detail.quality.overall.labelled },
                    strata.reduce(0) { $0 + $1.stable.detail.quality.overall.labelled },
                ]
            }

            _ = try bench.record(bench.label(.stable, count: 20, wrong: 0, secondsBack: 6))
            _ = try bench.record(bench.label(.canary, count: 9, wrong: 0, secondsBack: 6, from: 100))
            _ = try loop.tick()
            #expect(try judged() == [0, 0], "too few of the canary's")

            _ = try bench.record(bench.label(.canary, count: 1, wrong: 0, secondsBack: 7, from: 200))
            for _ in 0..<3 { _ = try loop.tick() }
            #expect(try judged() == [10, 20])

            _ = try bench.record(bench.label(.canary, count: 1, wrong: 0, secondsBack: 7, from: 300))
            try bench.pool.withConnection { connection in
                try connection.execute(
                    script: "UPDATE label_cells SET received_at = received_at - interval '61 seconds'"
                )
            }
            _ = try loop.tick()
            #expect(try judged() == [11, 20], "the oldest has waited for a minute")
        }
    }

    @Test("that come when the rollout has ended are late: kept and shown, and change nothing of it")
    func late() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let labels =
                try bench.label(.canary, count: 40, wrong: 40, secondsBack: 3)
                + bench.label(.stable, count: 40, wrong: 0, secondsBack: 3, from: 1_000)
            _ = try bench.commands.rollback(Workbench.model, expected: nil, reason: "no", actor: Workbench.operatorName)
            let before = try bench.contents()
            let settled = try bench.rollout(rollout.id)

            #expect(try bench.record(labels).allSatisfy { $0 == .late })
            let loop = bench.loop()
            for _ in 0..<2 { _ = try loop.tick() }
            _ = try bench.watchLoop(of: "loop").round()

            #expect(try bench.contents() == before)
            #expect(try bench.rollout(rollout.id) == settled)
            #expect(try bench.store.read { try $0.evidence(of: settled, through: .max) } == [])
            let quality = try bench.store.read { try $0.quality(of: Workbench.model, since: settled.startedAt) }
            #expect(quality.map(\.tally.overall.labelled).reduce(0, +) == 80)
            #expect(try bench.record(labels).allSatisfy { $0 == .duplicate })
        }
    }

    @Test("are shown the same before and after they have moved to the hours")
    func hours() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            try bench.observe(rollout, secondsBack: 5...9, canary: .fewCanary, stable: .fewStable)
            _ = try bench.record(bench.label(.stable, count: 20, wrong: 3, secondsBack: 6))
            _ = try bench.record(bench.label(.canary, count: 12, wrong: 1, secondsBack: 6, from: 100))
            let loop = bench.loop()
            let since = rollout.startedAt.adding(seconds: -3_600)
            let fresh = try bench.store.read { try $0.quality(of: Workbench.model, since: since) }
            #expect(fresh.map(\.tally.overall.labelled).sorted() == [12, 20])

            _ = try loop.tick()
            let watch = bench.watchLoop(of: "loop")
            _ = try watch.round()
            #expect(try bench.labelCounts()["cells"] == 0)
            #expect(try bench.store.read { try $0.quality(of: Workbench.model, since: since) } == fresh)

            _ = try bench.record(bench.label(.stable, count: 5, wrong: 0, secondsBack: 6, from: 200))
            let more = try bench.store.read { try $0.quality(of: Workbench.model, since: since) }
            let sums = more.reduce(into: [:]) { $0[$1.cohort, default: 0] += $1.tally.overall.labelled }
            #expect(sums == [.canary: 12, .stable: 25])
        }
    }
}
