import Statistics

/// Quality as a mean or an area: squared error (as a ratio), AUC, log-loss and Brier score, by an asymptotic confidence sequence.
struct MeanQuality: QualityComparing {
    /// Rows of each cohort, of AUC positives and negatives of each, that make a stratum: a variance of fewer says little.
    private static let stratumRows: Int64 = 50
    /// The same of a ratio of means, which of few rows is biased.
    private static let ratioStratumRows: Int64 = 200
    /// Rows of each cohort before anything is concluded.
    private static let burnIn: Int64 = 200

    private let measure: QualityComparison.Measure
    private let rule: QualityComparison
    private let sequences: (harm: AsymptoticConfidenceSequence, proof: AsymptoticConfidenceSequence)
    /// Labels that wait until they make a stratum, by generation.
    private var waiting: [Int64: (canary: QualityCounts, stable: QualityCounts)] = [:]
    private var overall = WorseBy()
    private var proven = WorseBy()
    private var newest = NewestStrata<StratifiedDifference>()
    private(set) var harmLogE = 0.0

    /// How much worse the canary is: a difference of which more is worse.
    private struct WorseBy: Sendable {
        var difference = StratifiedDifference()
        var canaryRows: Int64 = 0
        var stableRows: Int64 = 0
        /// The least that was believed of any rows.
        var belief = 1.0

        /// In clusters rows vary more, by the square root of what isn't believed.
        var standardError: Double? { self.difference.standardError.map { $0 / self.belief.squareRoot() } }
        var rows: Double { Double(self.difference.rows) * self.belief }
        var isBurntIn: Bool {
            Double(min(self.canaryRows, self.stableRows)) * self.belief >= Double(MeanQuality.burnIn)
        }

        mutating func add(_ difference: StratifiedDifference, rows: (canary: Int64, stable: Int64), belief: Double) {
            self.difference.merge(difference)
            self.canaryRows += rows.canary
            self.stableRows += rows.stable
            self.belief = min(self.belief, belief)
        }
    }

    init(_ measure: QualityComparison.Measure, _ rule: QualityComparison, _ context: EvidenceContext) {
        self.measure = measure
        self.rule = rule
        let planned = Double(rule.minimumLabels) / context.canaryShare
        self.sequences = (
            AsymptoticConfidenceSequence(alpha: context.alpha, sides: .two, plannedRows: planned),
            AsymptoticConfidenceSequence(alpha: context.promotionAlpha, sides: .two, plannedRows: planned)
        )
    }

    mutating func fold(_ stratum: QualityStratum) {
        var pool = self.waiting[stratum.generation] ?? (QualityCounts(), QualityCounts())
        pool.canary.merge(stratum.canary)
        pool.stable.merge(stratum.stable)
        guard self.suffices(pool.canary), self.suffices(pool.stable) else {
            self.waiting[stratum.generation] = pool
            return
        }
        self.waiting[stratum.generation] = nil
        guard let difference = self.difference(pool.canary, pool.stable) else { return }
        let rows = (canary: pool.canary.rows(of: self.measure), stable: pool.stable.rows(of: self.measure))
        self.newest.append(difference)
        self.overall.add(difference, rows: rows, belief: stratum.belief)
        if stratum.proves { self.proven.add(difference, rows: rows, belief: stratum.belief) }
        if self.overall.isBurntIn { self.harmLogE = max(self.harmLogE, self.currentHarm) }
    }

    private func suffices(_ counts: QualityCounts) -> Bool {
        switch self.measure {
        case .auc: min(counts.positiveScores.total, counts.negativeScores.total) >= Self.stratumRows
        case .squaredError: counts.rows(of: self.measure) >= Self.ratioStratumRows
        case .logLoss, .brier, .accuracy, .precision, .recall, .specificity, .f1, .macroF1, .absoluteError:
            counts.rows(of: self.measure) >= Self.stratumRows
        }
    }

    /// Of one pool: how much worse the canary is in it; nil where it can't be told.
    private func difference(_ canary: QualityCounts, _ stable: QualityCounts) -> StratifiedDifference? {
        var difference = StratifiedDifference()
        switch self.measure {
        case .squaredError: difference.foldLogRatio(canary: canary.squaredErrors, stable: stable.squaredErrors)
        case .logLoss: difference.fold(canary: canary.logLoss, stable: stable.logLoss)
        case .brier: difference.fold(canary: canary.brier, stable: stable.brier)
        case .auc:
            guard let ours = canary.rocCurve, let theirs = stable.rocCurve else { return nil }
            // The other way round: of an area less is worse.
            difference.foldArea(canary: theirs, stable: ours)
        case .accuracy, .precision, .recall, .specificity, .f1, .macroF1, .absoluteError: return nil
        }
        return difference
    }

    mutating func restartProof() { self.proven = WorseBy() }

    private var currentHarm: Double {
        guard let value = self.overall.difference.value, let error = self.overall.standardError else { return 0 }
        return self.sequences.harm.logE(distanceToNull: value, standardError: error, rows: self.overall.rows)
    }

    var promotionLogE: Double {
        guard self.proven.isBurntIn, let value = self.proven.difference.value, let error = self.proven.standardError
        else { return 0 }
        return self.sequences.proof.logE(
            distanceToNull: self.margin - value,
            standardError: error,
            rows: self.proven.rows
        )
    }

    private var margin: Double {
        if let margin = self.rule.promotionMargin { return margin }
        return switch self.measure {
        case .auc: 0.01
        case .squaredError: 0.05
        case .logLoss, .brier, .accuracy, .precision, .recall, .specificity, .f1, .macroF1, .absoluteError: 0.005
        }
    }

    /// Over the rollout or of late.
    var isLossLargeEnough: Bool {
        var recent = StratifiedDifference()
        for stratum in self.newest.elements { recent.merge(stratum) }
        return [self.overall.difference.value, recent.value].contains { ($0 ?? 0) >= self.rule.minimumDifference }
    }

    var effect: Effect? { nil }

    /// Canary less stable; of the squared error, of its logarithm.
    var difference: Difference? {
        guard let value = self.overall.difference.value, let error = self.overall.standardError else { return nil }
        let half = 1.96 * error
        return self.measure == .auc
            ? Difference(value: -value, lower: -value - half, upper: -value + half)
            : Difference(value: value, lower: value - half, upper: value + half)
    }

    var culprit: String? { nil }

    var lacking: String? {
        if self.proven.isBurntIn { return nil }
        let rows = min(self.proven.canaryRows, self.proven.stableRows)
        return "\(rows) of \(Self.burnIn) rows of each cohort that \(self.measure.rawValue) needs"
    }
}
