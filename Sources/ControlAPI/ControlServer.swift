import ControlWire
import Logging
package import MicroHTTP
import RolloutCore

/// The control API: parses, runs one command or read, answers. No rule of its own.
package final class ControlServer: Sendable {
    private let server: HTTPServer
    private let broadcaster: EventBroadcaster

    /// Listens at once.
    package init(_ configuration: HTTPServer.Configuration, services: ControlServices) throws {
        let broadcaster = EventBroadcaster(store: services.store, signal: services.events, logger: services.logger)
        let lanes = ControlLanes()
        let handlers = ControlHandlers(services: services, broadcaster: broadcaster, loads: lanes.loads)
        let responder = HTTPResponder(
            lane: { head in lanes.lane(of: ControlRoute.router.route(head)) },
            errorResponse: { status, title, detail in
                .problem(Problem(refusal: title, status: status.code, detail: detail))
            },
            handlerFailed: { error, head in
                services.logger.error(
                    "a handler failed",
                    metadata: ["target": "\(head.target.rawPath)", "error": "\(error)"]
                )
            },
            handler: { request in handlers.respond(to: request) }
        )
        self.broadcaster = broadcaster
        var configuration = configuration
        configuration.maxBodyBytes = ControlRoute.largestBody
        self.server = try HTTPServer(configuration, responder: responder)
        broadcaster.start()
    }

    package var port: Int { Int(self.server.port) }

    deinit { self.broadcaster.stop() }

    /// Ends the event streams, finishes running requests, then returns. Blocking.
    package func stop() {
        self.broadcaster.stop()
        self.server.stop(drainMilliseconds: 5_000)
    }
}

/// Who waits behind whom: a stalled database on the main lane leaves rollbacks and probes their own threads and
/// connections.
struct ControlLanes: Sendable {
    let main = Lane(name: "main", threads: 4, queueCapacity: 256)
    let urgent = Lane(name: "urgent", threads: 2, queueCapacity: 64)
    let probes = Lane(name: "probes", threads: 1, queueCapacity: 16)
    /// For what is large: labels by the thousand and whole histories don't keep a screen or a registration waiting.
    let bulk = Lane(name: "bulk", threads: 2, queueCapacity: 64)

    func lane(of match: Router<ControlRoute>.Outcome) -> Lane {
        switch match {
        case .found(let found):
            switch found.route {
            case .health: .inline
            case .readiness, .metrics: self.probes
            case .command(let command): command.isUrgent ? self.urgent : self.main
            case .recordFeedback, .recordFeedbackOfModel, .showQuality, .showEvidence, .setBaseline, .showBaseline,
                .listPayloads, .forecast:
                self.bulk
            case .createModel, .listModels, .showModel, .setSignals, .showSignals, .registerVersion, .listVersions,
                .showVersion, .makePinToken, .makePinTokenForAll, .listRollouts, .showRollout, .listDecisions, .events:
                self.main
            }
        case .methodNotAllowed, .notFound: .inline
        }
    }

    var loads: @Sendable () -> [(lane: String, running: Int, waiting: Int)] {
        {
            [self.main, self.urgent, self.probes, self.bulk].map { lane in
                let load = lane.load
                return (lane.name, load.running, load.waiting)
            }
        }
    }
}
