import Foundation
import ProxyCore
import RolloutCore
import Testing

extension Trip {
    static func fixture(
        _ number: Int = 1,
        rollout: Int64? = 7,
        cause: TripCause = .hardStop(HardStop(), RecentEvidence(connectFailureRun: 10))
    ) throws -> Trip {
        Trip(
            id: try TripID("00000000-0000-0000-0000-00000000000\(number)"),
            model: try ModelName("m"),
            rollout: rollout.map { RolloutID($0) },
            canary: rollout == nil ? nil : try VersionName("2"),
            generation: 1,
            cause: cause,
            at: Timestamp(seconds: 1_000),
            gateway: "g1"
        )
    }

    static func byHand(_ number: Int = 1, rollout: Int64? = 7) throws -> Trip {
        try .fixture(number, rollout: rollout, cause: .operator(name: "ada", reason: "it hurts"))
    }
}

@Suite("The ledger of trips")
struct TripLedgerTests {
    /// Routes of model m in this rollout, or in none.
    private func routes(
        _ generation: Int64,
        rollout: Int64? = 7,
        acknowledged: [TripID]? = nil
    ) throws -> RouteSnapshot {
        let split = try ModelRoute.split(canary: rollout == nil ? 0 : 500)
        let route = ModelRoute(
            model: split.model,
            generation: generation,
            rollout: rollout.map { RolloutID($0) },
            match: split.match,
            assignment: split.assignment,
            salt: split.salt,
            arms: rollout == nil ? [try .fixture()] : split.arms,
            acknowledgedTrips: acknowledged
        )
        return RouteSnapshot(generation: generation, routes: [route])
    }

    private func weights(_ snapshot: RouteSnapshot) -> [Int] {
        snapshot.routes[0].arms.map { Int($0.weight.basisPoints) }
    }

    @Test("A trip takes the canary's weight, and no newer generation of the same rollout gives it back")
    func beatsGenerations() throws {
        var ledger = TripLedger()
        let trip = try Trip.fixture()
        #expect(ledger.applied(to: try self.routes(1)) == (try self.routes(1)))

        #expect(ledger.add(trip, under: try self.routes(1), isCurrent: false) == .held(trip))

        for generation in 1...3 as ClosedRange<Int64> {
            let applied = ledger.applied(to: try self.routes(generation))
            #expect(applied.generation == generation)
            #expect(self.weights(applied) == [10_000, 0])
            #expect(applied.routes[0].rollout == nil, "what is counted from now on isn't the trial's")
            ledger.follow(try self.routes(generation + 1))
        }
        #expect(ledger.held == [trip])
    }

    @Test(
        "It is let go when the rollout ends or another one begins, and forgotten when it is told",
        arguments: [nil, 8]
    )
    func ends(_ next: Int64?) throws {
        var ledger = TripLedger()
        let trip = try Trip.fixture()
        _ = ledger.add(trip, under: try self.routes(1), isCurrent: false)

        ledger.follow(try self.routes(2, rollout: next))

        #expect(ledger.held == [])
        #expect(ledger.applied(to: try self.routes(2, rollout: next)) == (try self.routes(2, rollout: next)))
        #expect(ledger.untold == trip, "the record wants it all the same")
        ledger.told(trip.id)
        #expect(ledger.isEmpty)
    }

    @Test("It holds on after it was told, until the controller acknowledges this very trip")
    func acknowledged() throws {
        var ledger = TripLedger()
        let trip = try Trip.fixture()
        _ = ledger.add(trip, under: try self.routes(1), isCurrent: false)
        ledger.told(trip.id)
        #expect(ledger.untold == nil)

        ledger.follow(try self.routes(2, acknowledged: [try Trip.fixture(2).id]))
        #expect(ledger.held == [trip])
        ledger.follow(try self.routes(3, acknowledged: [try Trip.fixture(2).id, trip.id]))

        #expect(ledger.isEmpty)
        #expect(self.weights(ledger.applied(to: try self.routes(3, acknowledged: [trip.id]))) == [9_500, 500])
    }

    @Test("Tripping twice is tripping once")
    func twice() throws {
        var ledger = TripLedger()
        let (found, ordered) = (try Trip.fixture(1), try Trip.byHand(2))
        _ = ledger.add(found, under: try self.routes(1), isCurrent: false)

        #expect(ledger.add(ordered, under: try self.routes(1), isCurrent: false) == .already(found))
        #expect(ledger.held == [found])
    }

    @Test("A request that fails after its rollout has ended trips nothing")
    func late() throws {
        var ledger = TripLedger()

        #expect(ledger.add(try .fixture(), under: try self.routes(2, rollout: 8), isCurrent: false) == .past)
        #expect(ledger.add(try .fixture(), under: try self.routes(2, rollout: nil), isCurrent: false) == .past)
        #expect(ledger.isEmpty)
    }

    @Test("An order that names a rollout this gateway has yet to hear of waits for it")
    func ahead() throws {
        var ledger = TripLedger()
        let order = try Trip.byHand()
        #expect(ledger.add(order, under: .empty, isCurrent: false) == .held(order))
        #expect(ledger.untold == order)

        ledger.follow(try self.routes(1))

        #expect(self.weights(ledger.applied(to: try self.routes(1))) == [10_000, 0])
        #expect(ledger.held == [order])
    }

    @Test("An order that names no rollout is for the one of the first routes that come, and says that it was assumed")
    func assumed() throws {
        var ledger = TripLedger()
        let order = try Trip.byHand(1, rollout: nil)
        #expect(ledger.add(order, under: .empty, isCurrent: false) == .held(order))
        #expect(ledger.add(try .byHand(2, rollout: nil), under: .empty, isCurrent: false) == .already(order))
        #expect(ledger.untold == nil, "nothing could be done about it yet")

        ledger.follow(try self.routes(1))

        var bound = try Trip.byHand()
        bound.isAssumed = true
        #expect(ledger.held == [bound])
        #expect(ledger.untold == bound)
        #expect(self.weights(ledger.applied(to: try self.routes(1))) == [10_000, 0])
    }

    @Test("An order for a model that turns out to have no rollout is recorded, and holds nothing")
    func void() throws {
        var ledger = TripLedger()
        let order = try Trip.byHand(1, rollout: nil)
        _ = ledger.add(order, under: .empty, isCurrent: false)

        ledger.follow(try self.routes(1, rollout: nil))

        #expect(ledger.held == [])
        #expect(ledger.untold == order)
        ledger.follow(try self.routes(2, rollout: 8))
        #expect(ledger.held == [], "a later rollout was not meant")
    }

    @Test("An order for which the store is known to have no rollout holds nothing")
    func current() throws {
        var ledger = TripLedger()

        #expect(
            ledger.add(try .byHand(1, rollout: nil), under: try self.routes(1, rollout: nil), isCurrent: true) == .past
        )
        #expect(ledger.add(try .byHand(1, rollout: 6), under: try self.routes(1), isCurrent: true) == .past)
        #expect(ledger.add(try .byHand(1, rollout: nil), under: .empty, isCurrent: true) == .past)
        #expect(ledger.isEmpty)
    }

    @Test("It is the same after a restart")
    func survives() throws {
        var ledger = TripLedger()
        _ = ledger.add(try .fixture(1), under: try self.routes(1), isCurrent: false)
        _ = ledger.add(try .byHand(2, rollout: nil), under: try self.routes(1), isCurrent: false)
        ledger.told(try Trip.fixture(1).id)

        let read = try JSONDecoder().decode(TripLedger.self, from: JSONEncoder().encode(ledger))

        #expect(read == ledger)
    }
}
