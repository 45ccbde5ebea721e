import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@testable import PostgresStore

@Suite("Labels on their way into the hours")
struct LabelRollUpTests {
    @Test("are all moved in one round, however many small lots they came in")
    func backlog() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            guard try bench.store.acquireLease(holder: "loop", duration: .seconds(60)) != nil else {
                throw Missing("the lease")
            }
            try bench.insertCells(count: 10_100)

            _ = try bench.watchLoop(of: "loop").round()

            #expect(try bench.labelCounts()["cells"] == 0)
            #expect(try bench.labelledRows() == 10_100)
        }
    }

    @Test("are read up to a limit while the watch is away, the newest")
    func limit() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            try bench.insertCells(count: 5_100)
            #expect(try bench.labelledRows() == 5_000)
        }
    }

    @Test("are counted once while some tell them one by one and others move them")
    func settling() throws {
        try Workbench.with(connections: 8) { bench in
            try bench.createModel()
            try bench.register("1")
            let lots = try (0..<4).map {
                try bench.label(.stable, count: 25, wrong: 5, secondsBack: 5, from: UInt64($0 * 100))
            }
            let results = concurrently(6) { number in
                guard number < 4 else {
                    for turn in 0..<40 {
                        _ = try bench.store.watch(Workbench.model, fence: nil) { transaction in
                            if turn.isMultiple(of: 2) { _ = try transaction.gatherLabels() }
                            _ = try transaction.settleLabels()
                        }
                    }
                    return
                }
                for item in lots[number] { #expect(try bench.record([item]) == [.counted]) }
            }
            for result in results { try result.get() }

            #expect(try bench.labelledRows() == 100)
        }
    }

    @Test("are judged once while some tell them one by one and the loop takes them")
    func judging() throws {
        try Workbench.with(connections: 8) { bench in
            let rollout = try bench.startRollout()
            try bench.observe(rollout, secondsBack: 5...9, canary: .fewCanary, stable: .fewStable)
            let lots = try (0..<4).map {
                try bench.label(
                    $0.isMultiple(of: 2) ? .canary : .stable,
                    count: 40,
                    wrong: 0,
                    secondsBack: 6,
                    from: UInt64($0 * 100)
                )
            }
            let loop = bench.loop()
            let results = concurrently(5) { number in
                guard number < 4 else {
                    for _ in 0..<20 { _ = try loop.tick() }
                    return
                }
                for item in lots[number] { #expect([.counted, .late].contains(try bench.record([item]).first)) }
            }
            for result in results { try result.get() }
            _ = try loop.tick()

            let strata = try bench.store.read { try $0.evidence(of: bench.rollout(rollout.id), through: .max) }
            let judged = strata.reduce(0) {
                $0 + $1.canary.detail.quality.overall.labelled + $1.stable.detail.quality.overall.labelled
            }
            #expect(try bench.judgedRows() == judged)
            #expect(judged > 0)
            #expect(try bench.labelledRows() == 160)
        }
    }
}

extension Workbench {
    fileprivate func labelledRows() throws -> Int64 {
        try self.store.read { try $0.quality(of: Self.model, since: $0.now.adding(seconds: -7_200)) }
            .reduce(0) { $0 + $1.tally.overall.labelled }
    }

    fileprivate func judgedRows() throws -> Int64 {
        try self.pool.withConnection { try $0.query(Self.countJudged).exactlyOne().decode("labelled") }
    }

    private static let countJudged = PostgresStatement(
        "count_judged_labels",
        "SELECT coalesce(sum(labelled), 0)::bigint AS labelled FROM label_cells WHERE judged_tick IS NOT NULL"
    )

    /// Cells of one label each, a tenth of a second apart.
    fileprivate func insertCells(count: Int) throws {
        try self.pool.withConnection { connection in
            try connection.execute(
                script: """
                    INSERT INTO label_cells (model, version, cohort, generation, interval_start, age, received_at, labelled, quality)
                    SELECT '\(Self.model)', '1', 'stable', 1, now() - n * interval '0.1 seconds', 'hour', now(), 1,
                           '{"overall": {"labelled": 1}}'
                    FROM generate_series(1, \(count)) AS n
                    """
            )
        }
    }
}
