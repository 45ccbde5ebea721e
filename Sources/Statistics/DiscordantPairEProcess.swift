import RealModule

/// Evidence from mirrored requests, which both cohorts answer: only pairs with different outcomes count.
///
/// Null: of the pairs in which exactly one side is bad, the canary is the bad one at most half of the time.
/// ln e(θ) = b ln 2θ + c ln 2(1−θ), averaged over θ.
package struct DiscordantPairEProcess: EProcess {
    private static let shares = [0.52, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9]

    /// Pairs with a bad canary and a good stable.
    package private(set) var canaryOnlyBad: Int64 = 0
    /// Pairs with a good canary and a bad stable.
    package private(set) var stableOnlyBad: Int64 = 0
    /// The largest ln E after any fold, at least 0.
    package private(set) var largestLogE = 0.0

    package init() {}

    /// - Precondition: counts are not negative.
    package mutating func fold(canaryOnlyBad: Int64, stableOnlyBad: Int64) {
        precondition(canaryOnlyBad >= 0 && stableOnlyBad >= 0, "counts are not negative")
        self.canaryOnlyBad += canaryOnlyBad
        self.stableOnlyBad += stableOnlyBad
        largestLogE = max(largestLogE, logE)
    }

    /// ln E of all pairs so far.
    package var logE: Double {
        LogDomain.mean(
            Self.shares.map { share in
                Double(canaryOnlyBad) * .log(2 * share) + Double(stableOnlyBad) * .log(2 * (1 - share))
            }
        )
    }
}
