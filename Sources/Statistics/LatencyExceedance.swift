/// Turns latencies into bad and good requests: slower than a quantile of stable's own past, or not.
///
/// The threshold of quantile q is the upper edge of the first bucket j_q in which stable's histogram of *earlier*
/// intervals reaches the share q. With a shift of k buckets a canary request is bad in a bucket beyond j_q + k,
/// a stable one beyond j_q: the null hypothesis becomes "the canary takes at most γ^k times as long".
package struct LatencyExceedance: Sendable, Hashable {
    /// The quantiles of stable's past that are compared.
    package static let quantiles = [0.5, 0.9, 0.95, 0.99]

    /// j_q of each quantile.
    package let thresholdBuckets: [Int]
    /// k.
    package let shift: Int

    /// Fails when there is no past to take thresholds from.
    package init?(priorStable: LatencyHistogram, quantiles: [Double] = Self.quantiles, shift: Int) {
        self.init(priorStable: priorStable.counts, quantiles: quantiles, shift: shift)
    }

    /// For counts of any ordered buckets.
    package init?(priorStable counts: [Int64], quantiles: [Double] = Self.quantiles, shift: Int) {
        precondition(shift >= 0, "a tolerance is a shift towards slower buckets")
        let total = counts.reduce(0, +)
        guard total > 0 else { return nil }
        self.shift = shift
        thresholdBuckets = quantiles.map { q in
            let reached = BucketCounts.firstBucket(of: counts) { Double($0) / Double(total) >= q }
            return reached ?? counts.count - 1
        }
    }

    /// One stratum for each quantile.
    package func strata(canary: LatencyHistogram, stable: LatencyHistogram) -> [Stratum] {
        strata(canary: canary.counts, stable: stable.counts)
    }

    /// One stratum for each quantile, from counts of the same buckets as the past.
    package func strata(canary: [Int64], stable: [Int64]) -> [Stratum] {
        let n1 = canary.reduce(0, +)
        let n0 = stable.reduce(0, +)
        return thresholdBuckets.map { bucket in
            let x1 = BucketCounts.count(of: canary, above: bucket + shift)
            let x0 = BucketCounts.count(of: stable, above: bucket)
            return Stratum(unchecked: (x1, n1, x0, n0))
        }
    }
}
