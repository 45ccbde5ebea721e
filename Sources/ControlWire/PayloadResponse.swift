package import RolloutCore

/// One payload that a model asked to keep, redacted before it was kept.
package struct PayloadResponse: Codable, Equatable, Sendable {
    package let version: VersionName
    package let requestId: String
    package let at: Timestamp
    package let status: Int
    package let request: String
    package let response: String

    package init(_ sample: PayloadSample) {
        self.version = sample.version
        self.requestId = sample.requestID
        self.at = sample.at
        self.status = sample.status
        self.request = sample.request
        self.response = sample.response
    }
}
