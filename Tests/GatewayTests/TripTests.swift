import Foundation
import ProxyCore
import RolloutCore
import Synchronization
import Testing

@testable import Gateway

@Suite("A trip of the gateway itself")
struct TripTests {
    /// A canary that fails every request, and counts them.
    private final class Broken: Sendable {
        private let counted: Counted
        private let server: ModelServer

        private final class Counted: Sendable {
            let requests = Mutex(0)
        }

        init() throws {
            let counted = Counted()
            self.counted = counted
            self.server = try ModelServer { peer in
                while true {
                    _ = try peer.takeMessage()
                    counted.requests.withLock { $0 += 1 }
                    try peer.send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nno!\n")
                }
            }
        }

        var url: String { self.server.url }
        var requests: Int { self.counted.requests.withLock { $0 } }
        func stop() { self.server.stop() }
    }

    /// Requests, one after the other on each of so many connections, until `isDone`.
    ///
    /// - Returns: How many each version answered.
    private func load(
        _ gateway: GatewayFixture,
        clients count: Int = 4,
        until isDone: @Sendable () -> Bool
    ) throws -> [String: Int] {
        let clients = try (0..<count).map { _ in try gateway.connect() }
        var answers: [String: Int] = [:]
        let end = ContinuousClock.now + .seconds(10)
        while !isDone() {
            guard ContinuousClock.now < end else { throw SocketPeer.Failure(description: "not within 10 s") }
            for client in clients { try client.send(get()) }
            for client in clients {
                answers[try client.takeMessage().fields["x-serin-version"] ?? "none", default: 0] += 1
            }
        }
        return answers
    }

    @Test(
        "sets a canary that fails to 0 with the request that meets the rule, whichever loops it and those before it ran on"
    )
    func errors() throws {
        let stable = try ModelServer.named("stable")
        let canary = try Broken()
        defer {
            stable.stop()
            canary.stop()
        }
        let trips = TripStore()
        let snapshot = try RouteSnapshot.fixture(
            stable: stable.url,
            canary: canary.url,
            canaryWeight: 5_000,
            hardStop: HardStop()
        )
        try withGateway(snapshot, trips: trips) { gateway in
            _ = try self.load(gateway, until: { !trips.trips.isEmpty })
            let asked = canary.requests
            let client = try gateway.connect()
            for _ in 1...50 {
                try client.send(get())
                #expect(try client.takeMessage().fields["x-serin-version"] == "1")
            }

            #expect(canary.requests == asked)
            let trip = try #require(trips.trips.first)
            guard case .hardStop(let rule, let evidence) = trip.cause else {
                throw SocketPeer.Failure(description: "\(trip)")
            }
            #expect(rule == HardStop() && rule.assess(evidence).verdict == .fail)
            // Another loop may have counted one more at the same moment.
            #expect((20...23).contains(evidence.canary.asked) && evidence.canary.unserved == evidence.canary.asked)
            #expect(evidence.stable.asked > 0 && evidence.stable.unserved == 0)
            #expect(trip.rollout == RolloutID(7) && trip.canary?.text == "2" && trip.gateway == "gateway")
            // Those that were on their way when the rule was met: at most one a connection.
            #expect((20...23).contains(asked), "\(asked)")
        }
    }

