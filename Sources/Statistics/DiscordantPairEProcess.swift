import RealModule

/// Evidence from mirrored requests, which both cohorts answer: what counts is on which side a pair is bad.
///
/// Null: the canary is bad at most `tolerance` times as often as stable, however much the two depend on each other. A pair pays 1 for a
/// canary bad alone, −t for stable bad alone and 1 − t for both, which has a mean of at most 0 under the null; a bet of λ on it is worth
/// 1 + λ · payment. With t = 1 and λ = 2θ − 1 that is ln e(θ) = b ln 2θ + c ln 2(1−θ). E is the mean over θ, with λ = (2θ − 1)/t.
package struct DiscordantPairEProcess: EProcess {
    private static let shares = [0.52, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9]

    /// At least 1.
    package let tolerance: Double
    /// Pairs with a bad canary and a good stable.
    package private(set) var canaryOnlyBad: Int64 = 0
    /// Pairs with a good canary and a bad stable.
    package private(set) var stableOnlyBad: Int64 = 0
    package private(set) var bothBad: Int64 = 0
    /// The largest ln E after any fold, at least 0.
    package private(set) var largestLogE = 0.0
    private var bets: [StartTimeMixture]

    /// - Precondition: `tolerance` is finite and at least 1.
    package init(tolerance: Double = 1, startTimes: StartTimes = .first) {
        precondition(tolerance >= 1 && tolerance.isFinite, "a tolerance is a ratio of 1 or more")
        self.tolerance = tolerance
        self.bets = Self.shares.map { _ in StartTimeMixture(startTimes: startTimes) }
    }

    /// Takes in the pairs of one interval.
    ///
    /// - Precondition: counts are not negative.
    package mutating func fold(canaryOnlyBad: Int64, stableOnlyBad: Int64, bothBad: Int64 = 0) {
        precondition(canaryOnlyBad >= 0 && stableOnlyBad >= 0 && bothBad >= 0, "counts are not negative")
        self.canaryOnlyBad += canaryOnlyBad
        self.stableOnlyBad += stableOnlyBad
        self.bothBad += bothBad
        for (index, share) in Self.shares.enumerated() {
            let bet = (2 * share - 1) / self.tolerance
            let evidence =
                Double(canaryOnlyBad) * .log(onePlus: bet)
                + Double(stableOnlyBad) * .log(onePlus: -bet * self.tolerance)
                + Double(bothBad) * .log(onePlus: -bet * (self.tolerance - 1))
            self.bets[index].advance(logEvidence: evidence)
        }
        self.largestLogE = max(self.largestLogE, self.logE)
    }

    /// ln E of all pairs so far.
    package var logE: Double { LogDomain.mean(self.bets.map(\.logE)) }
}
