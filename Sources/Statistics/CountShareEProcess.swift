import RealModule

/// Evidence on the share of a count that falls to the canary, for events without a number of trials.
///
/// Conditionally on m events in an interval the canary's part is binomial with its configured share ρ when both
/// cohorts are alike: ln e = x1 ln ψ − m ln(1 − ρ + ρψ). M. Lindon and A. Malek, "Anytime-valid inference for
/// multinomial count data", 2022.
package struct CountShareEProcess: EProcess {
    package let grid: OddsRatioGrid
    private var logEvidence: [Double]
    /// The largest ln E after any fold, at least 0.
    package private(set) var largestLogE = 0.0

    /// - Precondition: the null of `grid` is 1.
    package init(grid: OddsRatioGrid) {
        precondition(grid.null == 1, "a count share is tested against the configured share itself")
        self.grid = grid
        logEvidence = Array(repeating: 0, count: grid.alternatives.count)
    }

    /// Takes in counts of one interval under one route snapshot.
    ///
    /// - Parameter share: the configured share of the canary. At 0 or 1 the split cannot deviate by chance and
    ///   the counts are no evidence here.
    /// - Precondition: counts are not negative.
    package mutating func fold(canary: Int64, stable: Int64, share: Double) {
        precondition(canary >= 0 && stable >= 0, "counts are not negative")
        guard share > 0, share < 1, canary + stable > 0 else { return }
        for (index, ratio) in grid.alternatives.enumerated() {
            let normaliser = Double(canary + stable) * .log(onePlus: share * (ratio - 1))
            logEvidence[index] += Double(canary) * .log(ratio) - normaliser
        }
        largestLogE = max(largestLogE, logE)
    }

    /// ln E of all folds so far.
    package var logE: Double { LogDomain.mean(logEvidence) }
}
