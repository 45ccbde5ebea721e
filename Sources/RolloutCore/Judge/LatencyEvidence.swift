import Statistics

/// The e-processes of the check on latency.
struct LatencyEvidence: Equatable, Sendable {
    /// Promotion compares p50, p95 and p99, each of which must be shown not to be worse.
    private static let promotionQuantiles = [0.5, 0.95, 0.99]

    private let tempering: Tempering
    private let harmAt: LatencyComparator
    private let promotionAt: LatencyComparator
    private var harm: [StratifiedEProcess]
    private var proofs: [QuantileProof]
    /// The largest ln E against "no harm" at any look, at least 0.
    private(set) var harmLogE = 0.0
    /// Whether any stratum could be judged: thresholds come from stable's past, which must be long enough.
    private(set) var hasEvidence = false

    init(_ rule: LatencyComparison, horizon: Int, tempering: Tempering) {
        self.tempering = tempering
        self.harm = LatencyExceedance.quantiles.map { _ in
            .harm(startTimes: .spread(horizon: horizon), tempering: tempering)
        }
        self.proofs = Self.newProofs(tempering)
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

    private static func newProofs(_ tempering: Tempering) -> [QuantileProof] {
        self.promotionQuantiles.map { QuantileProof(quantile: $0, tempering: tempering) }
    }

    /// - Parameters:
    ///   - history: Stable's latencies of all earlier strata, warm-up included.
    ///   - proves: Whether the stratum belongs to the step that the proof is about.
    mutating func fold(
        canary: LatencyHistogram,
        stable: LatencyHistogram,
        history: LatencyHistogram,
        proves: Bool
    ) {
        for (index, pair) in self.harmAt.strata(canary: canary, stable: stable, history: history).enumerated() {
            self.harm[index].fold(pair)
            self.hasEvidence = true
        }
        // The mean of e-values is an e-value, whatever depends on what.
        self.harmLogE = max(self.harmLogE, LogDomain.mean(self.harm.map(\.logE)))
        guard proves else { return }
        for (index, pair) in self.promotionAt.strata(canary: canary, stable: stable, history: history).enumerated() {
            self.proofs[index].fold(pair)
        }
    }

    /// What was shown at one weight need not hold at the next.
    mutating func restartProof() { self.proofs = Self.newProofs(self.tempering) }

    /// ln E against "worse than the margin", now: fine only when every quantile is, so the least of them.
    var promotionLogE: Double { self.proofs.map(\.logE).min() ?? 0 }
}
