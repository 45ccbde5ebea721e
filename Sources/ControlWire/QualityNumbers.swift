package import RolloutCore
import Statistics

/// How good predictions were, in the measures that the labels allow; what is undefined is absent, never 0.
package struct QualityNumbers: Codable, Equatable, Sendable {
    /// Of one class against all others.
    package struct ClassNumbers: Codable, Equatable, Sendable {
        /// Rows that carry this label.
        package let rows: Int64
        package let precision: Double?
        package let recall: Double?
        package let f1: Double?
    }

    /// Rows with a label.
    package let labelled: Int64
    package let accuracy: Double?
    package let macroF1: Double?
    /// The 20 most frequent ones.
    package let classes: [String: ClassNumbers]?
    package let auc: Double?
    package let logLoss: Double?
    package let brier: Double?
    /// Mean of predicted less true.
    package let bias: Double?
    /// Within the 3 % that a bucket is wide.
    package let meanAbsoluteError: Double?
    package let rootMeanSquaredError: Double?
    package let r2: Double?

    private static let shownClasses = 20

    package init(_ counts: QualityCounts) {
        self.labelled = counts.labelled
        let outcomes = counts.outcomesByClass.sorted { $0.key < $1.key }.map { (name: $0.key, outcomes: $0.value) }
        self.accuracy = counts.value(of: .accuracy)
        self.macroF1 = counts.macroF1
        let shown = outcomes.sorted { ($1.outcomes.positives, $0.name) < ($0.outcomes.positives, $1.name) }
            .prefix(Self.shownClasses)
        self.classes =
            outcomes.isEmpty
            ? nil
            : Dictionary(
                uniqueKeysWithValues: shown.map { name, found in
                    let numbers = ClassNumbers(
                        rows: found.positives,
                        precision: found.precision,
                        recall: found.recall,
                        f1: found.f1
                    )
                    return (name, numbers)
                }
            )
        self.auc =
            ROCCurve(positives: Self.dense(counts.positiveScores), negatives: Self.dense(counts.negativeScores))
            .area?.value
        self.logLoss = counts.logLoss.count > 0 ? counts.logLoss.mean : nil
        self.brier = counts.brier.count > 0 ? counts.brier.mean : nil
        self.bias = counts.errors.count > 0 ? counts.errors.mean : nil
        self.meanAbsoluteError = Self.meanOfBuckets(counts.absoluteErrors)
        let squares = counts.squaredErrors
        self.rootMeanSquaredError = squares.count > 0 ? squares.mean.squareRoot() : nil
        let spread = counts.truths.squaredDeviations
        self.r2 = squares.count > 1 && spread > 0 ? 1 - squares.mean * Double(squares.count) / spread : nil
    }

    private static func dense(_ counts: SparseCounts) -> [Int64] {
        var dense = Array(repeating: Int64(0), count: QualityCounts.scoreBins)
        for (bucket, count) in zip(counts.buckets, counts.counts) where dense.indices.contains(Int(bucket)) {
            dense[Int(bucket)] += count
        }
        return dense
    }

    private static func meanOfBuckets(_ counts: SparseCounts) -> Double? {
        guard counts.total > 0 else { return nil }
        let sum = zip(counts.buckets, counts.counts).reduce(0.0) { sum, pair in
            sum + ValueGrid.number.representative(of: pair.0) * Double(pair.1)
        }
        return sum / Double(counts.total)
    }
}
