import Statistics

/// The proof that the canary's numbers lie beyond a quantile of stable's past no more often than the margin allows.
///
/// It comes from the comparison with stable's units of the same stratum, or from the canary alone: when it is proven to exceed
/// its threshold less often than the margin allows in units of the quantile itself, it is fine. The comparison learns nothing when no
/// unit of either cohort is beyond (numbers without a tail); the ceiling does. Under the null "neither holds" both are e-values, so
/// their mean is one.
struct QuantileProof: Sendable {
    private var comparison: TemperedEProcess
    private var ceiling: ShareCeilingEProcess
    private var overdispersion: OverdispersionEstimate?

    /// - Parameters:
    ///   - share: Of stable's units that lie beyond the quantile; in (0, 1).
    ///   - isClustered: Whether units come in clusters of unknown size, as those of sticky keys do.
    init(beyond share: Double, grid: OddsRatioGrid = .latencyNonInferiority, isClustered: Bool) {
        self.comparison = TemperedEProcess(grid: grid)
        // The null of the comparison as a share: its odds ratio times the quantile's own odds.
        let odds = grid.null * share / (1 - share)
        self.ceiling = ShareCeilingEProcess(ceiling: odds / (1 + odds))
        self.overdispersion = isClustered ? OverdispersionEstimate() : nil
    }

    /// Takes in one stratum, in which a unit is bad beyond its cohort's threshold.
    ///
    /// - Parameter belief: How much is believed of units that come in clusters of known size; in (0, 1].
    mutating func fold(_ stratum: Stratum, belief: Double = 1) {
        let belief = belief * (self.overdispersion?.temperingFactor ?? 1)
        self.overdispersion?.observe(stratum)
        self.ceiling.fold(bad: stratum.x1, units: stratum.n1, temperedBy: belief)
        self.comparison.fold(stratum, belief: belief)
    }

    /// ln E, now.
    var logE: Double { LogDomain.mean([self.comparison.logE, self.ceiling.logE]) }
}
