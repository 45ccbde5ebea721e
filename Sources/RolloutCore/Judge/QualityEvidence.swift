import Statistics

/// The evidence of a check on quality: predictions held against the labels that came for them.
struct QualityEvidence: CheckEvidence {
    private static let sliceLimit = 20

    private let rule: QualityComparison
    private let context: EvidenceContext
    /// Chosen by the plan or by the first labels, and kept.
    private var measure: QualityComparison.Measure?
    private var comparison: (any QualityComparing)?
    private var canary = QualityTally()
    private var stable = QualityTally()
    private var provenUnits: Int64 = 0

    init(_ rule: QualityComparison, _ context: EvidenceContext) {
        self.rule = rule
        self.context = context
        rule.measure.map { self.choose($0) }
    }

    private mutating func choose(_ measure: QualityComparison.Measure) {
        self.measure = measure
        switch measure {
        case .accuracy, .precision, .recall, .specificity, .f1:
            self.comparison = UnitQuality(measure, self.rule, self.context)
        case .macroF1: self.comparison = ClassQuality(self.rule, self.context)
        case .absoluteError: self.comparison = ErrorQuality(self.rule, self.context)
        case .squaredError, .auc, .logLoss, .brier:
            self.comparison = MeanQuality(measure, self.rule, self.context)
        }
    }

    mutating func fold(_ labels: LabelStratum) {
        self.canary.merge(labels.canary)
        self.stable.merge(labels.stable)
        guard let canary = self.counts(labels.canary), let stable = self.counts(labels.stable) else { return }
        if self.measure == nil {
            var both = canary
            both.merge(stable)
            both.naturalMeasure.map { self.choose($0) }
        }
        guard let measure else { return }
        if labels.proves { self.provenUnits += canary.rows(of: measure) }
        self.comparison?.fold(
            QualityStratum(
                canary: canary,
                stable: stable,
                generation: labels.generation,
                belief: labels.belief,
                proves: labels.proves
            )
        )
    }

    /// Of the slice that the plan names, or of all rows; nil without any label.
    private func counts(_ tally: QualityTally) -> QualityCounts? {
        guard let slice = self.rule.slice else { return tally.overall }
        return tally.slices[slice]
    }

    mutating func restartProof() {
        self.provenUnits = 0
        self.comparison?.restartProof()
    }

    var canaryUnits: Int64 { self.counts(self.canary)?.labelled ?? 0 }

    var finding: EvidenceFinding {
        let (canary, stable) = (
            self.counts(self.canary) ?? QualityCounts(), self.counts(self.stable) ?? QualityCounts()
        )
        let name = [self.measure?.rawValue ?? "quality", self.rule.class.map { "of '\($0)'" }].compactMap { $0 }
        var finding = EvidenceFinding(
            loss: "",
            measurement: Measurement(
                name: name.joined(separator: " "),
                unit: .labels,
                canary: self.measured(canary, further: self.further(canary)),
                stable: self.measured(stable, further: self.further(stable)),
                difference: self.comparison?.difference
            ),
            provenUnits: self.provenUnits
        )
        finding.loss = self.loss(finding.measurement)
        finding.harmLogE = max(0, self.comparison?.harmLogE ?? 0)
        finding.promotionLogE = max(0, self.comparison?.promotionLogE ?? 0)
        finding.isLossLargeEnough = self.comparison?.isLossLargeEnough ?? false
        finding.effect = self.comparison?.effect
        finding.missing = self.missing(canary, stable)
        finding.lacking = self.lacking
        finding.slices = self.slices
        if self.context.isSticky { finding.outsideAlpha = "rows of one sticky key count as if they were independent" }
        return finding
    }

    private func missing(_ canary: QualityCounts, _ stable: QualityCounts) -> String? {
        let slice = self.rule.slice.map { " of the slice \($0)" } ?? ""
        if canary.labelled == 0 || stable.labelled == 0 {
            return "no labels\(slice) for the predictions of \(canary.labelled == 0 ? "the canary" : "stable")"
        }
        guard let measure else { return "the labels don't say what could be measured" }
        if canary.rows(of: measure) == 0 || stable.rows(of: measure) == 0 {
            return "the labels that came\(slice) don't allow \(measure.rawValue)"
        }
        return nil
    }

