/// What the scores of a yes/no classifier would be if its probabilities were true: performance without labels.
///
/// Advisory only. It assumes calibrated probabilities and an unchanged relation of inputs to truth, so it sees neither
/// a changed world nor a version that is confidently wrong.
package struct ConfidenceBasedEstimate: Sendable, Hashable {
    package private(set) var truePositives = 0.0
    package private(set) var falsePositives = 0.0
    package private(set) var falseNegatives = 0.0
    package private(set) var trueNegatives = 0.0

    /// Rows that were left out because their probability is not one.
    package private(set) var invalid: Int64 = 0

    package init() {}

    /// - Parameter probability: of being positive.
    package mutating func add(probability: Double, predictedPositive: Bool) {
        guard (0...1).contains(probability) else {
            invalid += 1
            return
        }
        if predictedPositive {
            truePositives += probability
            falsePositives += 1 - probability
        } else {
            falseNegatives += probability
            trueNegatives += 1 - probability
        }
    }

    package mutating func merge(_ other: ConfidenceBasedEstimate) {
        truePositives += other.truePositives
        falsePositives += other.falsePositives
        falseNegatives += other.falseNegatives
        trueNegatives += other.trueNegatives
        invalid += other.invalid
    }

    package var accuracy: Double? {
        let correct = truePositives + trueNegatives
        return share(correct, of: correct + falsePositives + falseNegatives)
    }
    package var precision: Double? { share(truePositives, of: truePositives + falsePositives) }
    package var recall: Double? { share(truePositives, of: truePositives + falseNegatives) }
    package var f1: Double? { share(truePositives, of: truePositives + (falsePositives + falseNegatives) / 2) }

    private func share(_ part: Double, of whole: Double) -> Double? {
        whole > 0 ? part / whole : nil
    }
}
