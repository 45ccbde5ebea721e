import RealModule

/// An interval for the mean of values in 0...1 that holds at every look, whatever their distribution.
///
/// The predictable-mixture empirical-Bernstein sequence of I. Waudby-Smith and A. Ramdas, "Estimating means of
/// bounded random variables by betting", 2024, theorem 2: exact, and about as narrow as the variance allows.
package struct BoundedMeanSequence: Sendable, Hashable {
    /// The probability that the mean is ever outside.
    package let alpha: Double
    /// The largest bet.
    private static let largestBet = 0.5

    package private(set) var count: Int64 = 0
    private var sum = 0.0
    private var squaredDeviations = 0.0
    private var bets = 0.0
    private var weightedValues = 0.0
    private var cost = 0.0
    /// The narrowest limits so far, which hold together.
    package private(set) var interval = Interval(lower: 0, upper: 1)

    /// - Precondition: `alpha` lies in (0, 1).
    package init(alpha: Double) {
        precondition(alpha > 0 && alpha < 1, "an error probability lies in (0, 1)")
        self.alpha = alpha
    }

    /// - Precondition: `value` lies in 0...1.
    package mutating func add(_ value: Double) {
        precondition((0...1).contains(value), "a bounded value lies in 0...1")
        let before = Double(count)
        // What was known before the value decides the bet on it.
        let (mean, variance) = ((0.5 + sum) / (before + 1), (0.25 + squaredDeviations) / (before + 1))
        let time = before + 1
        let widest = -2 * Double.log(alpha / 2) / (variance * time * .log(onePlus: time))
        let bet = min(widest.squareRoot(), Self.largestBet)
        let deviation = value - mean
        bets += bet
        weightedValues += bet * value
        // ψ_E(λ) = −(ln(1−λ) + λ)/4 with v = 4(x − μ̂)².
        cost += deviation * deviation * (-.log(onePlus: -bet) - bet)
        count += 1
        sum += value
        let newMean = (0.5 + sum) / (Double(count) + 1)
        squaredDeviations += (value - newMean) * (value - newMean)
        narrow()
    }

    private mutating func narrow() {
        let centre = weightedValues / bets
        let half = (cost - .log(alpha / 2)) / bets
        interval = Interval(lower: max(interval.lower, centre - half), upper: min(interval.upper, centre + half))
    }
}
