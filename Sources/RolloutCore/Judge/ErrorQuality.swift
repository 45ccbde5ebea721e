import Statistics

/// The absolute error of numeric predictions: how often it lies beyond quantiles of stable's past errors.
struct ErrorQuality: QualityComparing {
    /// Of stable's rows, those beyond the thresholds that are watched for harm, and those that promotion is about.
    private static let harmShares = [0.5, 0.1, 0.05, 0.01]
    private static let promotionShares = [0.5, 0.1]

    private let rule: QualityComparison
    private let isSticky: Bool
    private var harm: [TemperedEProcess]
    private var proofs: [QuantileProof]
    private var differences: [RiskDifference]
    /// Of the newest strata only.
    private var recentDifferences: [RecentRiskDifference]
    private var history = SparseCounts()
    private(set) var harmLogE = 0.0

    init(_ rule: QualityComparison, _ context: EvidenceContext) {
        self.rule = rule
        self.isSticky = context.isSticky
        let process = TemperedEProcess(
            grid: .harm(tolerance: rule.harmOddsRatio),
            startTimes: .spread(horizon: context.horizon),
            isClustered: context.isSticky
        )
        self.harm = Self.harmShares.map { _ in process }
        self.differences = Self.harmShares.map { _ in RiskDifference() }
        self.recentDifferences = Self.harmShares.map { _ in RecentRiskDifference() }
        self.proofs = Self.newProofs(rule, context.isSticky)
    }

    private static func newProofs(_ rule: QualityComparison, _ isSticky: Bool) -> [QuantileProof] {
        self.promotionShares.map {
            QuantileProof(beyond: $0, grid: .nonInferiority(margin: rule.promotionOddsRatio), isClustered: isSticky)
        }
    }

    mutating func fold(_ stratum: QualityStratum) {
        let (canary, stable) = (stratum.canary.absoluteErrors, stratum.stable.absoluteErrors)
        let harm = Self.comparator(Self.harmShares).strata(canary: canary, stable: stable, history: self.history)
        for (index, pair) in harm.enumerated() {
            self.harm[index].fold(pair, belief: stratum.belief)
            self.differences[index].fold(pair)
            self.recentDifferences[index].fold(pair)
        }
        self.harmLogE = max(self.harmLogE, LogDomain.mean(self.harm.map(\.logE)))
        if stratum.proves {
            let proof = Self.comparator(Self.promotionShares)
                .strata(canary: canary, stable: stable, history: self.history)
            for (index, pair) in proof.enumerated() { self.proofs[index].fold(pair, belief: stratum.belief) }
        }
        self.history.merge(stable)
    }

    private static func comparator(_ shares: [Double]) -> ValueComparator {
        ValueComparator(grid: .number, side: .above, shares: shares, ratio: 1, tolerance: 0, rounding: .forHarm)
    }

    mutating func restartProof() { self.proofs = Self.newProofs(self.rule, self.isSticky) }

    /// Fine only when every quantile is, so the least of them.
    var promotionLogE: Double { self.proofs.map(\.logE).min() ?? 0 }

    /// Of the shares of rows beyond a quantile, over the rollout or of late.
    var isLossLargeEnough: Bool {
        let estimates = self.differences.map(\.estimate) + self.recentDifferences.map(\.estimate)
        return estimates.contains { ($0?.value ?? 0) >= self.rule.minimumDifference }
    }

    var effect: Effect? { nil }
    var difference: Difference? { nil }
    var culprit: String? { nil }

    var lacking: String? {
        self.history.total < ValueComparator.minimumHistory
            ? "stable's labelled past is too short to take thresholds from" : nil
    }
}
