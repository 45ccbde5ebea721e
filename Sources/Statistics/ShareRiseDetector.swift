import RealModule

/// Watches without a planned end whether a share has risen above a null share: the Shiryaev–Roberts e-detector on likelihood ratios of the binomial.
///
/// R_t = (R_{t−1} + 1)e_t with e_t the ratio at a higher share, mean over a grid of odds ratios. While in each interval the probability
/// of a bad unit is at most the null share, an alarm at R ≥ c comes once in c intervals at most; the null share may change between
/// intervals when the change is known before. A falling share is watched by counting the good units.
package struct ShareRiseDetector: Sendable, Hashable, Codable {
    /// Of the bets, to the null share.
    package static let oddsRatios: [Double] = [1.2, 1.6, 2.5, 5]
    /// The bet that the onset is read from.
    private static let onsetBet = 1

    /// ln(1 + R) of each bet.
    private var state: [Double]
    /// ln of the largest product of ratios over all starts until now (E. Page 1954), at least 0; 0 right after the likeliest onset.
    package private(set) var logCusum: Double

    package init() {
        state = Array(repeating: 0, count: Self.oddsRatios.count)
        logCusum = 0
    }

    /// Takes in one interval; one without units is none.
    ///
    /// - Parameter factor: λ in (0, 1], how much is believed when units come in clusters.
    /// - Precondition: 0 ≤ `bad` ≤ `units`, and `nullShare` in 0...1.
    package mutating func fold(bad: Int64, units: Int64, nullShare: Double, temperedBy factor: Double = 1) {
        precondition(bad >= 0 && bad <= units, "bad units are some of the units")
        precondition((0...1).contains(nullShare), "a share lies in 0...1")
        guard units > 0, nullShare > 0, nullShare < 1 else { return }
        for (index, ratio) in Self.oddsRatios.enumerated() {
            let normaliser = Double.log(onePlus: nullShare * (ratio - 1))
            let evidence = factor * (Double(bad) * .log(ratio) - Double(units) * normaliser)
            state[index] = LogDomain.sum(0, state[index] + evidence)
            if index == Self.onsetBet { logCusum = max(0, logCusum + evidence) }
        }
    }

    /// ln R after the last interval; minus infinity before the first.
    package var logR: Double {
        LogDomain.mean(state.map { $0 > 0 ? $0 + .log(-.expMinusOne(-$0)) : -.infinity })
    }
}
