import Testing

@testable import Statistics

@Suite("Losses and regression errors")
struct LossTests {
    /// Reference values: numpy 2.4.6 and scikit-learn 1.9.1.
    @Test("Losses of certain and wrong predictions agree with the reference")
    func clippedLoss() {
        let rows = [(0.0, true), (1.0, false)]
        let losses = Moments(
            rows.compactMap { ProbabilityLoss.logarithmic(probability: $0, happened: $1, clip: 1e-15) }
        )
        #expect(isClose(losses.mean, 34.53917619362578, within: 1e-9))
        #expect(Moments(rows.compactMap { ProbabilityLoss.brier(probability: $0, happened: $1) }).mean == 1)
    }

    @Test("The default clip bounds the loss at 13.8")
    func defaultClip() {
        let worst = ProbabilityLoss.logarithmic(probability: 0, happened: true)
        #expect(isClose(worst, 13.815510557964274, within: 1e-12))
    }

    /// Reference value: scikit-learn 1.9.1.
    @Test("The loss over several classes agrees with the reference")
    func multiclassLoss() {
        let rows = [([0.7, 0.2, 0.1], 0), ([0.1, 0.8, 0.1], 1), ([0.3, 0.3, 0.4], 2), ([0.2, 0.5, 0.3], 0)]
        let losses = Moments(rows.compactMap { ProbabilityLoss.logarithmic(probabilities: $0, trueClass: $1) })
        #expect(isClose(losses.mean, 0.7763867848902994, within: 1e-9))
    }

    /// Reference value: numpy 2.4.6 on 3,000 scores in 10 bins.
    @Test("The calibration error agrees with the reference, whole or merged from parts")
    func calibration() {
        let rows = zip(ScoreSamples.scores, ScoreSamples.labels)
        var (head, tail) = (Calibration(bins: 10), Calibration(bins: 10))
        for (index, row) in rows.enumerated() {
            if index < 1000 { head.add(probability: row.0, happened: row.1) }
            if index >= 1000 { tail.add(probability: row.0, happened: row.1) }
        }
        #expect(Calibration(bins: 10).expectedError == nil)
        tail.merge(head)
        #expect(tail.count == 3000)
        #expect(isClose(tail.expectedError, 0.026918366666666697, within: 1e-12))
    }

    /// Reference values: scikit-learn 1.9.1.
    @Test("Regression errors agree with the reference for a constant truth")
    func regression() {
        let (truth, predicted) = ([5.0, 5, 5], [4.0, 5, 6])
        let errors = RegressionErrors(truth: truth, predicted: predicted)
        #expect(isClose(errors.meanAbsoluteError, 0.6666666666666666, within: 1e-12))
        #expect(isClose(errors.rootMeanSquaredError, 0.816496580927726, within: 1e-12))
        #expect(isClose(errors.meanAbsolutePercentageError, 0.13333333333333333, within: 1e-12))
        #expect(isClose(errors.bias, 0, within: 1e-12))
        #expect(errors.determination == 0)
        #expect(RegressionErrors.medianAbsoluteError(truth: truth, predicted: predicted) == 1)
        #expect(RegressionErrors(truth: truth, predicted: truth).determination == 1)
    }

    @Test("Regression errors of parts merge to those of the whole")
    func regressionMerging() {
        let (truth, predicted) = ([1.0, 2, 4, 8, 16, 32], [1.5, 2, 3, 9, 15, 30.0])
        var merged = RegressionErrors(truth: Array(truth[..<2]), predicted: Array(predicted[..<2]))
        merged.merge(RegressionErrors(truth: Array(truth[2...]), predicted: Array(predicted[2...])))
        #expect(merged.count == 6)
        #expect(isClose(merged.meanSquaredError, 7.25 / 6, within: 1e-12))
        #expect(isClose(merged.determination, 1 - 7.25 / 703.5, within: 1e-12))
        #expect(isClose(merged.bias, -2.5 / 6, within: 1e-12))
    }

    @Test(
        "Numbers that are no probability have no loss and are counted apart",
        arguments: [-0.1, 1.1, .nan, .infinity]
    )
    func invalidProbability(probability: Double) {
        #expect(ProbabilityLoss.logarithmic(probability: probability, happened: true) == nil)
        #expect(ProbabilityLoss.brier(probability: probability, happened: true) == nil)
        #expect(ProbabilityLoss.logarithmic(probabilities: [0.5, probability], trueClass: 0) == nil)
        #expect(ProbabilityLoss.logarithmic(probabilities: [0.5, 0.5], trueClass: 2) == nil)

        var calibration = Calibration(bins: 10)
        calibration.add(probability: probability, happened: true)
        let sameCalibration = calibration
        calibration.merge(sameCalibration)
        #expect((calibration.count, calibration.invalid, calibration.expectedError) == (0, 2, nil))

        var estimate = ConfidenceBasedEstimate()
        estimate.add(probability: probability, predictedPositive: true)
        let sameEstimate = estimate
        estimate.merge(sameEstimate)
        #expect((estimate.invalid, estimate.accuracy) == (2, nil))
    }

    @Test("Values that are not finite are counted apart and spoil nothing", arguments: [Double.nan, .infinity])
    func notFinite(value: Double) {
        var moments = Moments([1, value, 3])
        moments.merge(Moments([value]))
        #expect((moments.count, moments.mean, moments.notFinite) == (2, 2, 2))
        #expect(moments.sampleVariance == 2)

        var errors = RegressionErrors(truth: [1, value], predicted: [2, 2])
        errors.merge(RegressionErrors(truth: [2], predicted: [value]))
        #expect((errors.count, errors.notFinite, errors.meanAbsoluteError) == (1, 2, 1))
    }

    @Test("One row has no R², and no row has no error")
    func undefined() {
        #expect(RegressionErrors(truth: [3], predicted: [3]).determination == nil)
        let none = RegressionErrors()
        #expect([none.bias, none.meanAbsoluteError, none.rootMeanSquaredError].allSatisfy { $0 == nil })
        #expect(RegressionErrors.medianAbsoluteError(truth: [], predicted: []) == nil)
    }
}
