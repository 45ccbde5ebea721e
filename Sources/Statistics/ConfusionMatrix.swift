/// Counts of true class × predicted class; matrices of the same classes merge by addition.
package struct ConfusionMatrix: Sendable, Hashable {
    package let classes: Int
    private var counts: [Int64]

    /// - Precondition: `classes` > 0.
    package init(classes: Int) {
        precondition(classes > 0, "a confusion matrix has one class at least")
        self.classes = classes
        counts = Array(repeating: 0, count: classes * classes)
    }

    /// Classes are the labels that occur on either side, in order.
    package init<Label: Comparable & Hashable>(truth: [Label], predicted: [Label]) {
        precondition(truth.count == predicted.count, "each row has a true and a predicted label")
        let labels = Set(truth).union(predicted).sorted()
        let indices = Dictionary(uniqueKeysWithValues: zip(labels, labels.indices))
        self.init(classes: max(labels.count, 1))
        for (truth, predicted) in zip(truth, predicted) {
            if let truth = indices[truth], let predicted = indices[predicted] {
                self[truth: truth, predicted: predicted] += 1
            }
        }
    }

    package subscript(truth truth: Int, predicted predicted: Int) -> Int64 {
        get { counts[truth * classes + predicted] }
        set { counts[truth * classes + predicted] = newValue }
    }

    package mutating func merge(_ other: ConfusionMatrix) {
        precondition(classes == other.classes, "confusion matrices of different classes cannot be added")
        for index in counts.indices {
            counts[index] += other.counts[index]
        }
    }

    package var total: Int64 { counts.reduce(0, +) }
    package var correct: Int64 { (0..<classes).reduce(0) { $0 + self[truth: $1, predicted: $1] } }

    /// The share of correct predictions; `nil` without rows.
    package var accuracy: Double? { total > 0 ? Double(correct) / Double(total) : nil }

    /// The two-class view of one class: it against all others.
    package func outcomes(of index: Int) -> BinaryOutcomes {
        let hits = self[truth: index, predicted: index]
        let predicted = (0..<classes).reduce(0) { $0 + self[truth: $1, predicted: index] }
        let actual = (0..<classes).reduce(0) { $0 + self[truth: index, predicted: $1] }
        return BinaryOutcomes(
            truePositives: hits,
            falsePositives: predicted - hits,
            falseNegatives: actual - hits,
            trueNegatives: total - predicted - actual + hits
        )
    }

    /// How the scores of classes become one.
    package enum Averaging: Sendable, Hashable {
        /// The plain mean over the classes that occur.
        case macro
        /// Weighted by the true rows of each class.
        case weighted
        /// From the counts of all classes together; equal to the accuracy.
        case micro
    }

    /// A score that is undefined for a class, such as the precision of one never predicted, counts as 0 in the mean:
    /// the convention of scikit-learn. `nil` without rows.
    package func average(_ averaging: Averaging, of score: (BinaryOutcomes) -> Double?) -> Double? {
        guard total > 0 else { return nil }
        let outcomes = (0..<classes).map(outcomes(of:)).filter { $0.positives + $0.falsePositives > 0 }
        switch averaging {
        case .macro:
            return outcomes.reduce(0) { $0 + (score($1) ?? 0) } / Double(outcomes.count)
        case .weighted:
            return outcomes.reduce(0) { $0 + (score($1) ?? 0) * Double($1.positives) } / Double(total)
        case .micro:
            return score(outcomes.reduce(into: BinaryOutcomes()) { $0.merge($1) })
        }
    }
}
