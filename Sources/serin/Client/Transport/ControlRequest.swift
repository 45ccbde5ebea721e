import ControlWire
import RolloutCore

/// The documents that a client sends; absent fields are left out, so that the service's defaults hold.
enum ControlRequest {
    static func model(_ name: ModelName) -> JSONValue { .object(["name": .string(name.text)]) }

    struct Registration: Equatable {
        var version: VersionName
        var upstreams: [String]
        var upstreamModel: String?
        var upstreamVersion: String?
        var settings: JSONValue?
        var labels: [String: String] = [:]
        var plan: JSONValue?
        var supersede = false
        var ignoresForecast = false

        var document: JSONValue {
            var members: [String: JSONValue] = [
                "version": .string(self.version.text), "upstreams": .array(self.upstreams.map(JSONValue.string)),
            ]
            members["upstreamModel"] = self.upstreamModel.map(JSONValue.string)
            members["upstreamVersion"] = self.upstreamVersion.map(JSONValue.string)
            if !self.labels.isEmpty { members["labels"] = .object(self.labels.mapValues(JSONValue.string)) }
            members["settings"] = self.settings
            members["plan"] = self.plan
            if self.supersede { members["supersede"] = .bool(true) }
            if self.ignoresForecast { members["ignoreForecast"] = .bool(true) }
            return .object(members)
        }
    }

    /// - Parameter rollout: The one that is meant; nil for the open one.
    static func order(reason: String, rollout: RolloutID?) -> JSONValue {
        var members: [String: JSONValue] = ["reason": .string(reason)]
        members["rollout"] = rollout.map { .number(Double($0.number)) }
        return .object(members)
    }

    static func start(_ version: VersionName, reason: String, supersede: Bool) -> JSONValue {
        var members: [String: JSONValue] = ["reason": .string(reason), "version": .string(version.text)]
        if supersede { members["supersede"] = .bool(true) }
        return .object(members)
    }
}
