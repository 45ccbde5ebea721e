/// Evidence that numbers of the canary lie beyond quantiles of stable's past more often than stable's own.
///
/// For any quantity counted in fixed ordered buckets, such as latency or the size of an error. Thresholds come from
/// the intervals folded before, never from the one being judged: chosen from the same data they would invalidate
/// the test. The first interval with counts of stable therefore only provides thresholds.
package struct ExceedanceEProcess: EProcess {
    package let quantiles: [Double]
    /// Buckets that the thresholds of the canary lie beyond those of stable.
    package let shift: Int
    /// The evidence at each quantile.
    package private(set) var byQuantile: [StratifiedEProcess]
    /// Stable's counts of all intervals so far.
    package private(set) var stableHistory: [Int64]
    package private(set) var largestLogE = 0.0

    /// - Parameter process: what each quantile starts with.
    package init(buckets: Int, quantiles: [Double], shift: Int, process: StratifiedEProcess) {
        precondition(!quantiles.isEmpty, "exceedance is compared at one quantile at least")
        self.quantiles = quantiles
        self.shift = shift
        byQuantile = Array(repeating: process, count: quantiles.count)
        stableHistory = Array(repeating: 0, count: buckets)
    }

    /// Takes in all strata of one interval; their order is of no importance.
    package mutating func fold(interval histograms: some Collection<HistogramStratum>) {
        let exceedance = Exceedance(priorStable: stableHistory, quantiles: quantiles, shift: shift)
        let strata = histograms.compactMap { exceedance?.strata(of: $0) }
        for index in byQuantile.indices {
            byQuantile[index].fold(interval: strata.map { $0[index] })
        }
        for histogram in histograms {
            for bucket in stableHistory.indices {
                stableHistory[bucket] += histogram.stable[bucket]
            }
        }
        largestLogE = max(largestLogE, logE)
    }

    /// ln of the mean of E over the quantiles: evidence of a difference somewhere.
    package var logE: Double { LogDomain.mean(byQuantile.map(\.logE)) }

    /// The smallest over the quantiles of the largest ln E so far: evidence at every quantile, each at its own time.
    package var smallestLargestLogE: Double { byQuantile.map(\.largestLogE).min() ?? 0 }
}
