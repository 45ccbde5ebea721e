/// How the pinned requests to one version ended in some time; no version is judged by them.
package struct PinnedTally: Hashable, Sendable {
    package let model: ModelName
    package let version: VersionName
    package var outcomes: OutcomeCounts

    package init(model: ModelName, version: VersionName, outcomes: OutcomeCounts) {
        self.model = model
        self.version = version
        self.outcomes = outcomes
    }
}
