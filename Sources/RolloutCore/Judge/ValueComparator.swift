import Statistics

/// Brings numbers to the e-process: how often does each cohort lie beyond stable's own past quantiles?
///
/// Stable's threshold τ is the edge of the bucket where its counts of *earlier* strata reach the quantile; the canary's is τ moved by
/// the ratio (of |τ|) and the tolerance to the worse side, so the null is "the canary is worse by no more than that".
struct ValueComparator: Hashable, Sendable {
    /// Fewer earlier stable rows give no threshold worth comparing with.
    static let minimumHistory: Int64 = 200

    /// The side on which numbers are worse.
    enum Side: Hashable, Sendable { case above, below }

    /// Where a bound inside a bucket goes: always to the side of the null, so that buckets never speak for a conclusion.
    enum Rounding: Hashable, Sendable {
        /// For "the canary is worse": the whole bucket is still fine.
        case forHarm
        /// For "the canary is fine": the whole bucket is already bad.
        case forProof
    }

    let grid: ValueGrid
    let side: Side
    /// Of stable's rows that lie beyond each threshold, in (0, 1).
    let shares: [Double]
    let ratio: Double
    let tolerance: Double
    let rounding: Rounding

    /// One stratum a share; empty while stable's past is too short.
    func strata(canary: SparseCounts, stable: SparseCounts, history: SparseCounts) -> [Stratum] {
        guard history.total >= Self.minimumHistory else { return [] }
        let (n1, n0) = (canary.total, stable.total)
        return self.shares.compactMap { share in
            switch self.side {
            case .above:
                guard let reached = history.quantileBucket(1 - share) else { return nil }
                return try? Stratum(
                    x1: canary.count(from: self.firstAbove(self.grid.lowerBound(of: reached + 1))),
                    n1: n1,
                    x0: stable.count(from: reached + 1),
                    n0: n0
                )
            case .below:
                guard let reached = history.quantileBucket(share) else { return nil }
                return try? Stratum(
                    x1: n1 - canary.count(from: self.endBelow(self.grid.lowerBound(of: reached))),
                    n1: n1,
                    x0: n0 - stable.count(from: reached),
                    n0: n0
                )
            }
        }
    }

    /// The first bucket in which the canary is worse, beyond stable's threshold upwards.
    private func firstAbove(_ threshold: Double) -> Int32 {
        let bound = threshold + threshold.magnitude * (self.ratio - 1) + self.tolerance
        guard bound.isFinite else { return .max }
        let bucket = self.grid.bucket(of: bound)
        switch self.rounding {
        case .forHarm: return self.grid.lowerBound(of: bucket) >= bound ? bucket : bucket + 1
        case .forProof: return bucket
        }
    }

    /// The first bucket in which the canary is no longer worse, from below.
    private func endBelow(_ threshold: Double) -> Int32 {
        let bound = threshold - threshold.magnitude * (1 - 1 / self.ratio) - self.tolerance
        guard bound.isFinite else { return .min }
        let bucket = self.grid.bucket(of: bound)
        switch self.rounding {
        case .forHarm: return bucket
        case .forProof: return self.grid.lowerBound(of: bucket) >= bound ? bucket : bucket + 1
        }
    }
}
