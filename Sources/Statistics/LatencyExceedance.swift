/// ``Exceedance`` of latencies.
package struct LatencyExceedance: Sendable, Hashable {
    /// The quantiles of stable's past that are compared.
    package static let quantiles = [0.5, 0.9, 0.95, 0.99]

    private let exceedance: Exceedance

    /// Fails when there is no past to take thresholds from.
    package init?(priorStable: LatencyHistogram, quantiles: [Double] = Self.quantiles, shift: Int) {
        let exceedance = Exceedance(priorStable: priorStable.counts, quantiles: quantiles, shift: shift)
        guard let exceedance else { return nil }
        self.exceedance = exceedance
    }

    /// j_q of each quantile.
    package var thresholdBuckets: [Int] { exceedance.thresholdBuckets }
    /// Buckets that the thresholds of the canary lie beyond those of stable.
    package var shift: Int { exceedance.shift }

    /// One stratum for each quantile.
    package func strata(canary: LatencyHistogram, stable: LatencyHistogram) -> [Stratum] {
        exceedance.strata(of: HistogramStratum(canary: canary.counts, stable: stable.counts))
    }
}
