import PostgresClient
import RolloutCore
import RolloutEngine
import Synchronization
import Testing

@testable import PostgresStore

@Suite("Competition")
struct CompetitionTests {
    @Test("of fifty registrations of the same second version starts exactly one rollout")
    func sameVersion() throws {
        try Workbench.with(connections: 16) { bench in
            try bench.createModel()
            try bench.register("1")

            let results = try concurrently(50) { _ in try bench.register("2") }.map { try $0.get() }

            #expect(results.filter(\.created).count == 1)
            #expect(Set(results.compactMap(\.rollout?.id)).count == 1)
            #expect(results.allSatisfy { $0.rollout != nil })
            #expect(try bench.store.read { try $0.rollouts(of: Workbench.model, limit: 100) }.count == 1)
            #expect(try bench.states() == ["1": .stable, "2": .canary])
            #expect(try bench.store.read { try $0.routeGeneration() } == 2)
        }
    }

    @Test(
        "of fifty registrations of different versions leaves one open rollout and states that agree",
        arguments: [false, true]
    )
    func differentVersions(_ supersede: Bool) throws {
        try Workbench.with(connections: 16) { bench in
            try bench.createModel()
            try bench.register("1")

            let results = try concurrently(50) { number in
                try bench.register("v\(number)", supersede: supersede)
            }.map { try $0.get() }

            #expect(results.filter(\.created).count == 50)
            let open = try #require(try bench.openRollout())
            let rollouts = try bench.store.read { try $0.rollouts(of: Workbench.model, limit: 100) }
            let states = try bench.states()
            #expect(states.filter { $0.value == .canary }.map(\.key) == [open.canary.text])
            #expect(states.filter { $0.value == .stable }.map(\.key) == ["1"])
            #expect(states.values.filter { $0 == .registered }.count == (supersede ? 0 : 49))
            #expect(states.values.filter { $0 == .superseded }.count == (supersede ? 49 : 0))
            #expect(rollouts.count == (supersede ? 50 : 1))
            #expect(rollouts.filter { !$0.state.isSettled } == [open])
            #expect(try bench.route()?.canary?.rollout == open.id)
        }
    }

    @Test("for a model's name has one winner")
    func models() throws {
        try Workbench.with(connections: 8) { bench in
            let results = try concurrently(16) { _ in
                try bench.commands.createModel(Workbench.model, match: .standard, autoStart: true, labels: [:]).created
            }.map { try $0.get() }

            #expect(results.filter { $0 }.count == 1)
        }
    }

    /// One transaction that writes events and then a route, one that does it the other way round.
    @Test("of transactions for different models never ends in a deadlock")
    func lockOrder() throws {
        try Workbench.with(connections: 8) { bench in
            let names = (0..<8).map { modelName("model-\($0)") }
            for name in names { _ = try bench.startRollout(of: name) }
            let attempts = Mutex(0)

            let results = concurrently(names.count) { number in
                for _ in 0..<10 {
                    try bench.store.write { transaction in
                        attempts.withLock { $0 += 1 }
                        let event = NewEvent(kind: .rolloutPaused, model: names[number], message: "")
                        if number.isMultiple(of: 2) { try transaction.append(event) }
                        _ = try transaction.nextGeneration()
                        try transaction.append(event)
                    }
                }
            }

            for result in results { try result.get() }
            #expect(attempts.withLock { $0 } == 80)
        }
    }

