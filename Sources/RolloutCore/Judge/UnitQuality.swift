import Statistics

/// Quality as a share of bad units: accuracy, precision, recall, specificity and F1.
struct UnitQuality: QualityComparing {
    /// Units of the canary that a proof needs at least.
    static let minimumUnits: Int64 = 50

    private let measure: QualityComparison.Measure
    private let word: String?
    private var processes: ShareProcesses
    private var provenUnits: Int64 = 0

    init(_ measure: QualityComparison.Measure, _ rule: QualityComparison, _ context: EvidenceContext) {
        self.measure = measure
        self.word = rule.class
        self.processes = ShareProcesses(
            ShareComparison(
                harmOddsRatio: rule.harmOddsRatio,
                promotionOddsRatio: rule.promotionOddsRatio,
                acceptableShare: rule.acceptableShare,
                minimumDifference: rule.minimumDifference
            ),
            horizon: context.horizon,
            isClustered: context.isSticky
        )
    }

    mutating func fold(_ stratum: QualityStratum) {
        guard let canary = stratum.canary.units(of: self.measure, class: self.word),
            let stable = stratum.stable.units(of: self.measure, class: self.word),
            let pair = try? Stratum(x1: canary.bad, n1: canary.units, x0: stable.bad, n0: stable.units)
        else { return }
        if stratum.proves { self.provenUnits += canary.units }
        self.processes.fold(pair, proves: stratum.proves, belief: stratum.belief)
    }

    mutating func restartProof() {
        self.provenUnits = 0
        self.processes.restartProof()
    }

    var harmLogE: Double { self.processes.harmLogE }
    /// ln E against "no harm", now.
    var harmLogENow: Double { self.processes.harmLogENow }
    var promotionLogE: Double { self.processes.promotionLogE }
    var isLossLargeEnough: Bool { self.processes.isLossLargeEnough }
    var effect: Effect? { self.processes.effect }
    /// Of the shares of bad units.
    var difference: Difference? { self.processes.shareDifference }
    var culprit: String? { nil }

    var lacking: String? {
        if self.provenUnits >= Self.minimumUnits { return nil }
        return "\(self.provenUnits) of \(Self.minimumUnits) canary rows that \(self.measure.rawValue) is about"
    }
}
