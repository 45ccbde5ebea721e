import Logging
import PostgresClient
import RolloutCore
import RolloutEngine
import Synchronization
import TestSupport

@testable import PostgresStore

/// An engine with its store, on a migrated database of its own.
final class Workbench: Sendable {
    let url: String
    let pool: PostgresPool
    let store: PostgresRolloutStore
    let commands: RolloutCommands
    private let windows = Mutex<Int64>(0)

    private init(url: String, connections: Int) throws {
        self.url = url
        self.pool = PostgresPool(
            name: "workbench",
            configuration: PostgresConfiguration(url: url),
            maximum: connections,
            waitLimit: .seconds(60)
        )
        self.store = PostgresRolloutStore(pool: self.pool)
        self.commands = RolloutCommands(store: self.store, newSalt: Self.newSalt)
        let migrator = Migrator(connection: try PostgresConnection(PostgresConfiguration(url: url)))
        _ = try migrator.up()
    }

    private static let saltCounter = Atomic<UInt64>(0)

    /// Salts only have to differ here.
    static let newSalt: @Sendable () -> Salt = {
        Salt(high: Workbench.saltCounter.add(1, ordering: .relaxed).newValue, low: 7)
    }

    static func with(connections: Int = 4, _ body: (Workbench) throws -> Void) throws {
        try TestDatabase.withDatabase { url in
            let bench = try Workbench(url: url, connections: connections)
            defer { bench.pool.close() }
            try body(bench)
        }
    }

    // MARK: Models, versions, rollouts

    static let model = modelName("digits")
    static let operatorName = Actor.operator("ada")

    func createModel(
        _ name: ModelName = Workbench.model,
        match: RouteMatch = .standard,
        autoStart: Bool = true
    ) throws {
        _ = try self.commands.createModel(name, match: match, autoStart: autoStart, labels: [:])
    }

    @discardableResult
    func register(
        _ version: String,
        plan: RolloutPlan = .quick(),
        for model: ModelName = Workbench.model,
        supersede: Bool = false
    ) throws -> RegistrationResult {
        try self.commands.register(
            .fixture(version, plan: plan),
            for: model,
            supersede: supersede,
            actor: Self.operatorName
        )
    }

    /// A model whose version 1 is stable and whose version 2 is under trial.
    func startRollout(plan: RolloutPlan = .quick(), of model: ModelName = Workbench.model) throws -> Rollout {
        try self.createModel(model)
        try self.register("1", for: model)
        guard let rollout = try self.register("2", plan: plan, for: model).rollout else { throw Missing("a rollout") }
        return rollout
    }

    func rollout(_ id: RolloutID) throws -> Rollout {
        guard let rollout = try self.store.read({ try $0.rollout(id) }) else { throw Missing("rollout \(id)") }
        return rollout
    }

    func openRollout(of model: ModelName = Workbench.model) throws -> Rollout? {
        try self.store.read { try $0.openRollout(of: model) }
    }

    func decisions(of rollout: RolloutID) throws -> [Decision] {
        try self.store.read { try $0.decisions(of: rollout) }
    }

    func states(of model: ModelName = Workbench.model) throws -> [String: VersionState] {
        let versions = try self.store.read { try $0.versions(of: model) }
        return Dictionary(uniqueKeysWithValues: versions.map { ($0.name.text, $0.state) })
    }

    func route(of model: ModelName = Workbench.model) throws -> CommittedRoute? {
        try self.store.read { try $0.route(of: model) }
    }

    // MARK: The loop

    func loop(
        _ holder: String = "loop",
        lease: Duration = .seconds(10),
        store: (any RolloutStore)? = nil,
        metrics: (any ExternalMetrics)? = nil
    ) -> DecisionLoop {
        var logger = Logger(label: "decision-loop")
        logger.logLevel = .critical
        return DecisionLoop(
            store: store ?? self.store,
            configuration: .init(holder: holder, lease: lease, grace: .zero),
            newSalt: Self.newSalt,
            metrics: metrics,
            logger: logger
        )
    }

    /// Ticks until the rollout is settled, at most `limit` times.
    func settle(_ id: RolloutID, by loop: DecisionLoop, limit: Int = 10) throws -> Rollout {
        for _ in 0..<limit {
            _ = try loop.tick()
            let rollout = try self.rollout(id)
            if rollout.state.isSettled { return rollout }
        }
        return try self.rollout(id)
    }

    // MARK: Telemetry

    /// The database's clock, which is the only one the engine knows.
    func now() throws -> Timestamp { try self.store.read { $0.now } }

    func window(
        _ rollout: Rollout,
        start: Timestamp,
        canary: CohortTally,
        stable: CohortTally,
        dropped: Int64 = 0
    ) -> TelemetryWindow {
        let sequence = self.windows.withLock { windows in
            windows += 1
            return windows
        }
        func cell(_ version: VersionName, _ cohort: Cohort, _ tally: CohortTally) -> [TelemetryCell] {
            guard tally != CohortTally() else { return [] }
            let key = TelemetryCell.Key(
                model: rollout.model,
                version: version,
                cohort: cohort,
                rollout: rollout.id,
                generation: rollout.stepGeneration
            )
            return [TelemetryCell(key: key, tally: tally)]
        }
        return TelemetryWindow(
            replica: "gateway-1",
            sequence: sequence,
            start: start,
            end: start.adding(seconds: 1),
            droppedRequests: dropped,
            cells: cell(rollout.canary, .canary, canary) + cell(rollout.stable, .stable, stable)
        )
    }

    var writer: PostgresTelemetryWriter { PostgresTelemetryWriter(pool: self.pool, replica: "gateway-1", name: "one") }

    /// Writes one window a second for the whole seconds that lie `range` seconds back, the oldest first.
    func observe(
        _ rollout: Rollout,
        secondsBack range: ClosedRange<Int>,
        canary: CohortTally = .init(),
        stable: CohortTally = .init(),
        dropped: Int64 = 0
    ) throws {
        let base = try self.now().floored(toSeconds: 1)
        for back in range.reversed() {
            let start = base.adding(seconds: -Double(back))
            try self.writer.write(
                self.window(rollout, start: start, canary: canary, stable: stable, dropped: dropped)
            )
        }
    }

    // MARK: The database as a whole

    private static let dump = PostgresStatement(
        "dump_database",
        """
        SELECT name, (xpath('/row/rows/text()', query_to_xml(format(
            'SELECT count(*) || md5(coalesce(string_agg(to_jsonb(t)::text, chr(10) ORDER BY to_jsonb(t)::text), '''')) AS rows FROM %I t',
            name), true, true, '')))[1]::text AS content
        FROM unnest(ARRAY['models', 'versions', 'rollouts', 'routes', 'route_head', 'route_changes', 'decisions', 'assessments', 'events',
                          'telemetry_windows', 'telemetry_cells', 'trips']) AS name
        """
    )

    /// Row count and digest of every table the engine writes.
    func contents() throws -> [String: String] {
        try self.pool.withConnection { connection in
            var contents: [String: String] = [:]
            for row in try connection.query(Self.dump) {
                contents[try row.decode("name")] = try row.decode("content", as: String.self)
            }
            return contents
        }
    }
}

/// Something that a test's arrangement needs isn't there.
struct Missing: Error, CustomStringConvertible {
    let description: String
    init(_ what: String) { self.description = "\(what) is missing" }
}