    /// Fewer labels, or fewer units of the measure, are no ground for a promotion.
    private var lacking: String? {
        if self.provenUnits < Int64(self.rule.minimumLabels) {
            return "\(self.provenUnits) of \(self.rule.minimumLabels) labels for the canary's predictions"
        }
        return self.comparison?.lacking
    }

    private func loss(_ measurement: Measurement) -> String {
        func told(_ cohort: MeasuredCohort) -> String { cohort.value.map(\.short) ?? "undefined" }
        let (canary, stable) = (measurement.canary, measurement.stable)
        let which = self.comparison?.culprit.map { ", most of all of \($0)" } ?? ""
        return
            "the canary's \(measurement.name) is worse than stable's\(which): \(told(canary)) over \(canary.units) labels, "
            + "stable \(told(stable)) over \(stable.units)"
    }

    private func measured(_ counts: QualityCounts, further: [String: Double] = [:]) -> MeasuredCohort {
        guard let measure else { return MeasuredCohort(units: counts.labelled, value: nil) }
        return MeasuredCohort(
            units: counts.rows(of: measure),
            bad: counts.units(of: measure, class: self.rule.class)?.bad,
            value: counts.value(of: measure, class: self.rule.class),
            further: further
        )
    }

    /// Other measures of the same labels, to show.
    private func further(_ counts: QualityCounts) -> [String: Double] {
        guard let measure else { return [:] }
        let further: [(String, Double?)] =
            switch measure {
            case .accuracy, .precision, .recall, .specificity, .f1, .macroF1:
                [("accuracy", counts.value(of: .accuracy)), ("macroF1", counts.macroF1)]
            case .absoluteError, .squaredError:
                [
                    ("meanAbsoluteError", counts.meanAbsoluteError), ("r2", counts.determination),
                    ("rootMeanSquaredError", counts.meanSquaredError?.squareRoot()),
                ]
            case .auc, .logLoss, .brier:
                [.auc, .logLoss, .brier].map { ($0.rawValue, counts.value(of: $0)) }
            }
        return Dictionary(uniqueKeysWithValues: further.compactMap { name, value in value.map { (name, $0) } })
    }

    /// The slices with the most labels, by name where they have as many.
    private var slices: [SliceMeasurement]? {
        let names = Set(self.canary.slices.keys).union(self.stable.slices.keys)
        let labelled = names.map { name in
            (name, (self.canary.slices[name]?.labelled ?? 0) + (self.stable.slices[name]?.labelled ?? 0))
        }
        let most = labelled.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(Self.sliceLimit)
        if most.isEmpty { return nil }
        return most.map { name, _ in
            SliceMeasurement(
                slice: name,
                canary: self.measured(self.canary.slices[name] ?? QualityCounts()),
                stable: self.measured(self.stable.slices[name] ?? QualityCounts())
            )
        }
    }
}

/// One way to compare quality.
protocol QualityComparing: Sendable {
    mutating func fold(_ stratum: QualityStratum)
    mutating func restartProof()
    /// The largest ln E against "no harm" at any look.
    var harmLogE: Double { get }
    /// ln E against "worse than the margin", now.
    var promotionLogE: Double { get }
    var isLossLargeEnough: Bool { get }
    var effect: Effect? { get }
    var difference: Difference? { get }
    /// What promotion needs beside the proof and the labels; nil when nothing is.
    var lacking: String? { get }
    /// What the loss is mostly about; nil when there is nothing to tell apart.
    var culprit: String? { get }
}

/// The labels of one stratum as one comparison sees them.
struct QualityStratum: Sendable {
    let canary: QualityCounts
    let stable: QualityCounts
    let generation: Int64
    let belief: Double
    let proves: Bool
}
