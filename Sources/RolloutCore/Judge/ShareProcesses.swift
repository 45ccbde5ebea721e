import Statistics

/// The e-processes that compare shares of bad units: requests, rows or labelled rows.
struct ShareProcesses: Sendable {
    private let rule: ShareComparison
    private var harm: TemperedEProcess
    private var proof: ShareProof
    private var oddsRatio = MantelHaenszelOddsRatio()
    private var difference = RiskDifference()
    /// The newest strata only: a loss that begins late is not averaged away over the good hours before it.
    private var recentDifference = RecentRiskDifference()
    /// Kept where units come in clusters of unknown size, as those of sticky keys do.
    private var overdispersion: OverdispersionEstimate?

    init(_ rule: ShareComparison, horizon: Int, isClustered: Bool) {
        self.rule = rule
        self.harm = TemperedEProcess(grid: .harm(tolerance: rule.harmOddsRatio), startTimes: .spread(horizon: horizon))
        self.proof = ShareProof(rule)
        self.overdispersion = isClustered ? OverdispersionEstimate() : nil
    }

    /// - Parameters:
    ///   - proves: Whether the stratum belongs to the step that the proof is about.
    ///   - belief: How much is believed of units that come in clusters of known size; in (0, 1].
    mutating func fold(_ pair: Stratum, proves: Bool, belief: Double = 1) {
        // From earlier strata only: what is believed must not depend on what it is believed of.
        let belief = belief * (self.overdispersion?.temperingFactor ?? 1)
        self.overdispersion?.observe(pair)
        self.harm.fold(pair, belief: belief)
        self.oddsRatio.fold(pair)
        self.difference.fold(pair)
        self.recentDifference.fold(pair)
        if proves { self.proof.fold(pair, belief: belief) }
    }

    mutating func restartProof() { self.proof = ShareProof(self.rule) }

    /// The largest ln E against "no harm" at any look, at least 0.
    var harmLogE: Double { self.harm.largestLogE }

    /// ln E against "no harm", now: what may be averaged with others.
    var harmLogENow: Double { self.harm.logE }

    /// ln E against "worse than the margin", now.
    var promotionLogE: Double { self.proof.logE }

    /// The same with another comparison in the place of this one, such as one of places.
    func promotionLogE(comparing comparison: Double) -> Double { self.proof.logE(comparing: comparison) }

    /// Whether the loss, over the rollout or of late, is as large as the least difference that matters.
    var isLossLargeEnough: Bool {
        [self.difference.estimate, self.recentDifference.estimate].contains {
            ($0?.value ?? .infinity) >= self.rule.minimumDifference
        }
    }

    var effect: Effect? {
        guard let estimate = self.oddsRatio.estimate(), estimate.value.isFinite, estimate.interval.upper.isFinite else {
            return nil
        }
        return Effect(oddsRatio: estimate.value, lower: estimate.interval.lower, upper: estimate.interval.upper)
    }

    /// Of the shares of bad units.
    var shareDifference: Difference? { self.difference.estimate }
}

/// A share is fine when it is comparable to stable's *or* below the acceptable share: both are e-values under the null "neither", so
/// their mean is one.
private struct ShareProof: Sendable {
    private var comparison: TemperedEProcess
    private var ceiling: ShareCeilingEProcess?

    init(_ rule: ShareComparison) {
        self.comparison = TemperedEProcess(grid: .nonInferiority(margin: rule.promotionOddsRatio))
        self.ceiling = rule.acceptableShare > 0 ? ShareCeilingEProcess(ceiling: rule.acceptableShare) : nil
    }

    mutating func fold(_ pair: Stratum, belief: Double) {
        self.ceiling?.fold(bad: pair.x1, units: pair.n1, temperedBy: belief)
        self.comparison.fold(pair, belief: belief)
    }

    var logE: Double { self.logE(comparing: self.comparison.logE) }

    func logE(comparing comparison: Double) -> Double {
        guard let ceiling else { return comparison }
        return LogDomain.mean([comparison, ceiling.logE])
    }
}
