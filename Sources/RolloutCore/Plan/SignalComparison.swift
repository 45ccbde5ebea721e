/// Compares how often each cohort's numbers lie beyond quantiles of stable's own past: time to first token, tokens a second, any signal.
package struct SignalComparison: Hashable, Sendable, Codable {
    package var signal: SignalName
    package var direction: Direction
    /// Harm is a canary whose numbers are worse than stable's by more than this factor (and the tolerance); 1…10.
    package var harmRatio: Double
    /// Promotion needs proof that they are worse by less than this factor (and the tolerance); at least `harmRatio`, at most 20.
    package var promotionRatio: Double
    /// A difference below this, in the signal's own unit, is never harm; 0 or more.
    package var tolerance: Double

    package init(
        signal: SignalName,
        direction: Direction,
        harmRatio: Double = 1.1,
        promotionRatio: Double = 1.25,
        tolerance: Double = 0
    ) {
        self.signal = signal
        self.direction = direction
        self.harmRatio = harmRatio
        self.promotionRatio = promotionRatio
        self.tolerance = tolerance
    }
}
