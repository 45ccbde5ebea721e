import ControlWire
import MicroHTTP
import RolloutCore
import RolloutEngine

/// What a model's payloads mean, what its versions looked like when they were made, and what was kept of their payloads.
extension ControlHandlers {
    // MARK: Signals

    func setSignals(_ model: ModelName, _ request: HTTPRequest) throws -> HTTPResponse {
        let signals = try self.wanted(request) { document throws(InvalidValue) in try SignalsReader.read(document) }
        let actor = try self.actor(request)
        let result = try self.services.commands.setSignals(signals, of: model, actor: actor)
        return try .json(
            SignalsResponse(
                changed: result.changed,
                signals: signals,
                propagation: Propagation(store: self.services.store)
                    .wait(for: result.generation, isNews: result.changed)
            )
        )
    }

    func showSignals(_ name: ModelName) throws -> HTTPResponse {
        try .json(self.services.store.read { view in try self.model(name, in: view).signals })
    }

    func model(_ name: ModelName, in view: any RolloutView) throws -> Model {
        guard let model = try view.model(name) else { throw CommandError.unknownModel(name) }
        return model
    }

    // MARK: Baselines

    /// From how many hours of stable's past a baseline is made.
    private static let baselineHours = 24

    func setBaseline(_ version: VersionName, of model: ModelName, _ request: HTTPRequest) throws -> HTTPResponse {
        let wanted = try self.wanted(request, BaselineRequest.init)
        let actor = try self.actor(request)
        let stored: StoredBaseline
        switch wanted {
        case .given(let baseline):
            stored = try self.services.commands.setBaseline(baseline, of: version, model: model, actor: actor)
        case .fromStable:
            stored = try self.services.commands.setBaselineFromStable(
                of: version,
                model: model,
                hours: Self.baselineHours,
                actor: actor
            )
        }
        return try .json(BaselineResponse(stored))
    }

    func showBaseline(_ version: VersionName, of model: ModelName) throws -> HTTPResponse {
        let stored = try self.services.store.read { view in
            try self.requireVersion(version, of: model, in: view)
            return try view.baseline(of: version, model: model)
        }
        guard let stored else {
            let detail = "version '\(version)' of model '\(model)' has no baseline; give it one with PUT"
            throw RequestRefusal(problem: Problem("no-baseline", status: 404, detail: detail))
        }
        return try .json(BaselineResponse(stored))
    }

    private func requireVersion(_ version: VersionName, of model: ModelName, in view: any RolloutView) throws {
        _ = try self.model(model, in: view)
        guard try view.version(version, of: model) != nil else { throw CommandError.unknownVersion(version, model) }
    }

    // MARK: Payloads

    /// How many payloads one answer shows.
    private static let payloadLimit = 100

    /// `?before=TIME&limit=N`, newest first.
    func listPayloads(_ version: VersionName, of model: ModelName, _ request: HTTPRequest) throws -> HTTPResponse {
        let before = try request.target[query: "before"].map { text in
            do throws(InvalidValue) { return try Timestamp(text) } catch {
                throw RequestRefusal.query("before", error.message)
            }
        }
        let limit = try request.number("limit", in: 1...Self.payloadLimit) ?? 20
        let samples = try self.services.store.read { view in
            try self.requireVersion(version, of: model, in: view)
            return try view.payloads(of: version, model: model, before: before, limit: limit)
        }
        return try .json(Page(samples.map(PayloadResponse.init)))
    }
}

extension BaselineResponse {
    fileprivate init(_ stored: StoredBaseline) {
        self.init(
            model: stored.model,
            version: stored.version,
            createdAt: stored.createdAt,
            baseline: stored.baseline
        )
    }
}

extension HTTPRequest {
    /// A number in the query; nil when it isn't there.
    func number(_ name: String, in range: ClosedRange<Int>) throws(RequestRefusal) -> Int? {
        guard let text = self.target[query: name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw RequestRefusal.query(name, "is \(range.lowerBound) to \(range.upperBound); got '\(text)'")
        }
        return number
    }
}
