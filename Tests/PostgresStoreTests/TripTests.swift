import PostgresClient
import PostgresStore
import RolloutCore
import RolloutEngine
import Testing

@Suite("A trip that a gateway tells")
struct TripTests {
    /// Ten requests in a row that found no connection, at gateway g1.
    private func found(_ rollout: Rollout, _ number: Int = 1, at moment: Timestamp) throws -> Trip {
        var canary = OutcomeCounts()
        canary[.connectFailure] = 10
        let evidence = RecentEvidence(canary: canary, connectFailureRun: 10)
        return try self.trip(rollout, number, at: moment, cause: .hardStop(HardStop(), evidence))
    }

    private func trip(
        _ rollout: Rollout,
        _ number: Int = 1,
        at moment: Timestamp,
        isAssumed: Bool = false,
        cause: TripCause = .operator(name: "eve", reason: "it hurts")
    ) throws -> Trip {
        Trip(
            id: try TripID("00000000-0000-0000-0000-00000000000\(number)"),
            model: rollout.model,
            rollout: rollout.id,
            isAssumed: isAssumed,
            canary: rollout.canary,
            generation: 2,
            cause: cause,
            at: moment,
            gateway: "g1"
        )
    }

    @Test("by the hard stop ends its rollout in one transaction, from every open state", arguments: Situation.all)
    func hardStop(_ situation: Situation) throws {
        try Workbench.with { bench in
            let rollout = try situation.arrange(bench)
            let route = try #require(try bench.route())
            let trip = try self.found(rollout, at: bench.now().adding(seconds: -40))
            try bench.writer.record(trip)

            #expect(try bench.loop().tick() == .judged(open: 1, changed: 1))

            #expect(try bench.rollout(rollout.id).state == .rolledBack(.hardStop))
            #expect(try bench.states() == ["1": .stable, "2": .failed])
            #expect(try bench.route()?.canary == nil)
            #expect(try bench.route()?.generation == route.generation + 1)
            let decision = try #require(try bench.decisions(of: rollout.id).last)
            #expect(decision.kind == .rollBack && decision.actor == .gateway("g1"))
            #expect(decision.stateBefore == situation.state && decision.canaryWeight == .zero)
            #expect(
                decision.reason
                    == "hard stop at gateway 'g1' at \(trip.at): 10 requests in a row found no connection to the canary"
            )
            #expect(decision.inputs?.trip == trip && decision.inputs?.recent == trip.evidence)
            #expect(decision.assessment?.hardStop?.verdict == .fail)
            let stored = try #require(try bench.trips(of: rollout).first)
            #expect(stored.trip == trip && stored.replica == "gateway-1" && stored.decision == decision.sequence)
            #expect(stored.recordedAt.seconds(since: trip.at) > 39, "when it happened, and when it was heard of")
            #expect(
                try bench.store.read { try $0.events(after: 0, model: nil, limit: 99) }.last?.event.message
                    == decision.reason
            )
        }
    }

    @Test("by hand fails the version with the cause operator, on the word of who ordered it")
    func byHand() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            _ = try bench.order(.pause, expected: nil)
            let trip = try self.trip(rollout, at: bench.now().adding(seconds: -600))
            try bench.writer.record(trip)

            let loop = bench.loop()
            _ = try loop.tick()

            #expect(try bench.rollout(rollout.id).state == .rolledBack(.operator))
            #expect(try bench.states()["2"] == .failed)
            let decision = try #require(try bench.decisions(of: rollout.id).last)
            #expect(decision.actor == .operator("eve"))
            #expect(decision.reason == "it hurts (by hand at gateway 'g1' at \(trip.at))")
            #expect(decision.decidedAt.seconds(since: trip.at) >= 600)
            let settled = try bench.contents()
            _ = try loop.tick()
            #expect(try bench.contents() == settled)
        }
    }

    @Test("is followed whatever the evidence says, and can be made again from what is stored")
    func replay() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            try bench.observe(rollout, secondsBack: 1...4, canary: .fewCanary, stable: .fewStable)
            let loop = bench.loop()
            _ = try loop.tick()
            try bench.writer.record(try self.found(rollout, at: bench.now()))
            try bench.observe(rollout, secondsBack: 0...0, canary: .fewCanary, stable: .fewStable)

            _ = try bench.settle(rollout.id, by: loop)

            let decision = try #require(try bench.decisions(of: rollout.id).last)
            let ended = try bench.rollout(rollout.id)
            let strata = try bench.store.read { try $0.evidence(of: ended, through: ended.tick) }
            let replay = Replay(plan: ended.plan, strata: strata, inputs: try #require(decision.inputs))
            #expect(replay.differences(from: decision) == [])
            #expect(replay.finding.event == .failed(.hardStop))
        }
    }

    @Test("twice is recorded once, and one of each of two gateways makes one decision")
    func repeated() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let first = try self.found(rollout, 1, at: bench.now().adding(seconds: -5))
            let second = try self.found(rollout, 2, at: bench.now().adding(seconds: -4))
            for trip in [second, first, first] { try bench.writer.record(trip) }

            _ = try bench.settle(rollout.id, by: bench.loop())

            let decisions = try bench.decisions(of: rollout.id)
            #expect(decisions.count { $0.kind == .rollBack } == 1)
            #expect(decisions.last?.inputs?.trip == first)
            #expect(try bench.trips(of: rollout).map(\.trip) == [first, second])
            #expect(try bench.trips(of: rollout).map(\.decision) == [decisions.last?.sequence, nil])
        }
    }

    @Test("of a rollout that has ended, or never was, is recorded and changes nothing")
    func late() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            _ = try bench.order(.rollback, expected: rollout.id)
            var settled = try bench.contents()

            try bench.writer.record(try self.found(rollout, 1, at: bench.now()))
            let strange = Trip(
                id: try TripID("00000000-0000-0000-0000-000000000002"),
                model: modelName("nobody"),
                rollout: RolloutID(999),
                canary: nil,
                generation: 0,
                cause: .operator(name: "eve", reason: "\u{0} is no text"),
                at: try bench.now(),
                gateway: "g1"
            )
            try bench.writer.record(strange)
            _ = try bench.loop().tick()

            var after = try bench.contents()
            #expect(settled.removeValue(forKey: "trips") != after.removeValue(forKey: "trips"))
            #expect(after == settled)
            #expect(try bench.trips(of: rollout).map(\.decision) == [nil])
        }
    }

    @Test("that named no rollout and came before this one began is acknowledged, and the rollout goes on")
    func assumed() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let route = try #require(try bench.route())
            let before = try self.trip(rollout, 1, at: rollout.startedAt.adding(seconds: -60), isAssumed: true)
            try bench.writer.record(before)
            let loop = bench.loop()

            _ = try loop.tick()

            #expect(!(try bench.rollout(rollout.id).state.isSettled))
            #expect(try bench.route()?.canary == route.canary)
            #expect(try bench.trips(of: rollout).first?.acknowledgedAt != nil)
            let feed = PostgresRouteFeed(
                configuration: PostgresConfiguration(url: bench.url, applicationName: "trips"),
                pool: bench.pool
            )
            defer { feed.close() }
            let snapshot = try #require(try feed.next(after: route.generation, timeout: .zero))
            #expect(snapshot.routes.first?.acknowledgedTrips == [before.id])
            #expect(snapshot.routes.first?.hardStop == rollout.plan.hardStop)

            let generation = try bench.route()?.generation
            _ = try loop.tick()
            #expect(try bench.route()?.generation == generation, "it is told once")

            // One that came after the beginning was meant for it.
            try bench.writer.record(
                try self.trip(rollout, 2, at: rollout.startedAt.adding(seconds: 0.001), isAssumed: true)
            )
            _ = try bench.settle(rollout.id, by: loop)
            #expect(try bench.rollout(rollout.id).state == .rolledBack(.operator))
        }
    }

    @Test("commits as a whole or not at all, wherever the controller dies")
    func crash() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            try bench.writer.record(try self.found(rollout, at: bench.now()))
            let before = try bench.contents()
            var calls = 0
            while true {
                let store = FailingStore(bench.store, after: calls)
                _ = try? bench.loop("loop", store: store).tick()
                guard store.hasFailed else { break }
                #expect(try bench.contents() == before, "after \(calls) calls")
                calls += 1
            }
            #expect(calls > 10)
            #expect(try bench.rollout(rollout.id).state == .rolledBack(.hardStop))
        }
    }

    @Test("never changes but for its one answer")
    func appendOnly() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let trip = try self.found(rollout, at: bench.now())
            try bench.writer.record(trip)
            try bench.store.write { try $0.answer(trip.id, with: 1) }

            #expect(throws: (any Error).self) { try bench.store.write { try $0.answer(trip.id, with: 2) } }
            #expect(throws: (any Error).self) { try bench.store.write { try $0.acknowledge(trip.id) } }
        }
    }
}

extension Workbench {
    fileprivate func trips(of rollout: Rollout) throws -> [StoredTrip] {
        try self.store.read { try $0.trips(of: rollout.id) }
    }
}
