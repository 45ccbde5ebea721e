import ControlAPI
import ControlWire
import Foundation
import Logging
import MicroHTTP
import PostgresClient
import PostgresStore
import RolloutCore
import RolloutEngine
import Statistics
import Synchronization
import TestSupport
import Testing

/// A control API on a free port, with a migrated database of its own.
final class ControlBench: Sendable {
    let url: String
    let store: PostgresRolloutStore
    let server: ControlServer
    /// The tests' own way to the database, beside the server's pools.
    let inspector: PostgresPool
    private let pools: [PostgresPool]

    private init(url: String, patience: Duration, wrap: (PostgresRolloutStore) -> any RolloutStore) throws {
        var configuration = PostgresConfiguration(url: url)
        configuration.statementTimeout = patience
        configuration.lockTimeout = patience
        let migrator = try PostgresConnection(configuration)
        defer { migrator.close() }
        _ = try Migrator(connection: migrator).up()

        let main = PostgresPool(name: "main", configuration: configuration, maximum: 6)
        let urgent = PostgresPool(name: "urgent", configuration: configuration, maximum: 4)
        let inspector = PostgresPool(name: "inspector", configuration: configuration, maximum: 3)
        self.url = url
        self.pools = [main, urgent, inspector]
        self.inspector = inspector
        self.store = PostgresRolloutStore(pool: inspector)
        let mainStore = wrap(PostgresRolloutStore(pool: main))
        let urgentStore = wrap(PostgresRolloutStore(pool: urgent))
        let services = ControlServices(
            commands: RolloutCommands(store: mainStore, newSalt: Self.newSalt),
            store: mainStore,
            urgentCommands: RolloutCommands(store: urgentStore, newSalt: Self.newSalt),
            urgentStore: urgentStore,
            feedback: FeedbackCommands(store: PostgresFeedbackStore(pool: main)),
            events: PostgresEventSignal(configuration: configuration),
            logger: Self.silence
        )
        self.server = try ControlServer(HTTPServer.Configuration(), services: services)
    }

    private static let silence = Logger(label: "control-api-tests", factory: { _ in SwiftLogNoOpLogHandler() })
    private static let saltCounter = Atomic<UInt64>(0)

    /// Salts only have to differ here.
    private static let newSalt: @Sendable () -> Salt = {
        Salt(high: ControlBench.saltCounter.add(1, ordering: .relaxed).newValue, low: 7)
    }

    /// - Parameters:
    ///   - patience: The database's limit for one statement and for one lock.
    ///   - wrap: What the server's stores are seen through.
    static func with(
        patience: Duration = .seconds(10),
        wrap: (PostgresRolloutStore) -> any RolloutStore = { $0 },
        _ body: (ControlBench) throws -> Void
    ) throws {
        try TestDatabase.withDatabase { url in
            let bench = try ControlBench(url: url, patience: patience, wrap: wrap)
            defer { bench.stop() }
            try body(bench)
        }
    }

    private func stop() {
        // The signal is in its wait for a moment more; its connection goes with the database.
        self.server.stop()
        for pool in self.pools { pool.close() }
    }

    // MARK: Requests

    func connection(receiveBuffer: Int? = nil) throws -> RawConnection {
        try RawConnection(port: self.server.port, receiveBuffer: receiveBuffer)
    }

    func get(_ target: String) throws -> Answer { try self.request("GET", target) }

    func put(_ target: String, _ body: String) throws -> Answer {
        try self.request("PUT", target, headers: ["Content-Type: application/json"], body: body)
    }

    func post(_ target: String, _ body: String, headers: [String] = ["Content-Type: application/json"]) throws -> Answer
    {
        try self.request("POST", target, headers: headers, body: body)
    }

    /// Sends one request and takes its answer.
    func request(_ method: String, _ target: String, headers: [String] = [], body: String? = nil) throws -> Answer {
        let connection = try self.connection()
        connection.send(Self.text(method, target, headers: headers, body: body))
        guard let answer = try connection.answer(toHead: method == "HEAD") else { throw NoAnswer(target: target) }
        return answer
    }

    struct NoAnswer: Error {
        let target: String
    }

    static func text(_ method: String, _ target: String, headers: [String] = [], body: String? = nil) -> String {
        let length = body.map { ["Content-Length: \($0.utf8.count)"] } ?? []
        return (["\(method) \(target) HTTP/1.1", "Host: control"] + headers + length).joined(separator: "\r\n")
            + "\r\n\r\n" + (body ?? "")
    }

    // MARK: The usual story

