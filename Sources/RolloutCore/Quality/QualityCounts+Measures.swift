package import Statistics

extension QualityCounts {
    /// Rows that were classified and whose class is known.
    package var classified: Int64 { self.confusion.values.reduce(0, +) }

    /// Rows that were classified rightly.
    package var right: Int64 { self.confusion.reduce(0) { $1.key.isRight ? $0 + $1.value : $0 } }

    /// One class against all others.
    package func outcomes(of word: String) -> BinaryOutcomes {
        var outcomes = BinaryOutcomes()
        for (pair, count) in self.confusion {
            switch (pair.label == word, pair.predicted == word) {
            case (true, true): outcomes.truePositives += count
            case (false, true): outcomes.falsePositives += count
            case (true, false): outcomes.falseNegatives += count
            case (false, false): outcomes.trueNegatives += count
            }
        }
        return outcomes
    }

    /// Each class that is kept apart against all others, in one pass over the pairs.
    package var outcomesByClass: [String: BinaryOutcomes] {
        var found: [String: BinaryOutcomes] = [:]
        var rows: Int64 = 0
        for (pair, count) in self.confusion {
            rows += count
            if pair.isRight {
                found[pair.label, default: BinaryOutcomes()].truePositives += count
            } else {
                found[pair.label, default: BinaryOutcomes()].falseNegatives += count
                found[pair.predicted, default: BinaryOutcomes()].falsePositives += count
            }
        }
        return found.filter { ConfusionCounts.isClass($0.key) }.mapValues { outcomes in
            var outcomes = outcomes
            outcomes.trueNegatives =
                rows - outcomes.truePositives - outcomes.falseNegatives - outcomes.falsePositives
            return outcomes
        }
    }

    /// Rows by their labels.
    package var rowsByLabel: [String: Int64] {
        self.confusion.reduce(into: [:]) { $0[$1.key.label, default: 0] += $1.value }
    }

    /// The classes of labels and predictions, in the order of their names.
    package var classes: [String] {
        Set(self.confusion.keys.flatMap { [$0.label, $0.predicted] }).filter(ConfusionCounts.isClass).sorted()
    }

    /// The mean F1 = 2TP/(rows of the class + rows predicted so) of the classes that occur; nil without rows.
    package var macroF1: Double? {
        var hits: [String: Int64] = [:]
        var named: [String: Int64] = [:]
        for (pair, count) in self.confusion {
            named[pair.label, default: 0] += count
            named[pair.predicted, default: 0] += count
            if pair.isRight { hits[pair.label] = count }
        }
        named = named.filter { ConfusionCounts.isClass($0.key) }
        guard !named.isEmpty else { return nil }
        // In one order, so that the sum has the same last bits everywhere.
        let scores = named.sorted { $0.key < $1.key }.map { 2 * Double(hits[$0.key] ?? 0) / Double($0.value) }
        return scores.reduce(0, +) / Double(scores.count)
    }

    /// |predicted − true| on the average, within the width of a bucket; nil without rows.
    package var meanAbsoluteError: Double? {
        let rows = self.absoluteErrors.total
        guard rows > 0 else { return nil }
        let sum = zip(self.absoluteErrors.buckets, self.absoluteErrors.counts).reduce(0) {
            $0 + ValueGrid.number.representative(of: $1.0) * Double($1.1)
        }
        return sum / Double(rows)
    }

    package var meanSquaredError: Double? { self.squaredErrors.count > 0 ? self.squaredErrors.mean : nil }

    /// R² = 1 − SSE/Σ(y − ȳ)²; nil without rows and for a constant truth.
    package var determination: Double? {
        guard self.truths.squaredDeviations > 0 else { return nil }
        return 1 - self.squaredErrors.mean * Double(self.squaredErrors.count) / self.truths.squaredDeviations
    }

    /// Of the scores; nil without any.
    package var rocCurve: ROCCurve? {
        guard !self.positiveScores.isEmpty || !self.negativeScores.isEmpty else { return nil }
        return ROCCurve(positives: Self.bins(self.positiveScores), negatives: Self.bins(self.negativeScores))
    }

    private static func bins(_ counts: SparseCounts) -> [Int64] {
        var bins = Array(repeating: Int64(0), count: self.scoreBins)
        for (bucket, count) in zip(counts.buckets, counts.counts) where bins.indices.contains(Int(bucket)) {
            bins[Int(bucket)] += count
        }
        return bins
    }

    /// The measure's value; nil while it is undefined, never 0 in its place.
    ///
    /// - Parameter word: The positive class, of measures that have one.
    package func value(of measure: QualityComparison.Measure, class word: String? = nil) -> Double? {
        switch measure {
        case .accuracy: self.classified > 0 ? Double(self.right) / Double(self.classified) : nil
        case .precision: word.flatMap { self.outcomes(of: $0).precision }
        case .recall: word.flatMap { self.outcomes(of: $0).recall }
        case .specificity: word.flatMap { self.outcomes(of: $0).specificity }
        case .f1: word.flatMap { self.outcomes(of: $0).f1 }
        case .macroF1: self.macroF1
        case .absoluteError: self.meanAbsoluteError
        case .squaredError: self.meanSquaredError
        case .auc: self.rocCurve?.area?.value
        case .logLoss: self.logLoss.count > 0 ? self.logLoss.mean : nil
        case .brier: self.brier.count > 0 ? self.brier.mean : nil
        }
    }

    /// Rows that the measure is about.
    ///
    /// - Parameter word: The positive class, of measures that have one.
    package func rows(of measure: QualityComparison.Measure, class word: String? = nil) -> Int64 {
        switch measure {
        case .accuracy, .precision, .recall, .specificity, .f1, .macroF1: self.classified
        case .absoluteError: self.absoluteErrors.total
        case .squaredError: self.squaredErrors.count
        case .auc: self.positiveScores.total + self.negativeScores.total
        case .logLoss: self.logLoss.count
        case .brier: self.brier.count
        }
    }

    /// The measure as bad ones among units; nil for a measure that isn't a share, and for one of a class without a class.
    ///
    /// Precision counts rows predicted to be of the class, recall rows that are, specificity rows that aren't. F1 = 2J/(1+J) with
    /// J = TP/(TP+FP+FN), so equal F1 is equal J: its units are the rows that are of the class or predicted so.
    package func units(of measure: QualityComparison.Measure, class word: String? = nil) -> (bad: Int64, units: Int64)?
    {
        switch (measure, word.map(self.outcomes)) {
        case (.accuracy, _): (self.classified - self.right, self.classified)
        case (.precision, let outcomes?):
            (outcomes.falsePositives, outcomes.truePositives + outcomes.falsePositives)
        case (.recall, let outcomes?): (outcomes.falseNegatives, outcomes.positives)
        case (.specificity, let outcomes?): (outcomes.falsePositives, outcomes.negatives)
        case (.f1, let outcomes?): (outcomes.jaccardUnits.bad, outcomes.jaccardUnits.total)
        case (.precision, nil), (.recall, nil), (.specificity, nil), (.f1, nil), (.macroF1, _), (.absoluteError, _),
            (.squaredError, _), (.auc, _), (.logLoss, _), (.brier, _):
            nil
        }
    }

    /// What labels like these allow to be measured without being told: classes, numbers, or scores; nil without any.
    package var naturalMeasure: QualityComparison.Measure? {
        let (classes, numbers) = (self.classified, self.absoluteErrors.total)
        if classes > 0, classes >= numbers { return .accuracy }
        if numbers > 0 { return .absoluteError }
        return self.brier.count > 0 ? .brier : nil
    }
}
