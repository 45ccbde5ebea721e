package import RolloutCore

package struct EventResponse: Codable, Equatable, Sendable {
    package let id: Int64
    package let occurredAt: Timestamp
    package let kind: String
    package let model: ModelName
    package let version: VersionName?
    package let rollout: RolloutID?
    package let message: String

    package init(
        id: Int64,
        occurredAt: Timestamp,
        kind: String,
        model: ModelName,
        version: VersionName?,
        rollout: RolloutID?,
        message: String
    ) {
        self.id = id
        self.occurredAt = occurredAt
        self.kind = kind
        self.model = model
        self.version = version
        self.rollout = rollout
        self.message = message
    }
}
