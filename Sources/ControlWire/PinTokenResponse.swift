package import RolloutCore

/// A pin token; nothing of it is kept, so it can't be shown again.
package struct PinTokenResponse: Codable, Equatable, Sendable {
    /// As it stands in `x-serin-pin-token`.
    package let token: String
    /// Nil for every model.
    package let model: ModelName?
    /// Nil for every version.
    package let version: VersionName?
    package let expiresAt: Timestamp

    package init(token: String, model: ModelName?, version: VersionName?, expiresAt: Timestamp) {
        self.token = token
        self.model = model
        self.version = version
        self.expiresAt = expiresAt
    }
}
