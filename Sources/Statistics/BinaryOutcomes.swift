/// Predictions of a yes/no question counted against the truth, with the scores they make.
///
/// A score without a denominator is undefined, never 0: a gate on it is not met, and a guard not broken.
package struct BinaryOutcomes: Sendable, Hashable {
    package var truePositives: Int64
    package var falsePositives: Int64
    package var falseNegatives: Int64
    package var trueNegatives: Int64

    package init(
        truePositives: Int64 = 0,
        falsePositives: Int64 = 0,
        falseNegatives: Int64 = 0,
        trueNegatives: Int64 = 0
    ) {
        self.truePositives = truePositives
        self.falsePositives = falsePositives
        self.falseNegatives = falseNegatives
        self.trueNegatives = trueNegatives
    }

    package init(truth: [Bool], predicted: [Bool]) {
        precondition(truth.count == predicted.count, "each row has a truth and a prediction")
        self.init()
        for (truth, predicted) in zip(truth, predicted) {
            switch (truth, predicted) {
            case (true, true): truePositives += 1
            case (false, true): falsePositives += 1
            case (true, false): falseNegatives += 1
            case (false, false): trueNegatives += 1
            }
        }
    }

    package mutating func merge(_ other: BinaryOutcomes) {
        truePositives += other.truePositives
        falsePositives += other.falsePositives
        falseNegatives += other.falseNegatives
        trueNegatives += other.trueNegatives
    }

    /// Truly positive rows.
    package var positives: Int64 { truePositives + falseNegatives }
    /// Truly negative rows.
    package var negatives: Int64 { trueNegatives + falsePositives }
    package var total: Int64 { positives + negatives }

    package var accuracy: Double? { share(truePositives + trueNegatives, of: total) }
    package var precision: Double? { share(truePositives, of: truePositives + falsePositives) }
    package var recall: Double? { share(truePositives, of: positives) }
    package var specificity: Double? { share(trueNegatives, of: negatives) }
    /// 2TP/(2TP+FP+FN).
    package var f1: Double? { share(2 * truePositives, of: 2 * truePositives + falsePositives + falseNegatives) }
    /// J = TP/(TP+FP+FN); F1 = 2J/(1+J), so equal J is equal F1.
    package var jaccard: Double? { share(truePositives, of: jaccardUnits.total) }

    /// F1 as a proportion for ``Stratum``: units are the rows that are positive or predicted so, bad the wrong ones.
    package var jaccardUnits: (bad: Int64, total: Int64) {
        let bad = falsePositives + falseNegatives
        return (bad, truePositives + bad)
    }

    /// The mean recall of the classes that occur.
    package var balancedAccuracy: Double? {
        let recalls = [recall, specificity].compactMap(\.self)
        return recalls.isEmpty ? nil : recalls.reduce(0, +) / Double(recalls.count)
    }

    /// Matthews's correlation; undefined when a row or column of the table is empty.
    package var matthewsCorrelation: Double? {
        let (tp, fp) = (Double(truePositives), Double(falsePositives))
        let (fn, tn) = (Double(falseNegatives), Double(trueNegatives))
        let denominator = ((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)).squareRoot()
        return denominator > 0 ? (tp * tn - fp * fn) / denominator : nil
    }

    private func share(_ part: Int64, of whole: Int64) -> Double? {
        whole > 0 ? Double(part) / Double(whole) : nil
    }
}