    @Test("counts failed connections in a row over all loops, and not what was given to stable instead")
    func connections() throws {
        let stable = try ModelServer.named("stable")
        defer { stable.stop() }
        let trips = TripStore()
        let snapshot = try RouteSnapshot.fixture(
            stable: stable.url,
            canary: "http://127.0.0.1:\(try ModelServer.deadPort())",
            canaryWeight: 5_000,
            hardStop: HardStop()
        )
        try withGateway(snapshot, trips: trips) { gateway in
            let answers = try self.load(gateway, until: { !trips.trips.isEmpty })

            #expect(Set(answers.keys) == ["1"], "every client was served")
            guard case .hardStop(_, let evidence) = try #require(trips.trips.first).cause else {
                throw SocketPeer.Failure(description: "by hand")
            }
            #expect((10...13).contains(evidence.connectFailureRun))
        }
    }

    @Test("does not happen while neither version can be reached: the cause is elsewhere")
    func bothAway() throws {
        let dead = "http://127.0.0.1:\(try ModelServer.deadPort())"
        let trips = TripStore()
        let snapshot = try RouteSnapshot.fixture(
            stable: dead,
            canary: dead,
            canaryWeight: 9_000,
            hardStop: HardStop(requests: 1_000_000)
        )
        try withGateway(snapshot, trips: trips) { gateway in
            let client = try gateway.connect()
            for _ in 0..<100 {
                try client.send(get())
                #expect(try client.takeMessage().status == 502)
            }
            try gateway.awaitApplied(1)
            #expect(trips.attempts == 0)
            #expect(gateway.server.state.trips.isEmpty)
        }
    }

    private let order = TripOrder(
        model: (try? ModelName("m"))!,
        rollout: nil,
        name: "ada",
        reason: "it hurts"
    )

    @Test("by hand happens at once, once, and lets requests in flight end where they began")
    func byHand() throws {
        let stable = try ModelServer.named("stable")
        let isReleased = Mutex(false)
        let canary = try ModelServer { peer in
            _ = try peer.takeMessage()
            try eventually("the canary was taken off", seconds: 10) { isReleased.withLock { $0 } }
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ncanary")
        }
        defer {
            stable.stop()
            canary.stop()
        }
        let trips = TripStore()
        trips.setAway(true)
        try withGateway(.fixture(stable: stable.url, canary: canary.url), trips: trips) { gateway in
            let waiting = try gateway.connect()
            try waiting.send(get())
            try eventually("the canary has the request") { canary.connectionCount == 1 }

            let result = gateway.server.trip(self.order)

            #expect(result.effect == .done && !result.isRecorded)
            #expect(result.trip?.canary?.text == "2" && result.trip?.rollout == RolloutID(7))
            #expect(result.trip?.actor == .operator("ada"))
            let client = try gateway.connect()
            for _ in 1...20 {
                try client.send(get())
                #expect(try client.takeMessage().fields["x-serin-version"] == "1")
            }
            #expect(gateway.server.trip(self.order).effect == .already)
            let state = gateway.server.state
            #expect(state.routes.routes[0].arms.map(\.weight) == [.full, .zero])
            #expect(state.trips.map(\.trip) == [result.trip])
            #expect(state.inFlight == 1 && state.connections == 2)
            isReleased.withLock { $0 = true }
            #expect(try waiting.takeMessage().body == "canary")
            // What stable answers now is nobody's evidence.
            try gateway.awaitOutcomes(.stable, [.success: 20])
            let cells = gateway.store.windows.flatMap(\.cells)
            #expect(cells.allSatisfy { ($0.key.rollout == nil) == ($0.key.cohort == .stable) })

            trips.setAway(false)
            try eventually("it is recorded") { gateway.server.state.trips.map(\.isRecorded) == [true] }
            #expect(trips.trips == [try #require(result.trip)])
            #expect(trips.attempts >= 2)
        }
    }

    @Test(
        "beats newer routes of its rollout, until they acknowledge it or the rollout has ended",
        arguments: [true, false]
    )
    func generations(_ isAcknowledged: Bool) throws {
        let stable = try ModelServer.named("stable")
        let canary = try ModelServer.named("canary")
        defer {
            stable.stop()
            canary.stop()
        }
        func routes(_ generation: Int64, rollout: Int64 = 7, acknowledged: [TripID]? = nil) throws -> RouteSnapshot {
            try .fixture(
                generation: generation,
                stable: stable.url,
                canary: canary.url,
                rollout: rollout,
                acknowledgedTrips: acknowledged
            )
        }
        try withGateway(try routes(1)) { gateway in
            let trip = try #require(gateway.server.trip(self.order).trip)
            let client = try gateway.connect()
            for generation in 2...4 as ClosedRange<Int64> {
                gateway.routes.set(try routes(generation))
                try gateway.awaitApplied(generation)
                try client.send(get())
                #expect(try client.takeMessage().fields["x-serin-version"] == "1")
            }

            gateway.routes.set(
                isAcknowledged ? try routes(5, acknowledged: [trip.id]) : try routes(5, rollout: 8)
            )
            try gateway.awaitApplied(5)

            try client.send(get())
            #expect(try client.takeMessage().fields["x-serin-version"] == "2")
            #expect(gateway.server.state.trips.isEmpty)
        }
    }

    @Test("lasts through a restart with the control plane away, and is told by the next start")
    func restart() throws {
        let stable = try ModelServer.named("stable")
        let canary = try ModelServer.named("canary")
        let directory = FileManager.default.temporaryDirectory.path + "/serin-trips-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer {
            stable.stop()
            canary.stop()
            try? FileManager.default.removeItem(atPath: directory)
        }
        func keep(_ configuration: inout GatewayConfiguration) {
            configuration.snapshotPath = directory + "/routes.json"
            configuration.tripPath = directory + "/trips.json"
        }
        let away = TripStore()
        away.setAway(true)
        var trip: Trip?
        try withGateway(.fixture(stable: stable.url, canary: canary.url), keep, trips: away) { gateway in
            let result = gateway.server.trip(self.order)
            #expect(result.isKept)
            trip = result.trip
        }
        let trips = TripStore()
        try withGateway(nil, keep, trips: trips) { gateway in
            let client = try gateway.connect()
            for _ in 1...10 {
                try client.send(get())
                #expect(try client.takeMessage().fields["x-serin-version"] == "1")
            }
            try eventually("it is told") { trips.trips == [trip].compactMap { $0 } }
            gateway.routes.set(try .fixture(generation: 2, stable: stable.url, canary: canary.url))
            try gateway.awaitApplied(2)
            try client.send(get())
            #expect(try client.takeMessage().fields["x-serin-version"] == "1", "told isn't acknowledged")
        }
    }

    @Test("by hand is kept for routes that are yet to come, when the store can't be asked")
    func ahead() throws {
        let stable = try ModelServer.named("stable")
        let canary = try ModelServer.named("canary")
        defer {
            stable.stop()
            canary.stop()
        }
        let trips = TripStore()
        try withGateway(nil, trips: trips) { gateway in
            #expect(gateway.server.trip(self.order).effect == .done)

            gateway.routes.set(try .fixture(stable: stable.url, canary: canary.url))
            try gateway.awaitApplied(1)

            let client = try gateway.connect()
            try client.send(get())
            #expect(try client.takeMessage().fields["x-serin-version"] == "1")
            try eventually("it is told") { trips.trips.map(\.rollout) == [RolloutID(7)] }
            #expect(trips.trips.map(\.isAssumed) == [true])
        }
    }

    @Test("by hand does nothing where the store is known to have no such rollout")
    func nothingToDo() throws {
        let stable = try ModelServer.named("stable")
        defer { stable.stop() }
        try withGateway(.fixture(stable: stable.url, rollout: nil)) { gateway in
            #expect(gateway.server.trip(self.order).effect == .nothingToDo)
            #expect(gateway.server.state.trips.isEmpty)
        }
    }
}
