import RealModule

/// The odds ratios an e-process bets on, with equal weights, against the odds ratio of its null hypothesis.
///
/// Alternatives above the null test "the canary is no worse than this", alternatives below it test
/// "the canary is at least this much worse"; on both sides of 1 they test equality.
package struct OddsRatioGrid: Sendable, Hashable {
    /// ψ0, the edge of the null hypothesis.
    package let null: Double
    /// ψ of each bet.
    package let alternatives: [Double]

    /// - Precondition: all ratios are finite and positive and there is at least one alternative.
    package init(null: Double, alternatives: [Double]) {
        precondition(!alternatives.isEmpty, "an e-process needs at least one alternative")
        precondition((alternatives + [null]).allSatisfy { $0 > 0 && $0.isFinite }, "odds ratios are positive")
        self.null = null
        self.alternatives = alternatives
    }

    private static let steps: [Double] = [0.1, 0.2, 0.35, 0.5, 0.7, 0.95, 1.2, 1.5]

    /// Null: the odds ratio is at most `tolerance`; a large E says the canary is worse than that.
    package static func harm(tolerance: Double = 1) -> OddsRatioGrid {
        OddsRatioGrid(null: tolerance, alternatives: steps.map { tolerance * .exp($0) })
    }

    /// Null: the odds ratio is at least `margin`; a large E says the canary is better than that.
    ///
    /// - Precondition: `margin` ≥ 1.
    package static func nonInferiority(margin: Double) -> OddsRatioGrid {
        precondition(margin >= 1, "a non-inferiority margin is an odds ratio of 1 or more")
        let points = margin > 1.15 ? [0.7, 0.8, 0.9, 1.0, 1.1] : [0.7, 0.8, 0.9, 1.0]
        return OddsRatioGrid(null: margin, alternatives: points.filter { $0 < margin })
    }

    /// Null: the odds are equal; the bets go both ways.
    package static let twoSided = OddsRatioGrid(
        null: 1,
        alternatives: steps.map { .exp($0) } + steps.map { .exp(-$0) }
    )

    /// Null: canary latencies are at least as often beyond the shifted thresholds as stable's beyond the plain ones.
    package static let latencyNonInferiority = OddsRatioGrid(null: 1, alternatives: [0.35, 0.5, 0.65, 0.8, 0.9])
}
