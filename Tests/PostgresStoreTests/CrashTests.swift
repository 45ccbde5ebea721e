import PostgresClient
import RolloutCore
import RolloutEngine
import Synchronization
import Testing

@testable import PostgresStore

@Suite("A process that dies")
struct CrashTests {
    @Test("at any call of a decision leaves the old state whole, and the next tick decides the same")
    func decision() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            try bench.register("3")
            let canary = CohortTally.fixture(requests: 100, errors: 30)
            try bench.observe(rollout, secondsBack: 1...5, canary: canary, stable: .fewStable)
            let before = try bench.contents()
            var calls = 0

            while calls < 100 {
                let store = FailingStore(bench.store, after: calls)
                let loop = bench.loop("killed", store: store)
                let result = Result { try loop.tick() }
                guard store.hasFailed else {
                    #expect(try result.get() == .judged(open: 1, changed: 1))
                    break
                }
                #expect(throws: FailingStore.Breakdown.self) { try result.get() }
                #expect(try bench.contents() == before, "after \(calls) calls")
                calls += 1
            }

            #expect(calls > 20)
            #expect(try bench.rollout(rollout.id).state == .rolledBack(.check))
            #expect(try bench.decisions(of: rollout.id).map(\.kind) == [.start, .rollBack])
            #expect(try bench.openRollout()?.canary == versionName("3"))
        }
    }

    @Test("at any call of an operator's command leaves the old state whole, and the command can be repeated")
    func command() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let before = try bench.contents()
            let specification = try VersionSpecification.fixture("3")
            var calls = 0

            while calls < 100 {
                let store = FailingStore(bench.store, after: calls)
                let commands = RolloutCommands(store: store, newSalt: Workbench.newSalt)
                let result = Result {
                    try commands.register(
                        specification,
                        for: Workbench.model,
                        supersede: true,
                        actor: Workbench.operatorName
                    )
                }
                guard store.hasFailed else {
                    #expect(try result.get().created)
                    break
                }
                #expect(try bench.contents() == before, "after \(calls) calls")
                calls += 1
            }

            #expect(calls > 15)
            #expect(try bench.rollout(rollout.id).state == .superseded)
            #expect(try bench.openRollout()?.canary == versionName("3"))
        }
    }

    @Test("after the commit, before it hears of it, finds the decision made, once")
    func afterCommit() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let canary = CohortTally.fixture(requests: 100, errors: 30)
            try bench.observe(rollout, secondsBack: 1...5, canary: canary, stable: .fewStable)
            let loop = bench.loop("killed", store: DeafStore(base: bench.store))
            #expect(throws: FailingStore.Breakdown.self) { try loop.tick() }
            let decided = try bench.contents()
            #expect(try bench.rollout(rollout.id).state == .rolledBack(.check))

            #expect(try bench.loop("killed").tick() == .judged(open: 0, changed: 0))
            #expect(try bench.contents() == decided)
        }
    }

    @Test("whose session the server ends in mid-transaction decides once all the same")
    func terminated() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let attempts = Mutex(0)

            let state = try bench.store.write { transaction in
                let attempt = attempts.withLock { attempts in
                    attempts += 1
                    return attempts
                }
                guard var changed = try transaction.rollout(rollout.id) else { throw Missing("the rollout") }
                _ = try changed.machine.ordered(.pause)
                changed.sequence += 1
                try transaction.save(changed, expectedSequence: changed.sequence - 1)
                if attempt == 1, let own = transaction as? PostgresRolloutTransaction {
                    let process = own.connection.serverProcess
                    _ = try bench.pool.withConnection { try $0.query(terminate, [.int32(process)]) }
                }
                _ = try transaction.route(of: Workbench.model)
                return changed.state
            }

            #expect(attempts.withLock { $0 } == 2)
            #expect(state == .paused(.pending))
            #expect(try bench.rollout(rollout.id).sequence == 2)
        }
    }
}

private let terminate = PostgresStatement("terminate_session", "SELECT pg_terminate_backend($1, 5000) AS done")

/// A store whose answers are lost on the way back: the work is done, the caller never hears of it.
private struct DeafStore: RolloutStore {
    let base: any RolloutStore

    func write<Result>(_ body: (any RolloutTransaction) throws -> Result) throws -> Result {
        _ = try self.base.write(body)
        throw FailingStore.Breakdown()
    }

    func read<Result>(_ body: (any RolloutView) throws -> Result) throws -> Result { try self.base.read(body) }
    func acquireLease(holder: String, duration: Duration) throws -> Int64? {
        try self.base.acquireLease(holder: holder, duration: duration)
    }
    func releaseLease(holder: String) throws { try self.base.releaseLease(holder: holder) }
    func forget(before limit: Timestamp, outsideRollouts: Timestamp) throws {
        try self.base.forget(before: limit, outsideRollouts: outsideRollouts)
    }
}
