/// Compares how often each cohort exceeds stable's own past p50, p90, p95 and p99.
package struct LatencyComparison: Hashable, Sendable, Codable {
    /// Harm is a canary slower than stable by more than this ratio (and the tolerance); 1…10.
    package var harmRatio: Double
    /// Promotion needs proof that the canary is slower by less than this ratio (and the tolerance); at least `harmRatio`, at most 20.
    package var promotionRatio: Double
    /// Slowness below this many milliseconds is never harm; 0…60 000.
    package var toleranceMilliseconds: Double

    package init(harmRatio: Double = 1.05, promotionRatio: Double = 1.25, toleranceMilliseconds: Double = 5) {
        self.harmRatio = harmRatio
        self.promotionRatio = promotionRatio
        self.toleranceMilliseconds = toleranceMilliseconds
    }
}
