import RolloutCore

/// Chooses which of stable's requests the canary is asked as well. It never sees a request, so what is in it can't matter.
package struct MirrorDraw: Equatable, Sendable {
    /// Index in the table's `arms` of the arm that copies go to.
    package let arm: Int
    /// A request is chosen when a random number is below it; nil chooses all.
    private let threshold: UInt64?

    /// Nil for a route that mirrors nothing.
    init?(_ route: ModelRoute, firstArm: Int) {
        guard let share = route.mirror, share > .zero,
            let canary = route.arms.firstIndex(where: { $0.cohort == .canary })
        else { return nil }
        self.arm = firstArm + canary
        self.threshold = share < .full ? UInt64(share.share * 0x1p64) : nil
    }

    /// - Parameter arm: Index in the table's `arms` of the one that answers the client; what the canary answers has no copy.
    package func draws(for arm: Int, random: inout some RandomNumberGenerator) -> Bool {
        guard arm != self.arm else { return false }
        guard let threshold else { return true }
        return random.next() < threshold
    }
}