    @Test("of two loops on one database decides everything once, under fences that only grow")
    func twoLoops() throws {
        try Workbench.with(connections: 8) { bench in
            let good = try bench.startRollout(of: modelName("good"))
            let bad = try bench.startRollout(of: modelName("bad"))
            let open = try bench.startRollout(plan: .quick(minimumRequests: 1_000_000), of: modelName("open"))
            let failing = CohortTally.fixture(requests: 100, errors: 6)
            for rollout in [good, open] {
                try bench.observe(rollout, secondsBack: 1...20, canary: .manyCanary, stable: .manyStable)
            }
            try bench.observe(bad, secondsBack: 1...5, canary: failing, stable: .fewStable)

            // A lease shorter than a tick passes from hand to hand all the time.
            let results = concurrently(2) { number in
                let loop = bench.loop("loop-\(number)", lease: .milliseconds(15))
                var judged = 0
                var round = 0
                // A loop that never had its turn goes on until the other one is done and leaves it the lease.
                while round < 60 || (judged == 0 && round < 20_000) {
                    if number == 0, round < 60, round.isMultiple(of: 10) {
                        try bench.observe(open, secondsBack: 1...1, canary: .manyCanary, stable: .manyStable)
                    }
                    if case .judged = try loop.tick() { judged += 1 }
                    round += 1
                }
                return judged
            }

            for result in results { #expect(try result.get() > 0) }
            let finished = bench.loop("last")
            _ = try eventually { try finished.tick() != .standby }
            for _ in 0..<5 { _ = try finished.tick() }
            #expect(try bench.rollout(good.id).state == .promoted)
            #expect(try bench.rollout(bad.id).state == .rolledBack(.check))
            #expect(try bench.rollout(open.id).state == .running(.progressing(step: 0)))
            for rollout in [good, bad, open] {
                let decisions = try bench.decisions(of: rollout.id)
                #expect(decisions.map(\.sequence) == (0..<decisions.count).map { Int64($0) + 1 })
                #expect(zip(decisions, decisions.dropFirst()).allSatisfy { $0.stateAfter == $1.stateBefore })
                #expect(decisions.filter { $0.kind == .promote || $0.kind == .rollBack }.count <= 1)
                let fences = decisions.compactMap(\.fence)
                #expect(fences == fences.sorted())
            }
            let kinds = try bench.decisions(of: good.id).map(\.kind)
            #expect(kinds == [.start, .advance, .advance, .promote])

            // Whatever hands the evidence went through, each window was judged once.
            let judged = try bench.store.read { try $0.evidence(of: bench.rollout(open.id), through: .max) }
            let sum = judged.reduce(0) { $0 + $1.canary.outcomes.judged }
            #expect(try bench.store.read { try $0.canaryRequests(of: open.id) } == sum)
            #expect(try bench.store.read { try $0.finding(of: open.id) }?.assessment.canaryRequests == sum)
        }
    }

    @Test("is lost by a loop whose lease has passed on: it can't commit any more")
    func lostLease() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let canary = CohortTally.fixture(requests: 100, errors: 30)
            try bench.observe(rollout, secondsBack: 1...5, canary: canary, stable: .fewStable)
            let before = try bench.contents()
            // Between the lease and the transaction the process sleeps for so long that another one takes over.
            let sleepy = InterruptedStore(base: bench.store) {
                try bench.store.releaseLease(holder: "sleepy")
                _ = try bench.store.acquireLease(holder: "other", duration: .seconds(10))
            }

            let loop = bench.loop("sleepy", store: sleepy)
            #expect(try loop.tick() == .judged(open: 1, changed: 0))
            #expect(try bench.contents() == before)
            #expect(try loop.tick() == .standby)

            #expect(try bench.loop("other").tick() == .judged(open: 1, changed: 1))
            #expect(try bench.rollout(rollout.id).state == .rolledBack(.check))
        }
    }

    @Test("for the lease has one winner, whose fence stays while it renews and is never used again")
    func lease() throws {
        try Workbench.with(connections: 8) { bench in
            let fences = try concurrently(12) { number in
                try bench.store.acquireLease(holder: "h\(number)", duration: .seconds(30))
            }.map { try $0.get() }
            let winners = fences.indices.filter { fences[$0] != nil }
            #expect(winners.count == 1)
            let winner = "h\(try #require(winners.first))"
            #expect(try bench.store.read { try $0.leaseHolder() } == winner)
            #expect(try bench.store.acquireLease(holder: winner, duration: .seconds(30)) == 1)

            try bench.store.releaseLease(holder: "somebody else")
            #expect(try bench.store.acquireLease(holder: "next", duration: .seconds(30)) == nil)
            try bench.store.releaseLease(holder: winner)
            #expect(try bench.store.read { try $0.leaseHolder() } == nil)
            #expect(try bench.store.acquireLease(holder: "next", duration: .milliseconds(1)) == 2)
            #expect(try eventually { try bench.store.acquireLease(holder: "next", duration: .zero) == 3 })
        }
    }
}

extension Decision {
    fileprivate var fence: Int64? {
        switch self.actor {
        case .loop(let fence): fence
        case .operator, .gateway: nil
        }
    }
}
