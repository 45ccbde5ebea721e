import RealModule

/// Sums of positive numbers that are kept as natural logarithms.
///
/// Evidence of e^±1000 then neither overflows nor vanishes.
package enum LogDomain {
    /// ln(e^a + e^b); minus infinity stands for zero and is returned through unchanged.
    package static func sum(_ a: Double, _ b: Double) -> Double {
        let (small, large) = a < b ? (a, b) : (b, a)
        guard small > -.infinity else { return large }
        return large + .log(onePlus: .exp(small - large))
    }

    /// ln Σ e^v, or minus infinity when there is no value.
    package static func sum(_ values: some Collection<Double>) -> Double {
        guard let largest = values.max(), largest > -.infinity else { return -.infinity }
        let scaled = values.reduce(0) { $0 + .exp($1 - largest) }
        return largest + .log(scaled)
    }

    /// ln of the arithmetic mean of e^v: the average of e-values, which is an e-value again.
    package static func mean(_ values: some Collection<Double>) -> Double {
        sum(values) - .log(Double(values.count))
    }

    /// ln Σ w·e^v for weights that add up to 1: a mixture of e-values, which is an e-value again.
    ///
    /// - Precondition: each value has a weight, and no weight is negative.
    package static func mixture(_ values: [Double], weights: [Double]) -> Double {
        precondition(values.count == weights.count, "each value has a weight")
        return sum(zip(values, weights).map { $1 > 0 ? $0 + .log($1) : -.infinity })
    }

    /// ln(1/(α·weight)): what ln E must reach to reject at level `alpha`.
    ///
    /// For guards whose weights add up to 1 the probability that any of them ever fails falsely is at most `alpha`.
    ///
    /// - Precondition: both lie in (0, 1].
    package static func threshold(alpha: Double, weight: Double = 1) -> Double {
        precondition(alpha > 0 && alpha <= 1 && weight > 0 && weight <= 1, "alpha and weight lie in (0, 1]")
        return -.log(alpha * weight)
    }
}
