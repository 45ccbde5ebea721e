package import RolloutCore

/// Labels of an open rollout that no tick has taken in yet, in rows.
package struct WaitingLabels: Hashable, Sendable {
    package let canary: Int64
    package let stable: Int64
    /// When the oldest of them came; nil when there are none.
    package let oldest: Timestamp?

    package init(canary: Int64, stable: Int64, oldest: Timestamp?) {
        self.canary = canary
        self.stable = stable
        self.oldest = oldest
    }

    /// Labels of one cohort without labels of the other compare nothing, so they wait for one another, but not for ever.
    private static let least: Int64 = 10
    private static let patienceSeconds = 60.0

    /// Whether they are judged now: a rule on their number and age only, so what they say has no say in when it is looked at.
    package func isRipe(at now: Timestamp) -> Bool {
        guard let oldest else { return false }
        if self.canary >= Self.least, self.stable >= Self.least { return true }
        return now.seconds(since: oldest) > Self.patienceSeconds
    }
}
