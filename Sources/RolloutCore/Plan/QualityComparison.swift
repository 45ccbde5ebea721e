/// Compares how well the predictions of both cohorts fit the labels that came for them.
package struct QualityComparison: Hashable, Sendable, Codable {
    package enum Measure: String, Hashable, Sendable, Codable, CaseIterable {
        case accuracy, precision, recall, specificity, f1, macroF1
        case absoluteError, squaredError
        case auc, logLoss, brier
    }

    /// Nil takes what the first labels allow: accuracy of classes, else the absolute error of numbers, else the Brier score.
    package var measure: Measure?
    /// The positive class of precision, recall, specificity and F1, which need one.
    package var `class`: String?
    /// Only rows of this slice, as `signal=value`; nil takes all.
    package var slice: String?
    /// Of measures that count rows and of the absolute error: harm is an odds ratio of bad rows above this; 1…10.
    package var harmOddsRatio: Double
    /// … and promotion needs proof that it is below this; above `harmOddsRatio`, at most 20.
    package var promotionOddsRatio: Double
    /// Of measures that count rows: a canary proven to have less than this share of bad rows needs no comparison; 0…0.5.
    package var acceptableShare: Double
    /// A proven loss smaller than this doesn't roll back, in the unit of the measure (of the squared error, a share of stable's); 0 or more.
    package var minimumDifference: Double
    /// Of auc, logLoss, brier and squaredError: promotion needs proof of a loss below this, in the same unit; nil takes the measure's
    /// own: 0.01 of auc, 0.005 of logLoss and brier, 0.05 of squaredError.
    package var promotionMargin: Double?
    /// Labelled canary rows that promotion needs at least; 50…10 000 000.
    package var minimumLabels: Int

    package init(
        measure: Measure? = nil,
        class: String? = nil,
        slice: String? = nil,
        harmOddsRatio: Double = 1.05,
        promotionOddsRatio: Double = 1.25,
        acceptableShare: Double = 0.005,
        minimumDifference: Double = 0.005,
        promotionMargin: Double? = nil,
        minimumLabels: Int = 500
    ) {
        self.measure = measure
        self.class = `class`
        self.slice = slice
        self.harmOddsRatio = harmOddsRatio
        self.promotionOddsRatio = promotionOddsRatio
        self.acceptableShare = acceptableShare
        self.minimumDifference = minimumDifference
        self.promotionMargin = promotionMargin
        self.minimumLabels = minimumLabels
    }
}

extension QualityComparison.Measure {
    /// Whether the measure is about one class among others.
    package var needsClass: Bool {
        switch self {
        case .precision, .recall, .specificity, .f1: true
        case .accuracy, .macroF1, .absoluteError, .squaredError, .auc, .logLoss, .brier: false
        }
    }

    /// Whether more is better.
    package var isGain: Bool {
        switch self {
        case .accuracy, .precision, .recall, .specificity, .f1, .macroF1, .auc: true
        case .absoluteError, .squaredError, .logLoss, .brier: false
        }
    }
}
