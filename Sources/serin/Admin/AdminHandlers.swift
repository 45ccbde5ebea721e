import ControlWire
import Foundation
import Gateway
import MicroHTTP
import RolloutCore

/// What can be asked of a gateway at its own socket.
struct AdminHandlers: Sendable {
    let gateway: GatewayServer

    private enum Route { case state, rollback }

    private static let router: Router<Route> = {
        var router = Router<Route>()
        router.add("GET", "/v1/gateway", .state)
        router.add("POST", "/v1/models/{model}/rollback", .rollback)
        return router
    }()

    func respond(to request: HTTPRequest) throws -> HTTPResponse {
        switch Self.router.route(request.head) {
        case .found(let match):
            switch match.route {
            case .state: return try Self.json(self.state)
            case .rollback: return try self.rollback(match.parameters["model"] ?? "", request)
            }
        case .methodNotAllowed(let allowed):
            var response = Self.problem(
                title: "Method Not Allowed",
                status: 405,
                detail: "this path answers to \(allowed.joined(separator: ", "))"
            )
            response.headers.set("Allow", allowed.joined(separator: ", "))
            return response
        case .notFound:
            let detail = "a gateway answers GET /v1/gateway and POST /v1/models/MODEL/rollback here"
            return Self.problem(title: "Not Found", status: 404, detail: detail)
        }
    }

    private var state: GatewayStateResponse {
        let state = self.gateway.state
        return GatewayStateResponse(
            name: self.gateway.name,
            replica: self.gateway.replica,
            generation: state.routes.generation,
            inFlight: state.inFlight,
            connections: state.connections,
            models: state.routes.routes.map(GatewayStateResponse.Model.init),
            trips: state.trips.map { LocalTripResponse($0.trip, isRecorded: $0.isRecorded) }
        )
    }

    private func rollback(_ name: String, _ request: HTTPRequest) throws -> HTTPResponse {
        let order: TripOrder
        do {
            let document = try JSONValue(parsing: request.body)
            let wanted = try CommandRequest(document, startsVersion: false)
            order = TripOrder(
                model: try ModelName(name),
                rollout: wanted.rollout,
                name: request.peer?.userName ?? "unknown",
                reason: wanted.reason
            )
        } catch let error as UnreadableDocument {
            return Self.problem(title: "Unreadable", status: 400, detail: "the body is not one JSON text: \(error)")
        } catch let error as InvalidValue {
            return Self.problem(title: "Invalid value", status: 422, detail: error.description)
        }
        let result = self.gateway.trip(order)
        return try Self.json(
            LocalRollbackResponse(
                changed: result.effect == .done,
                message: Self.message(result, order),
                trip: result.trip.map { LocalTripResponse($0, isRecorded: result.isRecorded) },
                milliseconds: result.duration / .milliseconds(1),
                isKept: result.isKept
            )
        )
    }

    private static func message(_ result: TripOrder.Result, _ order: TripOrder) -> String {
        guard let trip = result.trip else {
            let which = order.rollout.map { "rollout \($0)" } ?? "no rollout"
            return
                "\(which) of \(order.model) is \(order.rollout == nil ? "open" : "not open"): there is nothing to take away"
        }
        let whom = trip.canary.map { "\($0)" } ?? "the canary"
        let which = trip.rollout.map { "rollout \($0)" } ?? "the rollout that this gateway will hear of first"
        switch result.effect {
        case .done: return "\(whom) of \(order.model) (\(which)) gets no new request from this gateway"
        case .already: return "\(whom) of \(order.model) (\(which)) gets nothing since \(trip.at): \(trip.reason)"
        case .nothingToDo: return "there is nothing to take away"
        }
    }

    // MARK: Documents

    private static func json(_ value: some Encodable) throws -> HTTPResponse {
        HTTPResponse(status: .ok, headers: ["Content-Type": "application/json"], body: try self.encoded(value))
    }

    static func problem(title: String, status: Int, detail: String) -> HTTPResponse {
        let problem = Problem(title: title, status: status, detail: detail)
        return HTTPResponse(
            status: HTTPStatus(status),
            headers: ["Content-Type": "application/problem+json"],
            // A problem is strings and numbers: encoding can't fail, and an empty body with the right status is right, too.
            body: (try? self.encoded(problem)) ?? []
        )
    }

    private static func encoded(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }
}
