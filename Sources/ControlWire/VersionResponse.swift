package import RolloutCore

package struct VersionResponse: Codable, Equatable, Sendable {
    package let model: ModelName
    package let version: VersionName
    package let state: VersionState
    package let upstreams: [UpstreamURL]
    package let upstreamModel: String?
    package let upstreamVersion: String?
    package let settings: UpstreamSettings
    package let labels: [String: String]
    package let plan: RolloutPlan
    package let registeredAt: Timestamp
    package let stateChangedAt: Timestamp

    package init(_ version: ModelVersion) {
        self.model = version.model
        self.version = version.name
        self.state = version.state
        self.upstreams = version.specification.upstreams
        self.upstreamModel = version.specification.upstreamModel
        self.upstreamVersion = version.specification.upstreamVersion
        self.settings = version.specification.settings
        self.labels = version.specification.labels
        self.plan = version.specification.plan
        self.registeredAt = version.registeredAt
        self.stateChangedAt = version.stateChangedAt
    }
}
