import RealModule

/// Kolmogorov's distribution: D of a sample of `rows` values against the distribution they come from.
///
/// R. Simard and P. L'Ecuyer, "Computing the two-sided Kolmogorov–Smirnov distribution", 2011: exact up to 140 rows
/// and in the tail, elsewhere the expansion of W. Pelz and I. Good 1976. The choice of methods is scipy's.
struct KolmogorovDistribution {
    let rows: Int

    /// P(D ≥ d); 1 without rows.
    func upperTail(_ d: Double) -> Double {
        let n = Double(rows)
        guard d > 0, n * d > 0.5 else { return 1 }
        guard d < 1 else { return 0 }
        if n * d <= 1 {
            // H. Ruben and J. Gambino 1982.
            let logFactorial = Double.logGamma(n + 1) - n * .log(n)
            return 1 - .exp(logFactorial + n * .log(2 * n * d - 1))
        }
        if n * d >= n - 1 { return 2 * .pow(1 - d, n) }
        let scaled = n * d * d
        if d >= 0.5 || scaled > (rows <= 140 ? 4 : 2.2) { return min(1, 2 * oneSidedUpperTail(d)) }
        let isExact = rows <= 140 || (rows <= 100_000 && n * .pow(d, 1.5) <= 1.4)
        return min(1, max(0, 1 - (isExact ? durbinCumulative(d) : pelzGoodCumulative(d))))
    }

    /// P(D⁺ ≥ d), a sum of positive terms (Z. Birnbaum and F. Tingey 1951).
    func oneSidedUpperTail(_ d: Double) -> Double {
        let n = Double(rows)
        let logFactorial = Double.logGamma(n + 1)
        return (0...Int(n * (1 - d))).reduce(0) { sum, index in
            let v = Double(index)
            let share = d + v / n
            let rest = 1 - share
            guard rest > 0 else { return sum }
            let logChoices = logFactorial - .logGamma(v + 1) - .logGamma(n - v + 1)
            return sum + .exp(logChoices + (n - v) * .log(rest) + (v - 1) * .log(share) + .log(d))
        }
    }

    /// P(D ≤ d) by J. Durbin's matrix: G. Marsaglia, W. Tsang and J. Wang 2003.
    private func durbinCumulative(_ d: Double) -> Double {
        let n = Double(rows)
        let k = Int((n * d).rounded(.up))
        let matrix = DurbinMatrix(halfSize: k, excess: Double(k) - n * d)
        let (value, exponent) = matrix.centre(ofPower: rows)
        // n!/nⁿ, in logarithms: the power alone may be beyond any Double.
        let logScale = Double.logGamma(n + 1) - n * .log(n) + Double(exponent) * .log(2)
        return value > 0 ? .exp(.log(value) + logScale) : 0
    }

    /// P(K > λ) of the limit √n·D for many rows.
    static func limitUpperTail(_ lambda: Double) -> Double {
        guard lambda > 0 else { return 1 }
        if lambda < 1.18 {
            // The same function by Jacobi's identity: converges where the other series does not.
            let base = Double.exp(-.pi * .pi / (8 * lambda * lambda))
            let terms = [1, 9, 25, 49].reduce(0) { $0 + Double.pow(base, $1) }
            return 1 - (2 * .pi as Double).squareRoot() / lambda * terms
        }
        let terms = (1...8).reduce(0) { sum, k in
            let term = Double.exp(-2 * Double(k * k) * lambda * lambda)
            return k.isMultiple(of: 2) ? sum - term : sum + term
        }
        return min(1, 2 * terms)
    }
}
