import Statistics

extension QualityCounts {
    /// The counts of one labelled row.
    ///
    /// A number against a number is a regression unless a score is there or both look like names of classes; everything else is a
    /// classification.
    ///
    /// - Parameters:
    ///   - positiveClass: The class that scores are about; nil leaves scores out unless the label is 0 or 1.
    ///   - isRegression: What the model's prediction is declared to be; nil when nothing is declared.
    package init(label: LabelValue, prediction: Prediction, positiveClass: String?, isRegression: Bool? = nil) {
        self.init()
        self.labelled = 1
        if let value = prediction.value {
            if isRegression ?? Self.looksLikeRegression(label, value, prediction.score),
                let truth = label.number, let predicted = value.number, truth.isFinite, predicted.isFinite
            {
                self.addRegression(truth: truth, predicted: predicted)
            } else {
                self.confusions.add(ClassPair(label: label.category, predicted: value.category))
            }
        }
        if let score = prediction.score, (0...1).contains(score) {
            self.addScore(score, label: label, positiveClass: positiveClass ?? "1")
        }
    }

    private static func looksLikeRegression(_ label: LabelValue, _ prediction: LabelValue, _ score: Double?) -> Bool {
        guard score == nil, case .number(let truth) = label, case .number(let predicted) = prediction else {
            return false
        }
        return !LabelValue.looksLikeClass(truth) || !LabelValue.looksLikeClass(predicted)
    }

    private mutating func addRegression(truth: Double, predicted: Double) {
        let error = predicted - truth
        self.errors.add(error)
        self.squaredErrors.add(error * error)
        self.absoluteErrors.add(ValueGrid.number.bucket(of: abs(error)))
        self.truths.add(truth)
    }

    private mutating func addScore(_ score: Double, label: LabelValue, positiveClass: String) {
        let happened = label.category == positiveClass
        let bin = Int32(min(Self.scoreBins - 1, Int(score * Double(Self.scoreBins))))
        if happened { self.positiveScores.add(bin) } else { self.negativeScores.add(bin) }
        if let loss = ProbabilityLoss.brier(probability: score, happened: happened) { self.brier.add(loss) }
        if let loss = ProbabilityLoss.logarithmic(probability: score, happened: happened, clip: 1e-6) {
            self.logLoss.add(loss)
        }
    }
}
