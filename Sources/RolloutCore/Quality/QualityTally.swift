package import Statistics

/// How predictions compared with their labels, in rows: as a whole, and for each slice that a model names.
package struct QualityTally: Hashable, Sendable {
    /// How many slices are kept apart; rows of further ones count as a whole only.
    package static let sliceLimit = 100

    package var overall: QualityCounts
    /// By `signal=value`.
    package private(set) var slices: [String: QualityCounts]

    package init(overall: QualityCounts = .init(), slices: [String: QualityCounts] = [:]) {
        self.overall = overall
        self.slices = slices
    }

    /// Counts one labelled row.
    package mutating func add(_ row: QualityCounts, slices names: [String] = []) {
        self.merge(QualityTally(overall: row, slices: Dictionary(uniqueKeysWithValues: Set(names).map { ($0, row) })))
    }

    package mutating func merge(_ other: QualityTally) {
        self.overall.merge(other.overall)
        for (name, counts) in other.slices.sorted(by: { $0.key < $1.key }) {
            if self.slices[name] == nil, self.slices.count == Self.sliceLimit { continue }
            self.slices[name, default: QualityCounts()].merge(counts)
        }
    }
}

/// Counts from which every quality measure is computed; all of them merge by addition.
package struct QualityCounts: Hashable, Sendable {
    /// Rows with a label.
    package var labelled: Int64
    /// Rows by label and predicted class, of classifications; beyond 200 classes the others are counted together.
    package var confusion: [ClassPair: Int64] {
        get { self.confusions.pairs }
        set { self.confusions = ConfusionCounts(newValue) }
    }
    var confusions: ConfusionCounts
    /// Scores of rows whose label is the positive class, and of the others, in 1 000 equal bins of 0…1.
    package var positiveScores: SparseCounts
    package var negativeScores: SparseCounts
    /// (score − happened)², and −ln of the probability given to what happened.
    package var brier: Moments
    package var logLoss: Moments
    /// Predicted less true; of regressions.
    package var errors: Moments
    package var squaredErrors: Moments
    /// |predicted − true| on `ValueGrid.number`.
    package var absoluteErrors: SparseCounts
    /// The true numbers: what R² compares with.
    package var truths: Moments

    package init() {
        self.labelled = 0
        self.confusions = ConfusionCounts()
        self.positiveScores = SparseCounts()
        self.negativeScores = SparseCounts()
        self.brier = Moments()
        self.logLoss = Moments()
        self.errors = Moments()
        self.squaredErrors = Moments()
        self.absoluteErrors = SparseCounts()
        self.truths = Moments()
    }

    package static let scoreBins = 1_000

    package mutating func merge(_ other: QualityCounts) {
        self.labelled += other.labelled
        self.confusions.merge(other.confusions)
        self.positiveScores.merge(other.positiveScores)
        self.negativeScores.merge(other.negativeScores)
        self.brier.merge(other.brier)
        self.logLoss.merge(other.logLoss)
        self.errors.merge(other.errors)
        self.squaredErrors.merge(other.squaredErrors)
        self.absoluteErrors.merge(other.absoluteErrors)
        self.truths.merge(other.truths)
    }
}

/// A cell of a confusion matrix.
package struct ClassPair: Hashable, Sendable, Comparable {
    package let label: String
    package let predicted: String

    package init(label: String, predicted: String) {
        self.label = label
        self.predicted = predicted
    }

    package var isRight: Bool { self.label == self.predicted }
    package static func < (a: Self, b: Self) -> Bool { (a.label, a.predicted) < (b.label, b.predicted) }
}
