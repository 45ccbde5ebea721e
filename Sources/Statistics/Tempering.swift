/// How much of the evidence of a stratum is believed when its units come in clusters, such as requests of one user.
///
/// e^λ with 0 < λ ≤ 1 is still an e-value (Jensen).
package enum Tempering: Sendable, Hashable {
    /// Units are independent: λ = 1.
    case none
    /// λ is given.
    case fixed(Double)
    /// λ = 1/max(1, φ̂) with φ̂ the mean dispersion of the strata of earlier intervals.
    case estimated
}
