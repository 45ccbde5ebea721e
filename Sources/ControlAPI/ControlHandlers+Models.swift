import ControlWire
import Foundation
import MicroHTTP
import RolloutCore
import RolloutEngine

extension ControlHandlers {
    /// Over how many seconds the traffic shown with a model is counted.
    private static let trafficSeconds = 60
    /// Pinned requests are few, and by the day.
    private static let pinnedSeconds = 6.0 * 86_400

    func createModel(_ request: HTTPRequest) throws -> HTTPResponse {
        let wanted = try self.wanted(request, ModelRequest.init)
        let (model, created) = try self.services.commands.createModel(
            wanted.name,
            match: wanted.match,
            autoStart: wanted.autoStart,
            labels: wanted.labels,
            signals: wanted.signals
        )
        var response = try self.modelResponse(model.name, status: created ? .created : .ok)
        if created { response.headers.set("Location", "/v1/models/\(model.name)") }
        return response
    }

    func listModels() throws -> HTTPResponse {
        let models = try self.services.store.read { view in try view.models().map { try self.describe($0, in: view) } }
        return try .json(Page(models))
    }

    func showModel(_ name: ModelName) throws -> HTTPResponse {
        try self.modelResponse(name, status: .ok)
    }

    private func modelResponse(_ name: ModelName, status: HTTPStatus) throws -> HTTPResponse {
        let model = try self.services.store.read { view in
            guard let model = try view.model(name) else { throw CommandError.unknownModel(name) }
            return try self.describe(model, in: view, watch: view.watch(of: name).map(WatchResponse.init))
        }
        return try .json(model, status: status)
    }

    /// - Parameter watch: Shown with a single model only: it is long.
    func describe(_ model: Model, in view: any RolloutView, watch: WatchResponse? = nil) throws -> ModelResponse {
        let versions = try view.versions(of: model.name)
        let route = try view.route(of: model.name)
        let newest = try view.openRollout(of: model.name) ?? view.rollouts(of: model.name, limit: 1).first
        let traffic = try view.traffic(of: model.name, since: view.now.adding(seconds: -Double(Self.trafficSeconds)))
        let total = max(1, traffic.reduce(0) { $0 + $1.tally.outcomes.total })
        return ModelResponse(
            model,
            stable: route?.stable,
            canary: route?.canary?.version,
            canaryWeight: route?.canary?.weight ?? .zero,
            generation: route?.generation ?? 0,
            rollout: try newest.map { try self.describe($0, in: view) },
            versions: versions.map(VersionResponse.init),
            traffic: traffic.map { entry in
                TrafficResponse(
                    version: entry.version,
                    cohort: entry.cohort,
                    share: Double(entry.tally.outcomes.total) / Double(total),
                    requestsPerSecond: Double(entry.tally.outcomes.total) / Double(Self.trafficSeconds),
                    numbers: CohortNumbers(entry.tally)
                )
            },
            trafficSeconds: Self.trafficSeconds,
            gateways: try view.gateways().filter { view.now.seconds(since: $0.seenAt) < 3_600 }.map { gateway in
                GatewayResponse(
                    name: gateway.name,
                    replica: gateway.replica,
                    appliedGeneration: gateway.appliedGeneration,
                    seenAt: gateway.seenAt,
                    live: gateway.isLive(at: view.now)
                )
            },
            watch: watch,
            pinned: try view.pinnedRequests(of: model.name, since: view.now.adding(seconds: -Self.pinnedSeconds))
                .map(PinnedResponse.init)
        )
    }

    func registerVersion(_ model: ModelName, _ request: HTTPRequest) throws -> HTTPResponse {
        let wanted = try self.wanted(request, VersionRequest.init)
        let actor = try self.actor(request)
        let forecast = try self.forecast(wanted, for: model)
        let result = try self.services.commands.register(
            wanted.specification,
            for: model,
            supersede: wanted.supersede,
            actor: actor
        )
        let body = RegistrationResponse(
            version: VersionResponse(result.version),
            rollout: result.rollout.map { RolloutResponse($0) },
            propagation: Propagation(store: self.services.store).wait(for: result.generation, isNews: result.created),
            forecast: result.created ? forecast : nil
        )
        var response = try HTTPResponse.json(body, status: result.created ? .created : .ok)
        response.headers.set("Location", "/v1/models/\(model)/versions/\(result.version.name)")
        return response
    }

    func listVersions(_ model: ModelName) throws -> HTTPResponse {
        let versions = try self.services.store.read { view in
            guard try view.model(model) != nil else { throw CommandError.unknownModel(model) }
            return try view.versions(of: model)
        }
        return try .json(Page(versions.map(VersionResponse.init)))
    }

    func showVersion(_ version: VersionName, of model: ModelName) throws -> HTTPResponse {
        let found = try self.services.store.read { view in
            guard try view.model(model) != nil else { throw CommandError.unknownModel(model) }
            guard let found = try view.version(version, of: model) else {
                throw CommandError.unknownVersion(version, model)
            }
            return found
        }
        return try .json(VersionResponse(found))
    }
}

extension WatchResponse {
    init(_ stored: StoredWatch) {
        self.init(
            version: stored.version,
            startedAt: stored.startedAt,
            watchedThrough: stored.watchedThrough,
            findings: stored.findings
        )
    }
}
