import RealModule

/// Limits that a random walk stays within at all times at once.
package enum TimeUniformBound {
    /// The normal mixture boundary of a sum with variance process `variance`.
    ///
    /// S. Howard et al. 2021, "Time-uniform, nonparametric, nonasymptotic confidence sequences", section 3.
    ///
    /// - Parameter optimum: the variance at which, for the given error probability, the boundary is tightest.
    /// - Precondition: error probabilities lie in (0, 1), for one side that of the optimum in (0, ½).
    package static func normalMixture(
        variance: Double,
        alpha: Double,
        optimum: (variance: Double, alpha: Double),
        sides: Sides = .two
    ) -> Double {
        let tail = sides == .one ? 2 * optimum.alpha : optimum.alpha
        precondition(tail > 0 && tail < 1 && alpha > 0 && alpha < 1, "error probabilities lie in (0, 1)")
        let logarithm = -2 * Double.log(tail)
        let rho = optimum.variance / (logarithm + .log(onePlus: logarithm))
        let total = variance + rho
        let twoSided = (total * (.log(total / rho) - 2 * .log(alpha))).squareRoot()
        switch sides {
        case .two: return twoSided
        case .one: return oneSidedNormalMixture(total: total, rho: rho, alpha: alpha, above: twoSided)
        }
    }

    /// The s at which the mixture over positive slopes, 2√(ρ/(v+ρ)) e^(s²/2(v+ρ)) Φ(s/√(v+ρ)), is 1/α.
    private static func oneSidedNormalMixture(total: Double, rho: Double, alpha: Double, above: Double) -> Double {
        var (low, high) = (0.0, above)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            let normal = NormalDistribution.cumulative(middle / total.squareRoot())
            let logMixture = Double.log(4 * rho / total) / 2 + middle * middle / (2 * total) + .log(normal)
            if logMixture < -.log(alpha) { low = middle } else { high = middle }
        }
        return high
    }

    /// The distance an empirical distribution function keeps from the true one from `start` rows on.
    ///
    /// S. Howard and A. Ramdas 2022, "Sequential estimation of quantiles", theorem 2:
    /// A√((ln(1+ln(t/start))+C)/t). Infinite before `start` rows.
    ///
    /// - Parameter slope: A of the theorem; must exceed 1/√2.
    /// - Precondition: `alpha` lies in (0, 1) and `start` > 0.
    package static func empiricalDistribution(
        rows: Double,
        alpha: Double,
        start: Double,
        slope: Double = 0.85
    ) -> Double {
        precondition(alpha > 0 && alpha < 1 && start > 0, "an error probability and a start are needed")
        precondition(slope * slope > 0.5, "the slope exceeds 1/√2")
        guard rows >= start else { return .infinity }
        let constant = iteratedLogarithmConstant(alpha: alpha, slope: slope)
        return slope * ((.log(onePlus: .log(rows / start)) + constant) / rows).squareRoot()
    }

    /// C of the theorem: the smallest one whose error probability is at most `alpha`.
    static func iteratedLogarithmConstant(alpha: Double, slope: Double = 0.85) -> Double {
        var (low, high) = (1.0, 16 - 4 * Double.log(alpha))
        while errorProbability(constant: high, slope: slope) > alpha { high *= 2 }
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if errorProbability(constant: middle, slope: slope) > alpha { low = middle } else { high = middle }
        }
        return high
    }

    /// The smallest of the theorem's error bounds over its free parameter η in (1, 2A²), by golden section; the
    /// bound is infinite where the theorem does not apply and has a single minimum where it does.
    private static func errorProbability(constant: Double, slope: Double) -> Double {
        let shrink = (Double(5).squareRoot() - 1) / 2
        var (low, high) = (1.0, 2 * slope * slope)
        for _ in 0..<80 {
            let (left, right) = (high - shrink * (high - low), low + shrink * (high - low))
            // Where both are infinite the minimum lies at smaller η.
            if errorBound(constant, slope, left) <= errorBound(constant, slope, right) {
                high = right
            } else {
                low = left
            }
        }
        return errorBound(constant, slope, (low + high) / 2)
    }

    private static func errorBound(_ constant: Double, _ slope: Double, _ eta: Double) -> Double {
        let gamma = (2 / eta).squareRoot() * (slope - (2 * (eta - 1) / constant).squareRoot())
        guard gamma > 1, eta > 1 else { return .infinity }
        return 4 * .exp(-gamma * gamma * constant) * (1 + 1 / ((gamma * gamma - 1) * .log(eta)))
    }
}
