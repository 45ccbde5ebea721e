import RealModule

/// ln of the binomial mass by Loader's saddle-point form, which never subtracts large logarithms.
///
/// C. Loader, "Fast and Accurate Computation of Binomial Probabilities", 2000; the method of R's `dbinom`.
enum BinomialMass {
    /// ln C(n, k) share^k complement^(n−k); `complement` is passed because 1 − share would lose digits.
    static func log(_ k: Double, of n: Double, share: Double, complement: Double) -> Double {
        guard n > 0 else { return 0 }
        if k == 0 { return share < 0.1 ? -deviance(n, n * complement) - n * share : n * .log(complement) }
        if k == n { return complement < 0.1 ? -deviance(n, n * share) - n * complement : n * .log(share) }
        let corrections = stirlingError(n) - stirlingError(k) - stirlingError(n - k)
        let deviances = deviance(k, n * share) + deviance(n - k, n * complement)
        let spread = Double.log(2 * .pi * k) + .log(onePlus: -k / n)
        return corrections - deviances - spread / 2
    }

    /// ln n! − ln(√(2πn)(n/e)^n).
    static func stirlingError(_ n: Double) -> Double {
        if n <= 15 {
            return Double.logGamma(n + 1) - (n + 0.5) * .log(n) + n - 0.918_938_533_204_672_741_78
        }
        let square = n * n
        let tail = 1 / 1260.0 - (1 / 1680.0 - 1 / 1188.0 / square) / square
        return (1 / 12.0 - (1 / 360.0 - tail / square) / square) / n
    }

    /// x ln(x/mean) + mean − x, by a series where the two are close.
    static func deviance(_ x: Double, _ mean: Double) -> Double {
        guard abs(x - mean) < 0.1 * (x + mean) else { return x * .log(x / mean) + mean - x }
        let v = (x - mean) / (x + mean)
        var sum = (x - mean) * v
        var power = 2 * x * v
        var divisor = 3.0
        while true {
            power *= v * v
            let next = sum + power / divisor
            if next == sum { return next }
            sum = next
            divisor += 2
        }
    }
}
