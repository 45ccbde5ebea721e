import ControlWire
import Foundation
import Gateway
import Logging
import MicroHTTP
import RolloutCore

/// The gateway's own door for who stands at its machine: it needs neither the controller nor the database.
///
/// A unix socket that only its owner may use; who asks, the kernel says.
final class AdminServer: Sendable {
    let path: String
    private let server: HTTPServer

    /// Listens at once.
    init(path: String, gateway: GatewayServer, logger: Logger) throws {
        // Few ask, and rarely: one thread polls, one answers.
        var configuration = HTTPServer.Configuration(unixPath: path)
        configuration.pollingThreads = 1
        configuration.connectionLimit = 64
        configuration.maxBodyBytes = 64 * 1_024
        let handlers = AdminHandlers(gateway: gateway)
        let lane = Lane(name: "admin", threads: 1, queueCapacity: 64)
        let responder = HTTPResponder(
            lane: { _ in lane },
            errorResponse: { status, title, detail in
                AdminHandlers.problem(title: title, status: status.code, detail: detail)
            },
            handlerFailed: { error, head in
                logger.error(
                    "an order at the gateway failed",
                    metadata: ["target": "\(head.target.rawPath)", "error": "\(error)"]
                )
            },
            handler: { request in try handlers.respond(to: request) }
        )
        self.path = path
        self.server = try HTTPServer(configuration, responder: responder)
    }

    func stop() { self.server.stop(drainMilliseconds: 2_000) }
}
