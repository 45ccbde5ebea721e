package import RolloutCore

/// How the pinned requests to one version ended; they judge no version.
package struct PinnedResponse: Codable, Equatable, Sendable {
    package let version: VersionName
    package let requests: Int64
    package let outcomes: OutcomeCounts

    package init(_ tally: PinnedTally) {
        self.version = tally.version
        self.requests = tally.outcomes.total
        self.outcomes = tally.outcomes
    }
}
