/// Errors of numeric predictions, mergeable, with the scores they make. All are `nil` without rows.
package struct RegressionErrors: Sendable, Hashable {
    /// Of the truth.
    package private(set) var truth = Moments()
    /// Of prediction − truth.
    package private(set) var errors = Moments()
    /// Rows that were left out because a number is infinite or not a number.
    package private(set) var notFinite: Int64 = 0
    private var absoluteErrors = 0.0
    private var relativeErrors = 0.0

    package init() {}

    package init(truth: [Double], predicted: [Double]) {
        precondition(truth.count == predicted.count, "each row has a truth and a prediction")
        self.init()
        for (truth, predicted) in zip(truth, predicted) {
            add(truth: truth, predicted: predicted)
        }
    }

    package mutating func add(truth: Double, predicted: Double) {
        let error = predicted - truth
        guard error.isFinite else {
            notFinite += 1
            return
        }
        self.truth.add(truth)
        errors.add(error)
        absoluteErrors += abs(error)
        relativeErrors += abs(error) / max(abs(truth), .ulpOfOne)
    }

    package mutating func merge(_ other: RegressionErrors) {
        notFinite += other.notFinite
        truth.merge(other.truth)
        errors.merge(other.errors)
        absoluteErrors += other.absoluteErrors
        relativeErrors += other.relativeErrors
    }

    package var count: Int64 { errors.count }

    /// The mean of prediction − truth.
    package var bias: Double? { count > 0 ? errors.mean : nil }
    package var meanAbsoluteError: Double? { mean(absoluteErrors) }
    package var meanSquaredError: Double? { mean(squaredErrors) }
    package var rootMeanSquaredError: Double? { meanSquaredError?.squareRoot() }
    /// A fraction, with |truth| taken as the machine epsilon at least.
    package var meanAbsolutePercentageError: Double? { mean(relativeErrors) }

    /// R² = 1 − SSE/Σ(y − ȳ)²; `nil` for fewer than two rows. When the truth is constant it is 1 for perfect
    /// predictions and 0 for others, the convention of scikit-learn.
    package var determination: Double? {
        guard count > 1 else { return nil }
        if truth.squaredDeviations == 0 { return squaredErrors == 0 ? 1 : 0 }
        return 1 - squaredErrors / truth.squaredDeviations
    }

    private var squaredErrors: Double { errors.squaredDeviations + Double(count) * errors.mean * errors.mean }

    private func mean(_ sum: Double) -> Double? { count > 0 ? sum / Double(count) : nil }

    /// The median of |prediction − truth|, which needs the rows themselves; `nil` without rows.
    package static func medianAbsoluteError(truth: [Double], predicted: [Double]) -> Double? {
        OrderedSample(zip(truth, predicted).map { abs($1 - $0) })?.median
    }
}
