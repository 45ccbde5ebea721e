import Statistics

/// Brings latency to the e-process: how often does each cohort exceed stable's own past quantiles?
///
/// The threshold τ of a quantile is the upper edge of the bucket where stable's histogram of *earlier* strata reaches it. A stable
/// request is bad beyond τ, a canary request beyond ratio·τ + tolerance, so the null of the harm processes is "the canary takes at
/// most `ratio` times as long, plus the tolerance".
struct LatencyComparator: Hashable, Sendable {
    /// Fewer earlier stable requests give no threshold worth comparing with.
    static let minimumHistory: Int64 = 100

    /// Where a bound inside a bucket goes: always to the side of the null, so that buckets never speak for a conclusion.
    enum Rounding: Hashable, Sendable {
        /// For "the canary is too slow": the whole bucket is still fast enough.
        case up
        /// For "the canary is fast enough": the whole bucket is already too slow.
        case down
    }

    private let quantiles: [Double]
    private let ratio: Double
    private let toleranceMicroseconds: Double
    private let rounding: Rounding

    init(quantiles: [Double], ratio: Double, toleranceMilliseconds: Double, rounding: Rounding) {
        self.quantiles = quantiles
        self.ratio = ratio
        self.toleranceMicroseconds = toleranceMilliseconds * 1_000
        self.rounding = rounding
    }

    /// One stratum a quantile; empty while stable's past is too short.
    func strata(canary: LatencyHistogram, stable: LatencyHistogram, history: LatencyHistogram) -> [Stratum] {
        guard history.count >= Self.minimumHistory,
            let exceedance = LatencyExceedance(priorStable: history, quantiles: self.quantiles, shift: 0)
        else { return [] }
        return exceedance.thresholdBuckets.compactMap { bucket in
            let bound = LatencyHistogram.upperBound(of: bucket) * self.ratio + self.toleranceMicroseconds
            let canaryBucket = self.bucket(of: bound)
            return try? Stratum(
                x1: canary.count(above: max(bucket, canaryBucket)),
                n1: canary.count,
                x0: stable.count(above: bucket),
                n0: stable.count
            )
        }
    }

    /// The last bucket in which the canary is not slower than `bound` microseconds.
    private func bucket(of bound: Double) -> Int {
        guard bound.isFinite, bound < 1e12 else { return LatencyHistogram.bucketCount - 1 }
        let bucket = LatencyHistogram.bucket(microseconds: Int64(bound))
        switch self.rounding {
        case .up: return bucket
        case .down: return LatencyHistogram.upperBound(of: bucket) > bound * (1 + 1e-9) ? bucket - 1 : bucket
        }
    }
}
