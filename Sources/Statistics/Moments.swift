/// Count, mean and sum of squared deviations, which merge without the cancellation that sums of squares suffer.
///
/// T. Chan, G. Golub and R. LeVeque 1979.
package struct Moments: Sendable, Hashable {
    package private(set) var count: Int64
    /// 0 when empty.
    package private(set) var mean: Double
    /// Σ(x − mean)².
    package private(set) var squaredDeviations: Double

    /// Values that were left out because they are infinite or not a number: one of them would make every later
    /// comparison false without a word.
    package private(set) var notFinite: Int64 = 0

    package init() {
        self.init(count: 0, mean: 0, squaredDeviations: 0)
    }

    /// From stored parts.
    ///
    /// - Precondition: nothing is negative but the mean, and everything is finite.
    package init(count: Int64, mean: Double, squaredDeviations: Double) {
        precondition(count >= 0 && squaredDeviations >= 0, "counts and squares are not negative")
        precondition(mean.isFinite && squaredDeviations.isFinite, "moments are of finite values")
        self.count = count
        self.mean = mean
        self.squaredDeviations = squaredDeviations
    }

    package init(_ values: some Sequence<Double>) {
        self.init()
        for value in values {
            add(value)
        }
    }

    package mutating func add(_ value: Double) {
        guard value.isFinite else {
            notFinite += 1
            return
        }
        merge(Moments(count: 1, mean: value, squaredDeviations: 0))
    }

    package mutating func merge(_ other: Moments) {
        notFinite += other.notFinite
        guard other.count > 0 else { return }
        let (n, m) = (Double(count), Double(other.count))
        let difference = other.mean - mean
        mean += difference * (m / (n + m))
        squaredDeviations += other.squaredDeviations + difference * difference * (n * m / (n + m))
        count += other.count
    }

    /// With divisor n − 1; `nil` for fewer than two values.
    package var sampleVariance: Double? { count > 1 ? squaredDeviations / Double(count - 1) : nil }

    /// With divisor n; `nil` when empty.
    package var populationVariance: Double? { count > 0 ? squaredDeviations / Double(count) : nil }

    /// The squared standard error of the mean; `nil` for fewer than two values.
    package var meanVariance: Double? { sampleVariance.map { $0 / Double(count) } }
}
