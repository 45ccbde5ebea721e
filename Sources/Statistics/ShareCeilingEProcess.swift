import RealModule

/// Evidence that one cohort's share of bad units lies below a ceiling, valid at every look.
///
/// Null: in every interval the probability of a bad unit is at least `ceiling`. For p below the ceiling
/// ln e = x ln(p/ceiling) + (n − x) ln((1 − p)/(1 − ceiling)) is a supermartingale under it, since the likelihood
/// ratio of the binomial is monotone; E is the mean over six p. It proves what a comparison cannot: that two cohorts
/// without any bad unit are both good.
package struct ShareCeilingEProcess: EProcess {
    /// In (0, 1).
    package let ceiling: Double
    private var logEvidence: [Double]
    /// The largest ln E after any fold, at least 0.
    package private(set) var largestLogE = 0.0

    static let fractions: [Double] = [0.02, 0.1, 0.2, 0.35, 0.5, 0.7]

    /// - Precondition: `ceiling` lies in (0, 1).
    package init(ceiling: Double) {
        precondition(ceiling > 0 && ceiling < 1, "a ceiling is a share strictly between 0 and 1")
        self.ceiling = ceiling
        self.logEvidence = Array(repeating: 0, count: Self.fractions.count)
    }

    /// Takes in the units of one interval.
    ///
    /// - Precondition: 0 ≤ `bad` ≤ `units`.
    /// - Parameter factor: λ in (0, 1], how much is believed when units come in clusters; e^λ is an e-value still (Jensen).
    package mutating func fold(bad: Int64, units: Int64, temperedBy factor: Double = 1) {
        precondition(bad >= 0 && bad <= units, "bad units are some of the units")
        guard units > 0 else { return }
        for (index, fraction) in Self.fractions.enumerated() {
            let share = self.ceiling * fraction
            let logRatio =
                Double(bad) * .log(fraction)
                + Double(units - bad) * (.log(onePlus: -share) - .log(onePlus: -self.ceiling))
            self.logEvidence[index] += factor * logRatio
        }
        self.largestLogE = max(self.largestLogE, self.logE)
    }

    /// ln E of all folds so far.
    package var logE: Double { LogDomain.mean(self.logEvidence) }
}
