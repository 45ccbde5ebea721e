import Statistics

/// The e-processes of one check: a fold over strata, nothing else.
struct CheckAccumulator: Equatable, Sendable {
    let check: Check
    private var processes: Processes

    private enum Processes: Equatable, Sendable {
        case errorRate(
            harm: StratifiedEProcess,
            comparison: StratifiedEProcess,
            ceiling: ShareCeilingEProcess?,
            effect: OddsRatio
        )
        case latency(
            harm: [StratifiedEProcess],
            promotion: [QuantileProof],
            harmAt: LatencyComparator,
            promotionAt: LatencyComparator
        )
    }

    private struct OddsRatio: Equatable, Sendable {
        var pooled = MantelHaenszelOddsRatio()
        var difference = StratifiedDifference()
        static func == (a: Self, b: Self) -> Bool { a.pooled == b.pooled && a.difference == b.difference }
    }

    /// Promotion compares p50, p95 and p99, each of which must be shown not to be worse.
    private static let promotionQuantiles = [0.5, 0.95, 0.99]

    /// - Parameter horizon: Strata planned until the deadline; a loss may begin at any of them.
    init(_ check: Check, horizon: Int, tempering: Tempering) {
        self.check = check
        let starts = StartTimes.spread(horizon: horizon)
        switch check.comparison {
        case .errorRate(let rule):
            self.processes = .errorRate(
                harm: .harm(tolerance: rule.harmOddsRatio, startTimes: starts, tempering: tempering),
                comparison: .nonInferiority(margin: rule.promotionOddsRatio, tempering: tempering),
                ceiling: rule.acceptableShare > 0 ? ShareCeilingEProcess(ceiling: rule.acceptableShare) : nil,
                effect: OddsRatio()
            )
        case .latency(let rule):
            self.processes = .latency(
                harm: LatencyExceedance.quantiles.map { _ in .harm(startTimes: starts, tempering: tempering) },
                promotion: Self.promotionQuantiles.map { QuantileProof(quantile: $0, tempering: tempering) },
                harmAt: LatencyComparator(
                    quantiles: LatencyExceedance.quantiles,
                    ratio: rule.harmRatio,
                    toleranceMilliseconds: rule.toleranceMilliseconds,
                    rounding: .up
                ),
                promotionAt: LatencyComparator(
                    quantiles: Self.promotionQuantiles,
                    ratio: rule.promotionRatio,
                    toleranceMilliseconds: rule.toleranceMilliseconds,
                    rounding: .down
                )
            )
        }
    }

    /// - Parameter history: Stable's latencies of all earlier strata, warm-up included.
    mutating func fold(_ stratum: EvidenceStratum, history: LatencyHistogram) {
        switch self.processes {
        case .errorRate(var harm, var comparison, var ceiling, var effect):
            let canary = stratum.canary.outcomes
            let stable = stratum.stable.outcomes
            if let pair = try? Stratum(x1: canary.errors, n1: canary.judged, x0: stable.errors, n0: stable.judged) {
                // Before it has seen this stratum: what is believed must not depend on what it is believed of.
                let factor = harm.temperingFactor
                ceiling?.fold(bad: canary.errors, units: canary.judged, temperedBy: factor)
                harm.fold(pair)
                comparison.fold(pair)
                effect.pooled.fold(pair)
                effect.difference.fold(pair)
            }
            self.hasEvidence = true
            self.processes = .errorRate(harm: harm, comparison: comparison, ceiling: ceiling, effect: effect)
        case .latency(var harm, var promotion, let harmAt, let promotionAt):
            let (canary, stable) = (stratum.canary.latency, stratum.stable.latency)
            for (index, pair) in harmAt.strata(canary: canary, stable: stable, history: history).enumerated() {
                harm[index].fold(pair)
                self.hasEvidence = true
            }
            for (index, pair) in promotionAt.strata(canary: canary, stable: stable, history: history).enumerated() {
                promotion[index].fold(pair)
            }
            self.processes = .latency(harm: harm, promotion: promotion, harmAt: harmAt, promotionAt: promotionAt)
        }
        self.harmLogE = max(self.harmLogE, self.currentHarmLogE)
        self.promotionLogE = max(self.promotionLogE, self.currentPromotionLogE)
    }

    /// Whether any stratum could be judged: latency needs a past of stable to take thresholds from.
    private(set) var hasEvidence = false
    /// The largest ln E against "no harm" at any look, at least 0.
    private(set) var harmLogE = 0.0
    /// The largest ln E against "worse than the margin" at any look, at least 0.
    private(set) var promotionLogE = 0.0

    /// The mean of e-values is an e-value, whatever depends on what.
    private var currentHarmLogE: Double {
        switch self.processes {
        case .errorRate(let harm, _, _, _): harm.logE
        case .latency(let harm, _, _, _): LogDomain.mean(harm.map(\.logE))
        }
    }

    /// An error rate is fine when it is comparable to stable's *or* below the acceptable share: both are e-values under the null
    /// "neither", so their mean is one. Latency is fine only when every quantile is: the least of their e-values.
    private var currentPromotionLogE: Double {
        switch self.processes {
        case .errorRate(_, let comparison, let ceiling, _):
            guard let ceiling else { return comparison.logE }
            return LogDomain.mean([comparison.logE, ceiling.logE])
        case .latency(_, let promotion, _, _):
            return promotion.map(\.largestLogE).min() ?? 0
        }
    }

    var effect: Effect? {
        switch self.processes {
        case .errorRate(_, _, _, let effect):
            guard let estimate = effect.pooled.estimate(), estimate.value.isFinite, estimate.interval.upper.isFinite
            else { return nil }
            return Effect(oddsRatio: estimate.value, lower: estimate.interval.lower, upper: estimate.interval.upper)
        case .latency: return nil
        }
    }

    /// Of the error shares, canary less stable, within strata; nil for latency and before both cohorts had requests.
    var errorShareDifference: Double? {
        switch self.processes {
        case .errorRate(_, _, _, let effect): effect.difference.estimate
        case .latency: nil
        }
    }
}

/// The Mantel–Haenszel risk difference: each stratum weighs n1·n0/(n1+n0), so strata of different shares don't mix.
private struct StratifiedDifference: Equatable, Sendable {
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
