/// Turns numbers into bad and good ones: beyond a quantile of stable's own past, or not.
///
/// The threshold of quantile q is the upper edge of the first bucket j_q in which stable's histogram of *earlier*
/// intervals reaches the share q. With a shift of k buckets a unit of the canary is bad in a bucket beyond j_q + k,
/// one of stable beyond j_q; for latencies the null hypothesis becomes "the canary takes at most γ^k times as long".
package struct Exceedance: Sendable, Hashable {
    /// j_q of each quantile.
    package let thresholdBuckets: [Int]
    /// k.
    package let shift: Int

    /// Fails when there is no past to take thresholds from.
    ///
    /// - Parameter counts: stable's past in ordered buckets.
    package init?(priorStable counts: [Int64], quantiles: [Double], shift: Int) {
        precondition(shift >= 0, "a tolerance is a shift towards higher buckets")
        let total = counts.reduce(0, +)
        guard total > 0 else { return nil }
        self.shift = shift
        thresholdBuckets = quantiles.map { q in
            let reached = BucketCounts.firstBucket(of: counts) { Double($0) / Double(total) >= q }
            return reached ?? counts.count - 1
        }
    }

    /// One stratum for each quantile, from counts of the same buckets as the past.
    package func strata(of histogram: HistogramStratum) -> [Stratum] {
        let n1 = histogram.canary.reduce(0, +)
        let n0 = histogram.stable.reduce(0, +)
        return thresholdBuckets.map { bucket in
            let x1 = BucketCounts.count(of: histogram.canary, above: bucket + shift)
            let x0 = BucketCounts.count(of: histogram.stable, above: bucket)
            return Stratum(unchecked: (x1, n1, x0, n0))
        }
    }
}
