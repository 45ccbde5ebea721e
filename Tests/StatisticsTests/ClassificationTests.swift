import Testing

@testable import Statistics

@Suite("Classification scores")
struct ClassificationTests {
    /// Reference values: scikit-learn 1.9.1 with zero_division=0, where ours are undefined instead.
    @Test("Scores of a one-sided sample agree with the reference where they exist")
    func oneSided() {
        let outcomes = BinaryOutcomes(truth: [true, true, true], predicted: [true, true, true])
        #expect(outcomes == BinaryOutcomes(truePositives: 3))
        #expect([outcomes.accuracy, outcomes.precision, outcomes.recall, outcomes.f1] == [1, 1, 1, 1])
        #expect(outcomes.balancedAccuracy == 1)
        #expect([outcomes.specificity, outcomes.matthewsCorrelation] == [nil, nil])
    }

    @Test("Scores of a mixed table follow their definitions")
    func mixed() {
        var outcomes = BinaryOutcomes(truePositives: 6, falsePositives: 1)
        outcomes.merge(BinaryOutcomes(falseNegatives: 2, trueNegatives: 3))
        #expect([outcomes.accuracy, outcomes.precision, outcomes.recall] == [0.75, 6.0 / 7, 0.75])
        #expect([outcomes.specificity, outcomes.f1, outcomes.balancedAccuracy] == [0.75, 0.8, 0.75])
        #expect(isClose(outcomes.matthewsCorrelation, 16 / (7.0 * 8 * 4 * 5).squareRoot(), within: 1e-15))
    }

    @Test("Without rows every score is undefined")
    func empty() {
        let none = BinaryOutcomes()
        #expect([none.accuracy, none.precision, none.recall, none.specificity, none.f1].allSatisfy { $0 == nil })
        #expect([none.jaccard, none.balancedAccuracy, none.matthewsCorrelation].allSatisfy { $0 == nil })
        let matrix = ConfusionMatrix(classes: 3)
        #expect(matrix.accuracy == nil)
        #expect(matrix.average(.macro, of: \.f1) == nil)
    }

    @Test("F1 is a function of the proportion that its units make")
    func f1Units() throws {
        let outcomes = BinaryOutcomes(truePositives: 80, falsePositives: 15, falseNegatives: 25)
        let jaccard = try #require(outcomes.jaccard)
        #expect((outcomes.jaccardUnits.bad, outcomes.jaccardUnits.total) == (40, 120))
        #expect(isClose(jaccard, 0.6666666666666666, within: 1e-15))
        #expect(isClose(outcomes.f1, 0.8, within: 1e-15))
        #expect(isClose(outcomes.f1, 2 * jaccard / (1 + jaccard), within: 1e-15))
    }

    /// Reference values: scikit-learn 1.9.1.
    @Test("Averages over classes agree with the reference, a class never predicted counting as zero")
    func averages() {
        let matrix = ConfusionMatrix(truth: ["a", "b", "b", "c"], predicted: ["a", "b", "b", "d"])
        #expect((matrix.classes, matrix.total, matrix.correct) == (4, 4, 3))
        #expect(matrix.accuracy == 0.75)
        let scores: [(BinaryOutcomes) -> Double?] = [\.precision, \.recall, \.f1]
        #expect(scores.map { matrix.average(.macro, of: $0) } == [0.5, 0.5, 0.5])
        #expect(scores.map { matrix.average(.weighted, of: $0) } == [0.75, 0.75, 0.75])
        #expect(scores.map { matrix.average(.micro, of: $0) } == [0.75, 0.75, 0.75])
    }

    @Test("Confusion matrices merge by addition")
    func merging() {
        let (first, second) = (["a", "b", "b"], ["b", "a", "a"])
        var parts = ConfusionMatrix(truth: first, predicted: ["a", "a", "b"])
        parts.merge(ConfusionMatrix(truth: second, predicted: ["b", "b", "a"]))
        #expect(parts == ConfusionMatrix(truth: first + second, predicted: ["a", "a", "b", "b", "b", "a"]))
        #expect((parts[truth: 0, predicted: 0], parts[truth: 0, predicted: 1]) == (2, 1))
    }

    @Test("Scores estimated from true probabilities are those expected of labels")
    func confidenceBased() {
        var estimate = ConfidenceBasedEstimate()
        #expect([estimate.accuracy, estimate.precision, estimate.recall, estimate.f1].allSatisfy { $0 == nil })
        estimate.add(probability: 0.75, predictedPositive: true)
        var other = ConfidenceBasedEstimate()
        other.add(probability: 0.25, predictedPositive: false)
        estimate.merge(other)
        #expect([estimate.accuracy, estimate.precision, estimate.recall, estimate.f1] == [0.75, 0.75, 0.75, 0.75])
    }
}
