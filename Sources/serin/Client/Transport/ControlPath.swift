import ControlWire
import RolloutCore

/// A path of the control API. Names of models and versions need no escape in a path.
struct ControlPath: Equatable {
    let text: String
    /// Names and values of the query.
    let query: [(name: String, value: String)]

    init(text: String, query: [(name: String, value: String)] = []) {
        self.text = text
        self.query = query
    }

    static func == (a: Self, b: Self) -> Bool {
        a.text == b.text && a.query.map(\.name) == b.query.map(\.name) && a.query.map(\.value) == b.query.map(\.value)
    }

    static let models = ControlPath(text: "/v1/models")
    static func model(_ model: ModelName) -> ControlPath { ControlPath(text: "/v1/models/\(model)") }
    static func versions(of model: ModelName) -> ControlPath { ControlPath(text: "/v1/models/\(model)/versions") }
    static func version(_ version: VersionName, of model: ModelName) -> ControlPath {
        ControlPath(text: "/v1/models/\(model)/versions/\(version)")
    }
    static func order(_ verb: OperatorVerb, on model: ModelName) -> ControlPath {
        ControlPath(text: "/v1/models/\(model)/\(verb.rawValue)")
    }
    static func start(_ model: ModelName) -> ControlPath { ControlPath(text: "/v1/models/\(model)/start") }
    static func rollout(_ id: RolloutID) -> ControlPath { ControlPath(text: "/v1/rollouts/\(id)") }
    static func decisions(of id: RolloutID) -> ControlPath { ControlPath(text: "/v1/rollouts/\(id)/decisions") }
    static func evidence(of id: RolloutID, after tick: Int64) -> ControlPath {
        ControlPath(text: "/v1/rollouts/\(id)/evidence", query: [("after", "\(tick)")])
    }
    static func signals(of model: ModelName) -> ControlPath { ControlPath(text: "/v1/models/\(model)/signals") }
    static func feedback(on model: ModelName) -> ControlPath { ControlPath(text: "/v1/models/\(model)/feedback") }
    static func quality(of model: ModelName, hours: Int) -> ControlPath {
        ControlPath(text: "/v1/models/\(model)/feedback", query: [("hours", "\(hours)")])
    }
    static func baseline(of version: VersionName, model: ModelName) -> ControlPath {
        ControlPath(text: "/v1/models/\(model)/versions/\(version)/baseline")
    }
    static func payloads(of version: VersionName, model: ModelName, before: Timestamp?, limit: Int) -> ControlPath {
        let query = [("limit", "\(limit)")] + (before.map { [("before", "\($0)")] } ?? [])
        return ControlPath(text: "/v1/models/\(model)/versions/\(version)/payloads", query: query)
    }
    /// - Parameter model: Nil for tokens that are good for every model.
    static func pinTokens(of model: ModelName?) -> ControlPath {
        ControlPath(text: model.map { "/v1/models/\($0)/pin-tokens" } ?? "/v1/pin-tokens")
    }
    static func forecast(of model: ModelName) -> ControlPath { ControlPath(text: "/v1/models/\(model)/forecast") }
}
