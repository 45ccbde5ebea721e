import RealModule

/// The odds ratio of canary to stable pooled over strata; for display, not for decisions.
///
/// N. Mantel and W. Haenszel 1959, with the variance of J. Robins, N. Breslow and S. Greenland 1986, which holds
/// for few large as well as for many sparse strata. Sums over strata, so it may be folded in any order.
package struct MantelHaenszelOddsRatio: Sendable, Hashable {
    private var r = 0.0
    private var s = 0.0
    private var pr = 0.0
    private var psPlusQr = 0.0
    private var qs = 0.0

    package init() {}

    package init(_ strata: some Sequence<Stratum>) {
        for stratum in strata {
            fold(stratum)
        }
    }

    package mutating func fold(_ stratum: Stratum) {
        guard stratum.n1 > 0, stratum.n0 > 0 else { return }
        let total = Double(stratum.total)
        let (bad1, bad0) = (Double(stratum.x1), Double(stratum.x0))
        let (good1, good0) = (Double(stratum.n1) - bad1, Double(stratum.n0) - bad0)
        let (r, s) = (bad1 * good0 / total, bad0 * good1 / total)
        let (p, q) = ((bad1 + good0) / total, (bad0 + good1) / total)
        self.r += r
        self.s += s
        pr += p * r
        psPlusQr += p * s + q * r
        qs += q * s
    }

    /// The pooled odds ratio; infinite when only the canary has bad units, `nil` when neither cohort can tell.
    package var value: Double? {
        if s > 0 { return r / s }
        return r > 0 ? .infinity : nil
    }

    /// The odds ratio with its confidence interval on the log scale; `nil` when the ratio is 0, infinite or unknown.
    package func estimate(alpha: Double = 0.05) -> Estimate? {
        guard r > 0, s > 0 else { return nil }
        let variance = pr / (2 * r * r) + psPlusQr / (2 * r * s) + qs / (2 * s * s)
        let half = NormalDistribution.quantile(1 - alpha / 2) * variance.squareRoot()
        let ratio = r / s
        return Estimate(value: ratio, interval: Interval(lower: ratio * .exp(-half), upper: ratio * .exp(half)))
    }
}
