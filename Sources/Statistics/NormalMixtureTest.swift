import RealModule

/// The mixture sequential probability ratio test of a mean difference with a normal prior N(0, τ²) on it (mSPRT).
///
/// R. Johari, P. Koomen, L. Pekelis and D. Walsh 2022. For comparison: with a variance estimated from few events it
/// rejects too often; ``StratifiedEProcess`` is exact.
package struct NormalMixtureTest: Sendable, Hashable {
    /// τ², in squares of the unit of the difference.
    package let priorVariance: Double

    /// - Precondition: `priorVariance` > 0.
    package init(priorVariance: Double) {
        precondition(priorVariance > 0, "the prior has a positive variance")
        self.priorVariance = priorVariance
    }

    /// ln Λ = ½ ln(V/(V+τ²)) + τ²d²/(2V(V+τ²)); `nil` without a variance, of which nothing can be learned.
    ///
    /// - Parameter variance: V, of the estimated difference.
    package func logE(difference: Double, variance: Double) -> Double? {
        guard variance > 0 else { return nil }
        let total = variance + priorVariance
        return .log(variance / total) / 2 + priorVariance * difference * difference / (2 * variance * total)
    }

    /// Half the width of the set of differences that are not rejected at level `alpha`, at every look at once.
    ///
    /// - Precondition: `alpha` lies in (0, 1).
    package func halfWidth(variance: Double, alpha: Double) -> Double {
        precondition(alpha > 0 && alpha < 1, "an error probability lies in (0, 1)")
        let total = variance + priorVariance
        return (variance * total / priorVariance * (.log(total / variance) - 2 * .log(alpha))).squareRoot()
    }
}
