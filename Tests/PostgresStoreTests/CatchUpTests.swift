import PostgresClient
import RolloutCore
import Synchronization
import Testing

@testable import PostgresStore
@testable import RolloutEngine

@Suite("After an outage")
struct CatchUpTests {
    private static func second(_ number: Double) -> Timestamp { Timestamp(seconds: 1_000_000).adding(seconds: number) }

    /// Intervals of ten seconds; the cutoff is at 100 s.
    @Test(
        "a tick takes in whole intervals that fit in its budget, and one at least",
        arguments: [
            (oldest: 3.0, overflow: nil, cutoff: 100.0, isPartial: false),
            (oldest: 3.0, overflow: 57.0, cutoff: 50.0, isPartial: true),
            (oldest: 3.0, overflow: 60.0, cutoff: 60.0, isPartial: true),
            (oldest: 3.0, overflow: 7.0, cutoff: 10.0, isPartial: true),
            (oldest: 91.0, overflow: 95.0, cutoff: 100.0, isPartial: false),
            (oldest: 88.0, overflow: 95.0, cutoff: 90.0, isPartial: true),
        ] as [(oldest: Double, overflow: Double?, cutoff: Double, isPartial: Bool)]
    )
    func share(_ row: (oldest: Double, overflow: Double?, cutoff: Double, isPartial: Bool)) {
        let waiting = WaitingTelemetry(oldest: Self.second(row.oldest), overflow: row.overflow.map(Self.second))

        let share = waiting.share(before: Self.second(100), intervalSeconds: 10)

        #expect(share == .init(cutoff: Self.second(row.cutoff), isPartial: row.isPartial))
    }

    @Test("two hundred cells with detail are a tick's work, and nothing is promoted while more waits")
    func ticks() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: .quick(promotion: .noViolation))
            var (canary, stable) = (CohortTally.fewCanary, CohortTally.fewStable)
            canary.detail = try CohortTally.withSignal(rows: 10).detail
            stable.detail = canary.detail
            try bench.observe(rollout, secondsBack: 1...150, canary: canary, stable: stable)
            let loop = bench.loop()

            _ = try loop.tick()

            let first = try bench.store.read { try $0.evidence(of: bench.rollout(rollout.id), through: .max) }
            #expect(first.count == 100)
            #expect(try bench.rollout(rollout.id).state == .running(.pending))
            let finding = try bench.store.read { try $0.finding(of: rollout.id) }
            #expect(finding?.reason.contains("catching up") == true)
            _ = try loop.tick()
            let second = try bench.store.read { try $0.evidence(of: bench.rollout(rollout.id), through: .max) }
            #expect(second.count == 150)
            #expect(try bench.settle(rollout.id, by: loop).state == .promoted)
        }
    }

    @Test("a look of the watch takes two minutes in, and tells that more are waiting")
    func looks() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            func look() throws -> WatchPass.Result? {
                try bench.store.watch(Workbench.model, fence: nil) { transaction in
                    try WatchPass(
                        model: Workbench.model,
                        transaction: transaction,
                        configuration: .init(holder: "loop", grace: .zero)
                    ).run()
                }
            }
            func minutes() throws -> Int {
                try bench.store.read {
                    try $0.minutes(of: versionName("1"), model: Workbench.model, since: Timestamp(seconds: 0))
                }.count
            }
            _ = try look()
            try bench.rewindWatch(minutes: 20)
            try bench.observeStable(minutesBack: 5...9, .fewStable)

            #expect(try look()?.isBehind == true)
            #expect(try minutes() == 2)
            #expect(try look()?.isBehind == true)
            #expect(try minutes() == 4)
            while try look()?.isBehind == true {}
            #expect(try minutes() == 5)
        }
    }

    @Test("a rollout that can't be judged keeps no sweep from its work, and no other one from being watched")
    func stumble() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let store = StumblingStore(base: bench.store)
            let loop = bench.loop(store: store)

            #expect(throws: FailingStore.Breakdown.self) { try loop.tick() }

            #expect(store.sweeps == 1)
            let failed = try bench.now()
            try bench.observe(
                rollout,
                secondsBack: 1...5,
                canary: .fixture(requests: 100, errors: 30),
                stable: .fewStable
            )
            #expect(try bench.settle(rollout.id, by: loop).state == .rolledBack(.check))
            let inputs = try #require(try bench.decisions(of: rollout.id).last?.inputs)
            #expect(try #require(inputs.watchedSince) < failed)
        }
    }

    @Test("details that are judged or never will be are forgotten after two hours, those that wait are kept")
    func details() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let tally = try CohortTally.withSignal(rows: 10)
            try bench.observe(rollout, secondsBack: 8_000...8_000, stable: tally)
            try bench.observe(rollout, secondsBack: 1...1, stable: tally)
            func keptDetails() throws -> Int64 {
                try bench.store.keepHouse()
                return try bench.pool.withConnection { try $0.query(countDetails).exactlyOne().decode("cells") }
            }

            #expect(try keptDetails() == 2)
            _ = try bench.loop().tick()
            #expect(try keptDetails() == 1)
            let strata = try bench.store.read { try $0.evidence(of: bench.rollout(rollout.id), through: .max) }
            #expect(strata.allSatisfy { $0.stable == tally })

            try bench.observe(rollout, secondsBack: 8_000...8_000, stable: tally)
            #expect(try keptDetails() == 2)
            _ = try bench.order(.rollback, expected: nil)
            #expect(try keptDetails() == 1)
        }
    }
}

private let countDetails = PostgresStatement(
    "count_details",
    "SELECT count(*) AS cells FROM telemetry_cells WHERE detail IS NOT NULL"
)

/// A store whose first transaction that writes fails.
private final class StumblingStore: RolloutStore {
    private struct State {
        var hasStumbled = false
        var sweeps = 0
    }

    private let base: any RolloutStore
    private let state = Mutex(State())

    init(base: any RolloutStore) { self.base = base }

    /// How often something was forgotten.
    var sweeps: Int { self.state.withLock { $0.sweeps } }

    func write<Result>(_ body: (any RolloutTransaction) throws -> Result) throws -> Result {
        let isFirst = self.state.withLock { state in
            defer { state.hasStumbled = true }
            return !state.hasStumbled
        }
        if isFirst { throw FailingStore.Breakdown() }
        return try self.base.write(body)
    }

    func read<Result>(_ body: (any RolloutView) throws -> Result) throws -> Result { try self.base.read(body) }
    func acquireLease(holder: String, duration: Duration) throws -> Int64? {
        try self.base.acquireLease(holder: holder, duration: duration)
    }
    func releaseLease(holder: String) throws { try self.base.releaseLease(holder: holder) }
    func forget(before limit: Timestamp, outsideRollouts: Timestamp) throws {
        self.state.withLock { $0.sweeps += 1 }
        try self.base.forget(before: limit, outsideRollouts: outsideRollouts)
    }
}
