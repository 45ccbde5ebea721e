import Statistics

/// The evidence of the check on latency: how often each cohort exceeds quantiles of stable's past.
struct LatencyEvidence: CheckEvidence {
    /// Promotion compares p50, p95 and p99, each of which must be shown not to be worse.
    private static let promotionQuantiles = [0.5, 0.95, 0.99]

    private let rule: LatencyComparison
    private let isSticky: Bool
    private let harmAt: LatencyComparator
    private let promotionAt: LatencyComparator
    private var harm: [StratifiedEProcess]
    private var proofs: [QuantileProof]
    private var harmLogE = 0.0
    /// Stable's latencies of all earlier strata, warm-up included.
    private var history = LatencyHistogram()
    private var canary = LatencyHistogram()
    private var stable = LatencyHistogram()
    private var provenUnits: Int64 = 0
    /// Whether any stratum could be judged: thresholds come from stable's past, which must be long enough.
    private var hasEvidence = false

    init(_ rule: LatencyComparison, _ context: EvidenceContext) {
        self.rule = rule
        self.isSticky = context.isSticky
        let tempering: Tempering = context.isSticky ? .estimated : .none
        self.harm = LatencyExceedance.quantiles.map { _ in
            .harm(startTimes: .spread(horizon: context.horizon), tempering: tempering)
        }
        self.proofs = Self.newProofs(isSticky: context.isSticky)
        self.harmAt = LatencyComparator(
            quantiles: LatencyExceedance.quantiles,
            ratio: rule.harmRatio,
            toleranceMilliseconds: rule.toleranceMilliseconds,
            rounding: .up
        )
        self.promotionAt = LatencyComparator(
            quantiles: Self.promotionQuantiles,
            ratio: rule.promotionRatio,
            toleranceMilliseconds: rule.toleranceMilliseconds,
            rounding: .down
        )
    }

    private static func newProofs(isSticky: Bool) -> [QuantileProof] {
        self.promotionQuantiles.map { QuantileProof(beyond: 1 - $0, isClustered: isSticky) }
    }

    mutating func fold(_ traffic: JudgedStratum) {
        let (canary, stable) = (traffic.canary.latency, traffic.stable.latency)
        self.canary.merge(canary)
        self.stable.merge(stable)
        if traffic.proves { self.provenUnits += traffic.canary.outcomes.judged }
        for (index, pair) in self.harmAt.strata(canary: canary, stable: stable, history: self.history).enumerated() {
            self.harm[index].fold(pair)
            self.hasEvidence = true
        }
        // The mean of e-values is an e-value, whatever depends on what.
        self.harmLogE = max(self.harmLogE, LogDomain.mean(self.harm.map(\.logE)))
        guard traffic.proves else { return }
        let pairs = self.promotionAt.strata(canary: canary, stable: stable, history: self.history)
        for (index, pair) in pairs.enumerated() { self.proofs[index].fold(pair) }
    }

    mutating func remember(_ stable: CohortTally) { self.history.merge(stable.latency) }

    mutating func restartProof() {
        self.provenUnits = 0
        self.proofs = Self.newProofs(isSticky: self.isSticky)
    }

    var canaryUnits: Int64 { self.canary.count }

    var finding: EvidenceFinding {
        var finding = EvidenceFinding(
            loss: "the canary is slower than stable by more than a factor of \(self.rule.harmRatio) "
                + "and \(self.rule.toleranceMilliseconds) ms",
            measurement: Measurement(
                name: "p95 latency in milliseconds",
                unit: .requests,
                canary: Self.measured(self.canary),
                stable: Self.measured(self.stable)
            ),
            provenUnits: self.provenUnits
        )
        finding.harmLogE = self.harmLogE
        // Fine only when every quantile is, so the least of them.
        finding.promotionLogE = max(0, self.proofs.map(\.logE).min() ?? 0)
        finding.missing = self.missing
        if self.isSticky { finding.outsideAlpha = "requests of one sticky key count as if they were independent" }
        return finding
    }

    private var missing: String? {
        if self.canary.isEmpty || self.stable.isEmpty {
            return "no requests of \(self.canary.isEmpty ? "the canary" : "stable") to judge"
        }
        return self.hasEvidence ? nil : "stable's past is too short to take thresholds from"
    }

    private static func measured(_ latency: LatencyHistogram) -> MeasuredCohort {
        var further: [String: Double] = [:]
        for (name, quantile, least) in [("p50", 0.5, Int64(20)), ("p90", 0.9, 100), ("p99", 0.99, 1_000)] {
            further[name] = self.milliseconds(latency, quantile, atLeast: least)
        }
        further["mean"] = latency.mean.map { $0 / 1_000 }
        return MeasuredCohort(
            units: latency.count,
            value: self.milliseconds(latency, 0.95, atLeast: 200),
            further: further
        )
    }

    /// A quantile over too few requests says nothing, and no document can carry an infinite number.
    private static func milliseconds(_ latency: LatencyHistogram, _ quantile: Double, atLeast: Int64) -> Double? {
        guard latency.count >= atLeast, let value = latency.quantile(quantile), value.isFinite else { return nil }
        return value / 1_000
    }
}
