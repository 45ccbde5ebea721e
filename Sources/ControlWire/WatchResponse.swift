package import RolloutCore

/// The watch over a model's stable version.
package struct WatchResponse: Codable, Equatable, Sendable {
    package let version: VersionName
    package let startedAt: Timestamp
    /// Everything before this moment has been looked at.
    package let watchedThrough: Timestamp
    /// Newest first, over or not.
    package let findings: [WatchFinding]

    package init(version: VersionName, startedAt: Timestamp, watchedThrough: Timestamp, findings: [WatchFinding]) {
        self.version = version
        self.startedAt = startedAt
        self.watchedThrough = watchedThrough
        self.findings = findings
    }
}
