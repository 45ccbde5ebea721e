/// Ends a rollout at once, without statistics: the canary is plainly broken.
package struct HardStop: Hashable, Sendable, Codable {
    /// Errors among the canary's judged requests of the last `withinSeconds`; above 0, at most 1.
    package var errorShare: Double
    /// At least this many judged canary requests must be seen; at least 1.
    package var requests: Int
    /// 1…3 600.
    package var withinSeconds: Int
    /// This many requests in a row, on one gateway or one of its loops, for which no connection could be made; at least 1.
    package var connectFailures: Int

    package init(errorShare: Double = 0.5, requests: Int = 20, withinSeconds: Int = 30, connectFailures: Int = 10) {
        self.errorShare = errorShare
        self.requests = requests
        self.withinSeconds = withinSeconds
        self.connectFailures = connectFailures
    }
}
