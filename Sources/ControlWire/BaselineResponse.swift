package import RolloutCore

/// A version's baseline: what its signals looked like when it was made, and what is demanded of them. `origin` and `signals` can be
/// sent again unchanged.
package struct BaselineResponse: Codable, Equatable, Sendable {
    package let model: ModelName
    package let version: VersionName
    package let createdAt: Timestamp
    package let origin: String
    package let signals: [SignalName: BaselineSignal]

    package init(model: ModelName, version: VersionName, createdAt: Timestamp, baseline: Baseline) {
        self.model = model
        self.version = version
        self.createdAt = createdAt
        self.origin = baseline.origin
        self.signals = baseline.signals
    }
}
