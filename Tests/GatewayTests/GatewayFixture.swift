import Glibc
import Logging
import ProxyCore
import RolloutCore
import Synchronization
import Testing

@testable import Gateway

/// Gives the gateway whatever snapshot a test sets.
final class ManualRoutes: RouteSource {
    struct Away: Error {}

    private let state: Mutex<(snapshot: RouteSnapshot?, applied: Int64)>

    init(_ snapshot: RouteSnapshot?) { self.state = Mutex((snapshot, 0)) }

    func set(_ snapshot: RouteSnapshot?) { self.state.withLock { $0.snapshot = snapshot } }

    var applied: Int64 { self.state.withLock { $0.applied } }

    func next(after generation: Int64?, timeout: Duration) throws -> RouteSnapshot? {
        guard let snapshot = self.state.withLock({ $0.snapshot }) else { throw Away() }
        if snapshot.generation != generation { return snapshot }
        usleep(2_000)
        return nil
    }

    func applied(generation: Int64) throws { self.state.withLock { $0.applied = generation } }
}

/// Keeps the windows that the gateway writes.
final class WindowStore: TelemetrySink {
    struct Away: Error {}

    private let state = Mutex<(windows: [TelemetryWindow], isAway: Bool)>(([], false))

    func setAway(_ isAway: Bool) { self.state.withLock { $0.isAway = isAway } }

    func write(_ window: TelemetryWindow) throws {
        try self.state.withLock {
            if $0.isAway { throw Away() }
            $0.windows.append(window)
        }
    }

    var windows: [TelemetryWindow] { self.state.withLock { $0.windows } }

    /// Everything counted so far for a cohort.
    func tally(_ cohort: Cohort) -> CohortTally {
        self.windows.flatMap(\.cells).filter { $0.key.cohort == cohort }.reduce(into: CohortTally()) {
            $0.merge($1.tally)
        }
    }

    func outcomes(_ cohort: Cohort) -> [Outcome: Int64] {
        let counts = self.tally(cohort).outcomes
        return Dictionary(uniqueKeysWithValues: Outcome.allCases.map { ($0, counts[$0]) }.filter { $0.1 > 0 })
    }
}

extension RouteSnapshot {
    /// Routes of one model `m`: version 1 is stable, version 2 the canary.
    static func fixture(
        generation: Int64 = 1,
        stable: String,
        alsoStable: [String] = [],
        canary: String? = nil,
        canaryWeight: Int = 10_000,
        assignment: AssignmentRule = .perRequest,
        signals: ModelSignals? = nil,
        stampKey: Salt? = nil,
        rollout: Int64? = 7,
        hardStop: HardStop? = nil,
        acknowledgedTrips: [TripID]? = nil
    ) throws -> RouteSnapshot {
        let weight = try Weight(basisPoints: canary == nil ? 0 : canaryWeight)
        var arms = [
            RouteArm(
                cohort: .stable,
                version: try VersionName("1"),
                weight: weight.complement,
                upstreams: try ([stable] + alsoStable).map { try UpstreamURL($0) },
                upstreamModel: nil,
                upstreamVersion: nil
            )
        ]
        if let canary {
            arms.append(
                RouteArm(
                    cohort: .canary,
                    version: try VersionName("2"),
                    weight: weight,
                    upstreams: [try UpstreamURL(canary)],
                    upstreamModel: nil,
                    upstreamVersion: nil
                )
            )
        }
        let route = ModelRoute(
            model: try ModelName("m"),
            generation: generation,
            rollout: rollout.map { RolloutID($0) },
            match: .standard,
            assignment: assignment,
            salt: Salt(high: 1, low: 2),
            arms: arms,
            signals: signals,
            hardStop: hardStop,
            acknowledgedTrips: acknowledgedTrips
        )
        return RouteSnapshot(generation: generation, routes: [route], stampKey: stampKey)
    }
}

/// A gateway for the length of one test.
struct GatewayFixture {
    let server: GatewayServer
    let routes: ManualRoutes
    let store: WindowStore

    /// - Parameter gate: Where the tap's thread passes before each payload.
    init(
        _ snapshot: RouteSnapshot?,
        _ configure: (inout GatewayConfiguration) -> Void = { _ in },
        gate: TapReader.Gate? = nil,
        trips: TripStore? = nil
    ) throws {
        var configuration = GatewayConfiguration(
            port: 0,
            loopCount: 2,
            flushInterval: .milliseconds(20),
            drainLimit: .seconds(5)
        )
        configure(&configuration)
        self.routes = ManualRoutes(snapshot)
        self.store = WindowStore()
        self.server = try GatewayServer.start(
            configuration,
            self.routes,
            self.store,
            trips ?? TripStore(),
            Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            gate: gate
        )
        if let snapshot { try self.awaitApplied(snapshot.generation) }
    }

    func awaitApplied(_ generation: Int64) throws {
        try eventually("generation \(generation) is applied") { self.routes.applied == generation }
    }

    func connect(receiveBuffer: Int32? = nil) throws -> SocketPeer {
        try SocketPeer(port: self.server.port, receiveBuffer: receiveBuffer)
    }

    func awaitPayloads(_ cohort: Cohort, _ expected: PayloadTally) throws {
        do {
            try eventually("\(cohort) has \(expected)") {
                self.store.tally(cohort).detail.payloads.requests == expected
            }
        } catch {
            throw SocketPeer.Failure(description: "\(error); it has \(self.store.tally(cohort).detail.payloads)")
        }
    }

    func awaitOutcomes(_ cohort: Cohort, _ expected: [Outcome: Int64]) throws {
        do {
            try eventually("\(cohort) has \(expected)") { self.store.outcomes(cohort) == expected }
        } catch {
            throw SocketPeer.Failure(description: "\(error); it has \(self.store.outcomes(cohort))")
        }
    }
}

/// A value that several threads see.
final class Shared<Value: Sendable>: Sendable {
    let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
}

/// Stops a gateway on a thread of its own; the flag tells when that has ended.
func stopInBackground(_ gateway: GatewayFixture) -> Shared<Bool> {
    let stopped = Shared(false)
    startThread {
        do { try gateway.server.stop() } catch { Issue.record(error) }
        stopped.value.withLock { $0 = true }
    }
    return stopped
}

/// Runs `body` with a gateway that is stopped afterwards.
func withGateway(
    _ snapshot: RouteSnapshot?,
    _ configure: (inout GatewayConfiguration) -> Void = { _ in },
    _ body: (GatewayFixture) throws -> Void
) throws {
    try withGateway(snapshot, configure, trips: TripStore(), body)
}

/// The same with a place where its trips are told.
func withGateway(
    _ snapshot: RouteSnapshot?,
    _ configure: (inout GatewayConfiguration) -> Void = { _ in },
    trips: TripStore,
    _ body: (GatewayFixture) throws -> Void
) throws {
    let fixture = try GatewayFixture(snapshot, configure, trips: trips)
    do {
        try body(fixture)
    } catch {
        try fixture.server.stop()
        throw error
    }
    try fixture.server.stop()
}

func post(_ path: String = "/m/x", _ body: String = "hello") -> String {
    "POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

func get(_ path: String = "/m/x") -> String { "GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n" }
