import ControlAPI
import Foundation
import Logging
import MicroHTTP
import PostgresStore
import RolloutCore
import RolloutEngine

/// The control plane of this process: the API and the decision loop.
final class RunningController: Sendable {
    private let server: ControlServer
    private let signal: PostgresEventSignal
    private let clockwork: LoopClockwork

    init(_ configuration: ServiceConfiguration, database: Database, logger: Logger) throws {
        let store = PostgresRolloutStore(pool: database.main)
        let urgentStore = PostgresRolloutStore(pool: database.urgent)
        let signal = PostgresEventSignal(configuration: database.configuration)
        let services = ControlServices(
            commands: RolloutCommands(store: store, newSalt: { Salt.random() }),
            store: store,
            urgentCommands: RolloutCommands(store: urgentStore, newSalt: { Salt.random() }),
            urgentStore: urgentStore,
            events: signal,
            logger: logger
        )
        self.signal = signal
        self.server = try ControlServer(
            HTTPServer.Configuration(host: configuration.control.host, port: configuration.control.port),
            services: services
        )
        logger.notice("control API listens", metadata: ["address": "\(configuration.control.host):\(self.server.port)"])

        let loop = DecisionLoop(
            store: PostgresRolloutStore(pool: database.loop),
            configuration: .init(
                holder: "\(configuration.name)/\(UUID().uuidString.lowercased())",
                tick: configuration.tick,
                lease: configuration.lease
            ),
            newSalt: { Salt.random() },
            logger: logger
        )
        self.clockwork = LoopClockwork(loop, logger: logger)
        self.clockwork.start()
    }

    var port: Int { self.server.port }

    func stop() {
        self.clockwork.stop()
        self.server.stop()
        self.signal.close()
    }
}

extension Salt {
    static func random() -> Salt {
        var generator = SystemRandomNumberGenerator()
        return Salt(high: generator.next(), low: generator.next())
    }
}
