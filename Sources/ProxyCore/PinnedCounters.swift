package import RolloutCore

/// What one event loop counts of pinned requests; they are in no arm's counters.
package struct PinnedCounters: Sendable {
    private struct Target: Hashable, Comparable {
        let model: ModelName
        let version: VersionName

        static func < (a: Self, b: Self) -> Bool { (a.model, a.version) < (b.model, b.version) }
    }

    /// Few requests are pinned, to few versions.
    private var outcomes: [Target: OutcomeCounts] = [:]

    package init() {}

    /// Counts the end of one pinned request to the version of this arm.
    package mutating func record(_ arm: TableArm, outcome: Outcome) {
        let target = Target(model: arm.key.model, version: arm.key.version)
        self.outcomes[target, default: OutcomeCounts()][outcome] += 1
    }

    /// Takes out what was counted since the last time, ordered by model and version.
    package mutating func drain() -> [PinnedTally] {
        if self.outcomes.isEmpty { return [] }
        defer { self.outcomes.removeAll() }
        return self.outcomes.sorted { $0.key < $1.key }.map { target, outcomes in
            PinnedTally(model: target.model, version: target.version, outcomes: outcomes)
        }
    }
}
