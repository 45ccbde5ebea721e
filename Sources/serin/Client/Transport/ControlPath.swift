import ControlWire
import RolloutCore

/// A path of the control API. Names of models and versions need no escape in a path.
struct ControlPath: Equatable {
    let text: String

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
}
