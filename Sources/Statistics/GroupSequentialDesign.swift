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

        func spent(of alpha: Double, at time: Double) -> Double {
            switch self {
            case .pocock:
                return alpha * .log(onePlus: (.exp(1) - 1) * time)
            case .obrienFleming:
                return 2 * NormalDistribution.upperTail(NormalDistribution.quantile(1 - alpha / 2) / time.squareRoot())
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

    /// The probability that |Z|, for one side Z, exceeds `limit` at any of the looks although there is no effect.
    package func falsePositiveRate(limit: Double, sides: Sides) -> Double {
        var walk = StoppedWalk(sides: sides)
        return times.reduce(0) { total, time in
            let crossed = walk.crossingProbability(limit: limit, time: time)
            walk.advance(limit: limit, time: time)
            return total + crossed
        }
    }

    /// Limits for Z at each look that spend `alpha`, one-sided, as the looks come.
    package func limits(_ spending: Spending, oneSidedAlpha alpha: Double) -> [Double] {
        var walk = StoppedWalk(sides: .one)
        var spent = 0.0
        return times.map { time in
            let budget = spending.spent(of: alpha, at: time) - spent
            spent += budget
            var (low, high) = (0.0, 10.0)
            for _ in 0..<50 {
                let middle = (low + high) / 2
                if walk.crossingProbability(limit: middle, time: time) > budget { low = middle } else { high = middle }
            }
            walk.advance(limit: high, time: time)
            return high
        }
    }
}

/// The density of a Brownian motion that has not yet crossed a limit, on a grid.
private struct StoppedWalk {
    let sides: Sides
    private var time = 0.0
    private var positions: [Double] = [0]
    /// Density times integration weight.
    private var masses: [Double] = [1]

    init(sides: Sides) {
        self.sides = sides
    }

    /// The probability to cross at `time` and not before.
    func crossingProbability(limit: Double, time: Double) -> Double {
        let scale = 1 / (time - self.time).squareRoot()
        let edge = limit * time.squareRoot()
        return zip(positions, masses).reduce(0) { sum, point in
            let above = NormalDistribution.upperTail((edge - point.0) * scale)
            let below = sides == .two ? NormalDistribution.upperTail((edge + point.0) * scale) : 0
            return sum + point.1 * (above + below)
        }
    }

    /// Moves on to `time`, keeping what has not crossed.
    mutating func advance(limit: Double, time: Double) {
        let deviation = (time - self.time).squareRoot()
        let upper = limit * time.squareRoot()
        // Eight standard deviations down there is nothing left to lose.
        let lower = sides == .two ? -upper : -8 * time.squareRoot()
        // An even number of Simpson steps, each a tenth of a standard deviation of the increment at most.
        let steps = max(2, 2 * Int(((upper - lower) / (0.2 * deviation)).rounded(.up)))
        let width = (upper - lower) / Double(steps)
        let next = (0...steps).map { lower + Double($0) * width }
        masses = next.enumerated().map { index, position in
            let weight = index == 0 || index == steps ? 1.0 : index.isMultiple(of: 2) ? 2 : 4
            let density = zip(positions, masses).reduce(0) { sum, point in
                sum + point.1 * NormalDistribution.density((position - point.0) / deviation)
            }
            return weight * width / 3 * density / deviation
        }
        positions = next
        self.time = time
    }
}