    /// Version `1` is stable and version `2` in an open rollout.
    ///
    /// - Returns: The rollout's id.
    @discardableResult
    func openRollout(_ model: String = "digits") throws -> Int64 {
        _ = try self.post("/v1/models", #"{"name":"\#(model)"}"#)
        _ = try self.register("1", model)
        let registration = try self.register("2", model).decoded(RegistrationResponse.self, status: 201)
        guard let rollout = registration.rollout else { throw NoAnswer(target: model) }
        return rollout.id.number
    }

    func register(_ version: String, _ model: String = "digits", more: String = "") throws -> Answer {
        try self.post(
            "/v1/models/\(model)/versions",
            #"{"version":"\#(version)","upstreams":["http://127.0.0.1:1"]\#(more)}"#
        )
    }

    func order(_ command: String, _ model: String = "digits", rollout: Int64? = nil, more: String = "") throws -> Answer
    {
        let expected = rollout.map { #","rollout":\#($0)"# } ?? ""
        return try self.post("/v1/models/\(model)/\(command)", #"{"reason":"because"\#(expected)\#(more)}"#)
    }

    /// Lets gateways count requests of both cohorts of an open rollout, as of half a minute ago.
    func observe(_ id: Int64, requests: Int64 = 100, errors: Int64 = 0) throws {
        let rollout = try self.store.read { try $0.rollout(RolloutID(id)) }
        guard let rollout else { throw NoAnswer(target: "rollout \(id)") }
        let now = try self.store.read { $0.now }
        var latency = LatencyHistogram()
        latency.record(microseconds: 20_000, count: requests)
        let cells = [(rollout.canary, Cohort.canary), (rollout.stable, Cohort.stable)].map { version, cohort in
            var outcomes = OutcomeCounts()
            outcomes[.success] = requests - (cohort == .canary ? errors : 0)
            outcomes[.serverError] = cohort == .canary ? errors : 0
            return TelemetryCell(
                key: TelemetryCell.Key(
                    model: rollout.model,
                    version: version,
                    cohort: cohort,
                    rollout: rollout.id,
                    generation: rollout.stepGeneration
                ),
                tally: CohortTally(outcomes: outcomes, latency: latency)
            )
        }
        let window = TelemetryWindow(
            replica: UUID().uuidString,
            sequence: 1,
            start: now.adding(seconds: -30),
            end: now.adding(seconds: -29),
            droppedRequests: 0,
            cells: cells
        )
        try PostgresTelemetryWriter(pool: self.inspector, replica: window.replica, name: "test").write(window)
    }

    /// As many whole minutes of stable version `1`, up to now, each with these requests and no error.
    func stableMinutes(_ count: Int, requests: Int64, model: String = "digits") throws {
        var latency = LatencyHistogram()
        latency.record(microseconds: 20_000, count: requests)
        var outcomes = OutcomeCounts()
        outcomes[.success] = requests
        let last = try self.store.read { $0.now.floored(toSeconds: 60) }
        let minutes = (0..<count).map { index in
            VersionMinute(
                minute: last.adding(seconds: Double(index - count) * 60),
                tally: CohortTally(outcomes: outcomes, latency: latency)
            )
        }
        guard let fence = try self.store.acquireLease(holder: "test", duration: .seconds(10)) else {
            throw NoAnswer(target: "lease")
        }
        let name = try ModelName(model)
        let version = try VersionName("1")
        _ = try self.store.watch(name, fence: fence) { transaction in try transaction.insert(minutes, of: version) }
        try self.store.releaseLease(holder: "test")
    }

    /// One turn of the decision loop.
    func tick() throws {
        let loop = DecisionLoop(
            store: self.store,
            configuration: DecisionLoop.Configuration(holder: "test"),
            newSalt: Self.newSalt,
            logger: Self.silence
        )
        _ = try loop.tick()
    }

    /// How many rows each table has that a request could write to.
    func rowCounts() throws -> [String: Int64] {
        try self.inspector.withConnection { connection in
            let row = try connection.query(Self.countRows).exactlyOne()
            return try Self.countedTables.reduce(into: [:]) { counts, table in
                counts[table] = try row.decode(table, as: Int64.self)
            }
        }
    }

    private static let countedTables = [
        "models", "versions", "rollouts", "routes", "route_changes", "decisions", "events", "generation",
    ]

    private static let countRows = PostgresStatement(
        "test_count_rows",
        """
        SELECT (SELECT count(*) FROM models) AS models, (SELECT count(*) FROM versions) AS versions,
            (SELECT count(*) FROM rollouts) AS rollouts, (SELECT count(*) FROM routes) AS routes,
            (SELECT count(*) FROM route_changes) AS route_changes, (SELECT count(*) FROM decisions) AS decisions,
            (SELECT count(*) FROM events) AS events, (SELECT generation FROM route_head) AS generation
        """
    )

    // MARK: Outages

    /// Runs `body` while the database refuses and drops all connections.
    func withoutDatabase(_ body: () throws -> Void) throws {
        try TestDatabase.withConnection { administrator in
            let name = PostgresIdentifier(self.databaseName)
            let literal = self.databaseName
            try administrator.execute(
                script: """
                    ALTER DATABASE \(name) ALLOW_CONNECTIONS false;
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(literal)';
                    """
            )
            defer { try? administrator.execute(script: "ALTER DATABASE \(name) ALLOW_CONNECTIONS true") }
            try body()
        }
    }

    private var databaseName: String {
        let last = self.url.split { $0 == "=" || $0 == "/" }.last ?? ""
        return String(last.prefix { $0 != "?" && $0 != " " })
    }
}
