import RealModule

/// Evidence that the mean of values in 0...1 is not `mean`, by betting both ways with half of the money each.
///
/// The hedged capital process of I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by
/// betting", 2024, section 4.4; the means it does not reject form a confidence sequence.
package struct BettingProcess: EProcess {
    /// m of the null hypothesis, in (0, 1).
    package let mean: Double
    /// The probability of a false rejection for which the bets are tuned; the evidence is valid for any.
    package let alpha: Double
    /// The largest part of the money that one bet may lose.
    private static let largestLoss = 0.5

    private var count = 0.0
    private var sum = 0.0
    private var squaredDeviations = 0.0
    private var logUpper = 0.0
    private var logLower = 0.0
    /// The largest ln E after any value, at least 0.
    package private(set) var largestLogE = 0.0

    /// - Precondition: `mean` and `alpha` lie in (0, 1).
    package init(mean: Double, alpha: Double = 0.05) {
        precondition(mean > 0 && mean < 1 && alpha > 0 && alpha < 1, "a mean and an error probability lie in (0, 1)")
        self.mean = mean
        self.alpha = alpha
    }

    /// - Precondition: `value` lies in 0...1.
    package mutating func add(_ value: Double) {
        precondition((0...1).contains(value), "a bounded value lies in 0...1")
        // What was known before the value decides the bet on it.
        let time = count + 1
        let variance = (0.25 + squaredDeviations) / time
        let bet = (-2 * Double.log(alpha / 2) / (variance * time * .log(onePlus: time))).squareRoot()
        logUpper += .log(onePlus: min(bet, Self.largestLoss / mean) * (value - mean))
        logLower += .log(onePlus: -min(bet, Self.largestLoss / (1 - mean)) * (value - mean))
        count += 1
        sum += value
        let estimate = (0.5 + sum) / (count + 1)
        squaredDeviations += (value - estimate) * (value - estimate)
        largestLogE = max(largestLogE, logE)
    }

    /// ln of the mean of both capitals.
    package var logE: Double { LogDomain.mean([logUpper, logLower]) }
}
