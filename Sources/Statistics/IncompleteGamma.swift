import RealModule

/// The regularised incomplete gamma function.
///
/// Series for small x and Lentz's continued fraction for large x: W. Press et al., "Numerical Recipes", section 6.2.
enum IncompleteGamma {
    /// Q(a, x) = Γ(a, x)/Γ(a) for a > 0, x > 0.
    static func upper(_ a: Double, _ x: Double) -> Double {
        let scale = Double.exp(a * .log(x) - x - .logGamma(a))
        return x < a + 1 ? 1 - scale * series(a, x) : scale * continuedFraction(a, x)
    }

    private static func series(_ a: Double, _ x: Double) -> Double {
        var term = 1 / a
        var sum = term
        var denominator = a
        while abs(term) > abs(sum) * .ulpOfOne / 2 {
            denominator += 1
            term *= x / denominator
            sum += term
        }
        return sum
    }

    private static func continuedFraction(_ a: Double, _ x: Double) -> Double {
        let tiny = Double.leastNormalMagnitude / .ulpOfOne
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var fraction = d
        for i in 1...100_000 {
            let numerator = -Double(i) * (Double(i) - a)
            b += 2
            d = numerator * d + b
            if abs(d) < tiny { d = tiny }
            c = b + numerator / c
            if abs(c) < tiny { c = tiny }
            d = 1 / d
            let factor = d * c
            fraction *= factor
            if abs(factor - 1) <= .ulpOfOne { break }
        }
        return fraction
    }
}
