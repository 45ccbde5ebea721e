/// When stable itself counts as broken, so that a rollout waits: beside a broken stable every canary looks good, and none is to blame.
///
/// Stable also counts as broken when it breaks a limit of the plan.
package struct StableGuard: Hashable, Sendable, Codable {
    /// Failed or given-up requests among stable's of the last `withinSeconds`; above 0, at most 1.
    package var errorShare: Double
    /// At least this many stable requests must be seen; at least 1.
    package var requests: Int
    /// 1…3 600, rounded up to whole intervals.
    package var withinSeconds: Int
    /// A rollout waits this long at most; then a canary that passes everything goes on. 0…2 592 000.
    package var holdSeconds: Int

    package init(errorShare: Double = 0.5, requests: Int = 20, withinSeconds: Int = 30, holdSeconds: Int = 600) {
        self.errorShare = errorShare
        self.requests = requests
        self.withinSeconds = withinSeconds
        self.holdSeconds = holdSeconds
    }
}
