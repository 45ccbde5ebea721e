import ControlWire
import Foundation
import Logging
import MicroHTTP
import RolloutCore
import RolloutEngine

/// One function a route; what they share is in the extensions.
struct ControlHandlers: Sendable {
    let services: ControlServices
    let broadcaster: EventBroadcaster
    let loads: @Sendable () -> [(lane: String, running: Int, waiting: Int)]

    func respond(to request: HTTPRequest) -> HTTPResponse {
        do {
            switch ControlRoute.router.route(request.head) {
            case .found(let match):
                try Self.checkLength(of: request, for: match.route)
                return try self.handle(match.route, match.parameters, request)
            case .methodNotAllowed(let allowed):
                let methods = allowed.joined(separator: ", ")
                var response = HTTPResponse.problem(
                    Problem(title: "Method Not Allowed", status: 405, detail: "this path answers to \(methods)")
                )
                response.headers.set("Allow", methods)
                return response
            case .notFound:
                let detail = Problem.clipped("there is nothing at \(request.target.rawPath)")
                return .problem(Problem(title: "Not Found", status: 404, detail: detail))
            }
        } catch {
            let problem = ProblemMapping.problem(of: error)
            if problem.status >= 500 {
                self.services.logger.error(
                    "a request failed",
                    metadata: ["target": "\(request.target.rawPath)", "error": "\(error)"]
                )
            }
            return .problem(problem)
        }
    }

    private func handle(_ route: ControlRoute, _ parameters: PathParameters, _ request: HTTPRequest) throws
        -> HTTPResponse
    {
        switch route {
        case .health: return .text("ok\n")
        case .readiness: return try self.readiness()
        case .metrics: return try self.metrics()
        case .createModel: return try self.createModel(request)
        case .listModels: return try self.listModels()
        case .showModel: return try self.showModel(parameters.model())
        case .setSignals: return try self.setSignals(parameters.model(), request)
        case .showSignals: return try self.showSignals(parameters.model())
        case .registerVersion: return try self.registerVersion(parameters.model(), request)
        case .listVersions: return try self.listVersions(parameters.model())
        case .showVersion: return try self.showVersion(parameters.version(), of: parameters.model())
        case .setBaseline: return try self.setBaseline(parameters.version(), of: parameters.model(), request)
        case .showBaseline: return try self.showBaseline(parameters.version(), of: parameters.model())
        case .listPayloads: return try self.listPayloads(parameters.version(), of: parameters.model(), request)
        case .recordFeedback: return try self.recordFeedback(request)
        case .recordFeedbackOfModel: return try self.recordFeedback(parameters.model(), request)
        case .showQuality: return try self.showQuality(parameters.model(), request)
        case .forecast: return try self.forecast(parameters.model(), request)
        case .makePinToken: return try self.makePinToken(parameters.model(), request)
        case .makePinTokenForAll: return try self.makePinToken(nil, request)
        case .listRollouts: return try self.listRollouts(parameters.model())
        case .command(let command): return try self.run(command, on: parameters.model(), request)
        case .showRollout: return try self.showRollout(parameters.rollout())
        case .listDecisions: return try self.listDecisions(parameters.rollout())
        case .showEvidence: return try self.showEvidence(parameters.rollout(), request)
        case .events: return try self.followEvents(request)
        }
    }

    private static func checkLength(of request: HTTPRequest, for route: ControlRoute) throws {
        guard request.body.count > route.bodyLimit else { return }
        let detail = "a body for this path is at most \(route.bodyLimit) bytes; got \(request.body.count)"
        throw RequestRefusal(problem: Problem("request-body-too-large", status: 413, detail: detail))
    }

    /// What the body asks for.
    ///
    /// The content type must be there: a web page can make a browser send a body without one, or with a plain type,
    /// to an address it may not read; `application/json` makes the browser ask first.
    ///
    /// - Parameter parse: Its complaints are the client's; an `InvalidValue` thrown anywhere else is ours.
    func wanted<Wanted>(
        _ request: HTTPRequest,
        _ parse: (JSONValue) throws(InvalidValue) -> Wanted
    ) throws -> Wanted {
        let type = request.headers[first: "Content-Type"]
        let media = type?.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        guard media == "application/json" || request.body.isEmpty else {
            let detail = Problem.clipped("send application/json; got \(type.map { "'\($0)'" } ?? "no content type")")
            throw RequestRefusal(problem: Problem(title: "Unsupported Media Type", status: 415, detail: detail))
        }
        let document: JSONValue
        do throws(UnreadableDocument) { document = try JSONValue(parsing: request.body) } catch {
            throw RequestRefusal(
                problem: Problem("unreadable", status: 400, detail: "the body is not one JSON text in UTF-8: \(error)")
            )
        }
        do throws(InvalidValue) { return try parse(document) } catch {
            throw RequestRefusal(
                problem: Problem("invalid-value", status: 422, detail: error.description, pointer: error.pointer)
            )
        }
    }

    /// Who asks, for the record: named by the client, since the API knows no accounts.
    func actor(_ request: HTTPRequest) throws -> Actor {
        guard let name = request.headers[first: "X-Serin-Actor"]?.trimmingCharacters(in: .whitespaces) else {
            return .operator("anonymous")
        }
        guard (1...128).contains(name.unicodeScalars.count) else {
            throw RequestRefusal(
                problem: Problem("invalid-header", status: 400, detail: "X-Serin-Actor is 1 to 128 characters")
            )
        }
        return .operator(name)
    }
}

/// Names in paths that no model or version can have belong to nothing that exists.
typealias PathParameters = [String: String]

extension PathParameters {
    func model() throws -> ModelName {
        let text = self["model"] ?? ""
        guard let name = try? ModelName(text) else { throw RequestRefusal.unknown("model", text) }
        return name
    }

    func version() throws -> VersionName {
        let text = self["version"] ?? ""
        guard let name = try? VersionName(text) else { throw RequestRefusal.unknown("version", text) }
        return name
    }

    func rollout() throws -> RolloutID {
        let text = self["id"] ?? ""
        guard let number = Int64(text), number > 0 else { throw RequestRefusal.unknown("rollout", text) }
        return RolloutID(number)
    }
}

extension RequestRefusal {
    /// For names that none can have: the same answer as for one that nobody has.
    static func unknown(_ what: String, _ text: String) -> RequestRefusal {
        RequestRefusal(problem: Problem("unknown-\(what)", status: 404, detail: "there is no \(what) '\(text)'"))
    }

    static func query(_ name: String, _ complaint: String) -> RequestRefusal {
        RequestRefusal(problem: Problem("invalid-value", status: 400, detail: "\(name): \(complaint)"))
    }
}
