import ControlAPI
import Foundation
import Logging
import MetricSources
import MicroHTTP
import PostgresStore
import RolloutCore
import RolloutEngine

/// The control plane of this process: the API and the decision loop.
final class RunningController: Sendable {
    private let server: ControlServer
    private let signal: PostgresEventSignal
    private let decisions: Clockwork
    private let watch: Clockwork

    init(_ configuration: ServiceConfiguration, database: Database, logger: Logger) throws {
        let store = PostgresRolloutStore(pool: database.main)
        let urgentStore = PostgresRolloutStore(pool: database.urgent)
        let signal = PostgresEventSignal(configuration: database.configuration)
        let services = ControlServices(
            commands: RolloutCommands(store: store, newSalt: { Salt.random() }),
            store: store,
            urgentCommands: RolloutCommands(store: urgentStore, newSalt: { Salt.random() }),
            urgentStore: urgentStore,
            feedback: FeedbackCommands(store: PostgresFeedbackStore(pool: database.feedback)),
            events: signal,
            logger: logger
        )
        // Afterwards they can be made with the database away, too.
        do { try services.pinTokens.prepare() } catch {
            logger.warning("pin tokens need the database for now", metadata: ["error": "\(error)"])
        }
        self.signal = signal
        self.server = try ControlServer(
            HTTPServer.Configuration(host: configuration.control.host, port: configuration.control.port),
            services: services
        )
        logger.notice("control API listens", metadata: ["address": "\(configuration.control.host):\(self.server.port)"])

        let holder = "\(configuration.name)/\(UUID().uuidString.lowercased())"
        self.decisions = Self.decisions(configuration, holder, database, logger)
        self.watch = Self.watch(configuration, holder, database, logger)
        self.decisions.start()
        self.watch.start()
    }

    /// Judges rollouts; at its end the lease is given up, so that a peer can go on at once.
    private static func decisions(
        _ configuration: ServiceConfiguration,
        _ holder: String,
        _ database: Database,
        _ logger: Logger
    ) -> Clockwork {
        let loop = DecisionLoop(
            store: PostgresRolloutStore(pool: database.loop),
            configuration: .init(holder: holder, tick: configuration.tick, lease: configuration.lease),
            newSalt: { Salt.random() },
            metrics: HTTPMetrics(),
            logger: logger
        )
        return Clockwork(
            "decisions",
            rest: configuration.tick,
            logger: logger,
            tick: { _ = try loop.tick() },
            end: { try? loop.resign() }
        )
    }

    /// Watches stable versions under the same lease, on a thread and a connection of its own.
    private static func watch(
        _ configuration: ServiceConfiguration,
        _ holder: String,
        _ database: Database,
        _ logger: Logger
    ) -> Clockwork {
        let loop = WatchLoop(
            store: PostgresRolloutStore(pool: database.watch),
            feedback: FeedbackCommands(store: PostgresFeedbackStore(pool: database.feedback)),
            configuration: .init(holder: holder),
            logger: logger
        )
        return Clockwork("watch", rest: configuration.tick, logger: logger, tick: { _ = try loop.tick() })
    }

    var port: Int { self.server.port }

    func stop() {
        self.watch.stop()
        self.decisions.stop()
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
