/// Compares what the canary predicts, and how surely, with what stable predicts at the same time.
///
/// It fails when a difference is proven *and* large: of many rows a difference too small to matter is proven as well.
package struct DriftComparison: Hashable, Sendable, Codable {
    /// The signals to compare; empty means every prediction and confidence.
    package var signals: [SignalName]
    /// Classes have drifted when the share of one differs by this (L∞) …; above 0, at most 1.
    package var classDifference: Double
    /// … or when their Jensen–Shannon distance, to base 2, is this; above 0, at most 1.
    package var classDistance: Double
    /// Numbers have drifted at this population stability index, less what chance makes …; above 0, at most 10.
    package var stabilityIndex: Double
    /// … or when they have moved by this many of stable's standard deviations (Wasserstein); above 0, at most 10.
    package var movement: Double
    /// Promotion needs proof that the share of no class, or beyond no decile, differs by more than this; above 0, at most 0.5.
    package var promotionDifference: Double

    package init(
        signals: [SignalName] = [],
        classDifference: Double = 0.05,
        classDistance: Double = 0.1,
        stabilityIndex: Double = 0.25,
        movement: Double = 0.1,
        promotionDifference: Double = 0.05
    ) {
        self.signals = signals
        self.classDifference = classDifference
        self.classDistance = classDistance
        self.stabilityIndex = stabilityIndex
        self.movement = movement
        self.promotionDifference = promotionDifference
    }
}
