package import RolloutCore

/// Telemetry of a rollout that no tick has taken in yet, measured by what it costs to take in.
package struct WaitingTelemetry: Hashable, Sendable {
    /// When the oldest of it began.
    package let oldest: Timestamp
    /// When the first of it began that is more than one tick takes in; nil when one tick takes all.
    package let overflow: Timestamp?

    package init(oldest: Timestamp, overflow: Timestamp?) {
        self.oldest = oldest
        self.overflow = overflow
    }

    /// What one tick takes in, in cells without detail: a second or two of work, since nobody's rollback shall wait for more.
    package static let budget: Int64 = 5_000
    /// What a cell with detail costs, in cells without: 200 of them are a tick's work.
    package static let detailCost: Int64 = 25

    /// How much of it the next tick takes in: whole intervals, and one at least.
    ///
    /// - Parameter cutoff: Where the intervals end whose telemetry has had time to arrive.
    func share(before cutoff: Timestamp, intervalSeconds: Int) -> Share {
        guard let overflow = self.overflow else { return Share(cutoff: cutoff, isPartial: false) }
        let least = self.oldest.floored(toSeconds: intervalSeconds).adding(seconds: Double(intervalSeconds))
        let limit = max(least, overflow.floored(toSeconds: intervalSeconds))
        return limit < cutoff ? Share(cutoff: limit, isPartial: true) : Share(cutoff: cutoff, isPartial: false)
    }

    struct Share: Hashable {
        /// What began before is taken in.
        let cutoff: Timestamp
        /// Whether more is waiting.
        let isPartial: Bool
    }
}
