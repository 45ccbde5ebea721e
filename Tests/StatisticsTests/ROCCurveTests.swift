import Testing

@testable import Statistics

@Suite("ROC curve")
struct ROCCurveTests {
    /// Reference values: scikit-learn 1.9.1.
    @Test("A constant score ranks at random")
    func constantScore() throws {
        let curve = try #require(ROCCurve(truth: [false, true, false, true], scores: [0.5, 0.5, 0.5, 0.5]))
        #expect(curve.area?.value == 0.5)
        #expect(curve.averagePrecision == 0.5)
        #expect(curve.gini == 0)
    }

    /// Reference values: numpy 2.4.6 on 3,000 scores in 100 bins.
    @Test("The area of a histogram agrees with the reference and its bracket holds the exact area")
    func histogram() throws {
        let curve = try #require(ROCCurve(truth: ScoreSamples.labels, scores: ScoreSamples.scores, bins: 100))
        let area = try #require(curve.area)
        #expect(isClose(area.value, 0.7472385241967076, within: 1e-12))
        #expect(isClose(area.interval.lower, 0.7413348696322263, within: 1e-12))
        #expect(isClose(area.interval.upper, 0.7531421787611889, within: 1e-12))
        let exact = try #require(ROCCurve(truth: ScoreSamples.labels, scores: ScoreSamples.scores)?.area?.value)
        #expect((area.interval.lower...area.interval.upper).contains(exact))
    }

    /// Reference values: numpy 2.4.6 and scikit-learn 1.9.1.
    @Test("DeLong's variance agrees with the reference")
    func deLong() {
        let curve = ROCCurve(positives: [1, 2, 4, 8, 15, 20], negatives: [40, 30, 20, 12, 6, 2])
        #expect(isClose(curve.area?.value, 0.9041818181818182, within: 1e-12))
        #expect(isClose(curve.areaVariance, 0.000670916382080924, within: 1e-12))
    }

    /// Reference value: the formula of Hanley and McNeil 1982.
    @Test("The standard error of a bare area agrees with the reference")
    func hanleyMcNeil() {
        let error = ROCCurve.standardError(area: 0.84, positives: 60, negatives: 240)
        #expect(isClose(error, 0.03322100513844813, within: 1e-12))
        #expect(ROCCurve.standardError(area: 0.84, positives: 0, negatives: 240) == nil)
    }

    @Test("Histograms of parts merge to that of the whole")
    func merging() throws {
        let (labels, scores) = (ScoreSamples.labels, ScoreSamples.scores)
        var merged = try #require(ROCCurve(truth: Array(labels[..<900]), scores: Array(scores[..<900]), bins: 50))
        merged.merge(try #require(ROCCurve(truth: Array(labels[900...]), scores: Array(scores[900...]), bins: 50)))
        #expect(merged == ROCCurve(truth: labels, scores: scores, bins: 50))
    }

    @Test("One class only has no area, and a score that is no number makes no curve")
    func undefined() {
        let positivesOnly = ROCCurve(positives: [1, 2], negatives: [0, 0])
        #expect([positivesOnly.area?.value, positivesOnly.gini, positivesOnly.areaVariance] == [nil, nil, nil])
        #expect(ROCCurve(positives: [0, 0], negatives: [1, 2]).averagePrecision == nil)
        #expect(ROCCurve(truth: [true, false], scores: [.nan, 1]) == nil)
        #expect(ROCCurve(truth: [true, false], scores: [.nan, 1], bins: 10) == nil)
    }
}
