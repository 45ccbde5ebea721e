import Statistics

/// The e-processes of a check that compares shares of bad requests: errors, or requests that clients gave up.
struct ShareEvidence: Equatable, Sendable {
    private let rule: ShareComparison
    private let tempering: Tempering
    private var harm: StratifiedEProcess
    private var proof: Proof
    private var oddsRatio = MantelHaenszelOddsRatio()
    private var difference = RiskDifference()
    /// The newest strata only: a loss that begins late is not averaged away over the good hours before it.
    private var recentDifference = RecentRiskDifference()
    /// The largest ln E against "no harm" at any look, at least 0.
    private(set) var harmLogE = 0.0

    /// A share is fine when it is comparable to stable's *or* below the acceptable share: both are e-values under the null
    /// "neither", so their mean is one.
    private struct Proof: Equatable, Sendable {
        var comparison: StratifiedEProcess
        var ceiling: ShareCeilingEProcess?

        init(_ rule: ShareComparison, _ tempering: Tempering) {
            self.comparison = .nonInferiority(margin: rule.promotionOddsRatio, tempering: tempering)
            self.ceiling = rule.acceptableShare > 0 ? ShareCeilingEProcess(ceiling: rule.acceptableShare) : nil
        }

        mutating func fold(_ pair: Stratum) {
            // Before the comparison has seen this stratum: what is believed must not depend on what it is believed of.
            self.ceiling?.fold(bad: pair.x1, units: pair.n1, temperedBy: self.comparison.temperingFactor)
            self.comparison.fold(pair)
        }

        var logE: Double {
            guard let ceiling else { return self.comparison.logE }
            return LogDomain.mean([self.comparison.logE, ceiling.logE])
        }
    }

    init(_ rule: ShareComparison, horizon: Int, tempering: Tempering) {
        self.rule = rule
        self.tempering = tempering
        self.harm = .harm(tolerance: rule.harmOddsRatio, startTimes: .spread(horizon: horizon), tempering: tempering)
        self.proof = Proof(rule, tempering)
    }

    /// - Parameter proves: Whether the stratum belongs to the step that the proof is about.
    mutating func fold(_ pair: Stratum, proves: Bool) {
        self.harm.fold(pair)
        self.harmLogE = max(self.harmLogE, self.harm.logE)
        self.oddsRatio.fold(pair)
        self.difference.fold(pair)
        self.recentDifference.fold(pair)
        if proves { self.proof.fold(pair) }
    }

    /// What was shown at one weight need not hold at the next.
    mutating func restartProof() { self.proof = Proof(self.rule, self.tempering) }

    /// ln E against "worse than the margin", now.
    var promotionLogE: Double { self.proof.logE }

    /// Whether the loss, over the rollout or of late, is as large as the least difference that matters.
    var isLossLargeEnough: Bool {
        [self.difference.estimate, self.recentDifference.estimate].contains {
            ($0 ?? .infinity) >= self.rule.minimumDifference
        }
    }

    var effect: Effect? {
        guard let estimate = self.oddsRatio.estimate(), estimate.value.isFinite, estimate.interval.upper.isFinite else {
            return nil
        }
        return Effect(oddsRatio: estimate.value, lower: estimate.interval.lower, upper: estimate.interval.upper)
    }

    static func == (a: Self, b: Self) -> Bool {
        a.rule == b.rule && a.harm == b.harm && a.proof == b.proof && a.oddsRatio == b.oddsRatio
            && a.difference == b.difference
    }
}

/// The Mantel–Haenszel risk difference: each stratum weighs n1·n0/(n1+n0), so strata of different shares don't mix.
private struct RiskDifference: Equatable, Sendable {
    private var weighted = 0.0
    private var weight = 0.0

    mutating func fold(_ stratum: Stratum) {
        guard stratum.n1 > 0, stratum.n0 > 0 else { return }
        let (canary, stable) = (Double(stratum.n1), Double(stratum.n0))
        let total = canary + stable
        self.weighted += (Double(stratum.x1) * stable - Double(stratum.x0) * canary) / total
        self.weight += canary * stable / total
    }

    var estimate: Double? { self.weight > 0 ? self.weighted / self.weight : nil }
}

/// The risk difference over the newest strata.
private struct RecentRiskDifference: Equatable, Sendable {
    private static let strata = 60
    private var newest: [Stratum] = []

    mutating func fold(_ stratum: Stratum) {
        if self.newest.count == Self.strata { self.newest.removeFirst() }
        self.newest.append(stratum)
    }

    var estimate: Double? {
        var difference = RiskDifference()
        for stratum in self.newest { difference.fold(stratum) }
        return difference.estimate
    }
}
