/// φ̂: the mean of ``Stratum/dispersion`` over the strata seen so far.
package struct OverdispersionEstimate: Sendable, Equatable {
    private var sum = 0.0
    private var count = 0

    package init() {}

    package mutating func observe(_ stratum: Stratum) {
        guard let dispersion = stratum.dispersion else { return }
        sum += dispersion
        count += 1
    }

    /// φ̂, or `nil` before the first informative stratum.
    package var value: Double? { count > 0 ? sum / Double(count) : nil }

    /// λ = 1/max(1, φ̂); 1 before the first informative stratum.
    package var temperingFactor: Double { 1 / max(1, value ?? 1) }
}
