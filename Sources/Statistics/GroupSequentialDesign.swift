import RealModule

/// Repeated looks at a normal test statistic at planned times: what peeking costs, and limits that pay for it.
///
/// Numerical integration after P. Armitage, C. McPherson and B. Rowe 1969. Kept for comparison with fixed plans of
/// looks; decisions use e-processes, which need no plan.
package struct GroupSequentialDesign: Sendable, Hashable {
    /// How much of the error probability may be used by the time a share of the information is in (Lan and DeMets 1983).
    package enum Spending: Sendable, Hashable {
        /// α ln(1 + (e−1)t).
        case pocock
        /// 2(1 − Φ(z_{1−α/2}/√t)).
        case obrienFleming
        /// αt^exponent (K. Kim and D. DeMets 1987).
        case power(exponent: Double)

        func spent(of alpha: Double, at time: Double) -> Double {
            switch self {
            case .pocock:
                return alpha * .log(onePlus: (.exp(1) - 1) * time)
            case .obrienFleming:
                return 2 * NormalDistribution.upperTail(NormalDistribution.quantile(1 - alpha / 2) / time.squareRoot())
            case .power(let exponent):
                return alpha * .pow(time, exponent)
            }
        }
    }

    /// The share of the information at each look, ascending to 1.
    package let times: [Double]

    /// - Precondition: `looks` > 0.
    package init(equallySpacedLooks looks: Int) {
        precondition(looks > 0, "a design has one look at least")
        times = (1...looks).map { Double($0) / Double(looks) }
    }

    /// - Precondition: `times` is not empty, positive and strictly ascending.
    package init(times: [Double]) {
        precondition((times.first ?? 0) > 0, "a design has one look at least, and it is later than the start")
        precondition(zip(times, times.dropFirst()).allSatisfy(<), "looks are in order")
        self.times = times
    }

    /// Limits are looked for below this; the probability to be beyond it is 5e-198.
    private static let largestLimit = 30.0

    /// The probability that |Z|, for one side Z, exceeds `limit` at any of the looks although there is no effect.
    package func falsePositiveRate(limit: Double, sides: Sides) -> Double {
        var walk = StoppedWalk(sides: sides)
        return times.reduce(0) { total, time in
            let crossed = walk.crossingProbability(limit: limit, time: time)
            walk.advance(limit: limit, time: time)
            return total + crossed
        }
    }

    /// The limit that, the same at every look, is ever exceeded with probability `alpha` (S. Pocock 1977).
    package func constantLimit(alpha: Double, sides: Sides) -> Double {
        var (low, high) = (0.0, Self.largestLimit)
        for _ in 0..<42 {
            let middle = (low + high) / 2
            if falsePositiveRate(limit: middle, sides: sides) > alpha { low = middle } else { high = middle }
        }
        return high
    }

    /// Limits for Z at each look that spend `alpha`, one-sided, as the looks come.
    package func limits(_ spending: Spending, oneSidedAlpha alpha: Double) -> [Double] {
        var walk = StoppedWalk(sides: .one)
        var spent = 0.0
        return times.map { time in
            let budget = spending.spent(of: alpha, at: time) - spent
            spent += budget
            var (low, high) = (0.0, Self.largestLimit)
            for _ in 0..<50 {
                let middle = (low + high) / 2
                if walk.crossingProbability(limit: middle, time: time) > budget { low = middle } else { high = middle }
            }
            walk.advance(limit: high, time: time)
            return high
        }
    }
}
