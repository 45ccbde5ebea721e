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
            case .found(let match): return try self.handle(match.route, match.parameters, request)
            case .methodNotAllowed(let allowed):
                var response = HTTPResponse.problem(
                    Problem(title: "Method not allowed", status: 405, detail: "this path answers to \(allowed.joined(separator: ", "))"))
                response.headers.set("Allow", allowed.joined(separator: ", "))
                return response
            case .notFound:
                return .problem(Problem(title: "Not found", status: 404, detail: "there is nothing at \(request.target.rawPath)"))
            }
        } catch {
            let problem = ProblemMapping.problem(of: error)
            if problem.status >= 500 {
                self.services.logger.error(
                    "a request failed", metadata: ["target": "\(request.target.rawPath)", "error": "\(error)"])
            }
            var response = HTTPResponse.problem(problem)
            if problem.status == 503 { response.headers.set("Retry-After", "1") }
            return response
        }
    }

    private func handle(_ route: ControlRoute, _ parameters: PathParameters, _ request: HTTPRequest) throws -> HTTPResponse {
        switch route {
        case .health: return .text("ok\n")
        case .readiness: return try self.readiness()
        case .metrics: return try self.metrics()
        case .createModel: return try self.createModel(request)
        case .listModels: return try self.listModels()
        case .showModel: return try self.showModel(parameters.model())
        case .registerVersion: return try self.registerVersion(parameters.model(), request)
        case .listVersions: return try self.listVersions(parameters.model())
        case .showVersion: return try self.showVersion(parameters.version(), of: parameters.model())
        case .listRollouts: return try self.listRollouts(parameters.model())
        case .command(let command): return try self.run(command, on: parameters.model(), request)
        case .showRollout: return try self.showRollout(parameters.rollout())
        case .listDecisions: return try self.listDecisions(parameters.rollout())
        case .showEvidence: return try self.showEvidence(parameters.rollout())
        case .events: return try self.followEvents(request)
        }
    }

    /// The body as JSON. An absent content type is taken for JSON; another one is refused.
    func document(_ request: HTTPRequest) throws -> JSONValue {
        if let type = request.headers[first: "Content-Type"] {
            let media = type.split(separator: ";", maxSplits: 1).first.map { $0.trimmingCharacters(in: .whitespaces).lowercased() } ?? ""
            guard media == "application/json" else {
                throw RequestRefusal(
                    problem: Problem(title: "Unsupported media type", status: 415, detail: "send application/json; got '\(type)'"))
            }
        }
        return try JSONValue(parsing: request.body)
    }

    /// Who asks, for the record: named by the client, since the API knows no accounts.
    func actor(_ request: HTTPRequest) -> Actor {
        let name = request.headers[first: "X-Serin-Actor"]?.trimmingCharacters(in: .whitespaces) ?? ""
        let isUsable = (1...128).contains(name.count) && name.allSatisfy { $0.isASCII && !$0.isNewline }
        return .operator(isUsable ? name : "anonymous")
    }
}

/// Names in paths that no model or version can have belong to nothing that exists.
typealias PathParameters = [String: String]

extension PathParameters {
    func model() throws -> ModelName {
        let text = self["model"] ?? ""
        guard let name = try? ModelName(text) else { throw RequestRefusal.notFound("there is no model '\(text)'") }
        return name
    }

    func version() throws -> VersionName {
        let text = self["version"] ?? ""
        guard let name = try? VersionName(text) else { throw RequestRefusal.notFound("there is no version '\(text)'") }
        return name
    }

    func rollout() throws -> RolloutID {
        let text = self["id"] ?? ""
        guard let number = Int64(text), number > 0 else { throw RequestRefusal.notFound("there is no rollout '\(text)'") }
        return RolloutID(number)
    }
}

extension RequestRefusal {
    static func notFound(_ detail: String) -> RequestRefusal {
        RequestRefusal(problem: Problem(title: "Not found", status: 404, detail: detail))
    }
}
