import Logging
import PostgresClient
import PostgresStore

/// The pools of one process: each plane and each lane its own, so that none can starve another.
struct Database: Sendable {
    let configuration: PostgresConfiguration
    let main: PostgresPool
    let urgent: PostgresPool
    let loop: PostgresPool
    let gateway: PostgresPool
    /// Labels by the thousand: they wait for each other, nobody else for them.
    let feedback: PostgresPool
    /// The slow work beside the decisions: watching stable, sweeping.
    let watch: PostgresPool

    var pools: [PostgresPool] { [self.main, self.urgent, self.loop, self.gateway, self.feedback, self.watch] }

    init(url: String) {
        var configuration = PostgresConfiguration(url: url)
        configuration.connectTimeout = .seconds(3)
        self.configuration = configuration
        var urgent = configuration
        urgent.statementTimeout = .seconds(3)
        urgent.lockTimeout = .seconds(3)
        self.main = PostgresPool(name: "main", configuration: configuration, maximum: 6)
        self.urgent = PostgresPool(name: "urgent", configuration: urgent, maximum: 4)
        self.loop = PostgresPool(name: "loop", configuration: configuration, maximum: 2)
        self.gateway = PostgresPool(name: "gateway", configuration: configuration, maximum: 3)
        self.feedback = PostgresPool(name: "feedback", configuration: configuration, maximum: 2)
        self.watch = PostgresPool(name: "watch", configuration: configuration, maximum: 1)
    }

    func close() {
        for pool in self.pools { pool.close() }
    }

    /// Brings the schema up to date, or holds it against this program.
    ///
    /// - Throws: `Migrator.Refusal` for a schema this program can't work with. A database that is away is no reason not to start:
    ///   gateways serve by their kept snapshot, and commands are answered with 503 until it is back.
    func prepare(migrates: Bool, logger: Logger) throws {
        var patient = self.configuration
        patient.statementTimeout = .seconds(600)
        do {
            let connection = try PostgresConnection(patient)
            defer { connection.close() }
            let migrator = Migrator(connection: connection)
            guard migrates else { return try migrator.requireCurrent() }
            for title in try migrator.up() { logger.notice("migrated", metadata: ["migration": "\(title)"]) }
        } catch let error as PostgresError {
            if migrates { throw error }
            logger.warning("the database does not answer; going on without it", metadata: ["error": "\(error)"])
        }
    }
}
