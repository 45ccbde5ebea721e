import RealModule

/// Whether values of one sample tend to exceed those of another: Mann and Whitney's U with mid-ranks for ties.
package struct MannWhitney: Sendable, Hashable {
    package enum Alternative: Sendable, Hashable {
        case twoSided
        /// The first sample tends to be smaller.
        case less
        /// The first sample tends to be greater.
        case greater
    }

    /// U of the first sample: pairs in which it is greater, ties counting one half.
    package let u: Double
    package let firstCount: Int64
    package let secondCount: Int64
    /// Var U without a difference, corrected for ties.
    package let variance: Double

    /// `nil` when a sample is empty or holds what is not a number.
    package init?(_ first: some Sequence<Double>, _ second: some Sequence<Double>) {
        guard let pooled = PooledCounts(first, second) else { return nil }
        self.init(pooled)
    }

    /// From counts of the same ordered buckets, a bucket being a tie.
    package init?(firstBuckets: [Int64], secondBuckets: [Int64]) {
        self.init(PooledCounts(first: firstBuckets, second: secondBuckets))
    }

    private init?(_ pooled: PooledCounts) {
        firstCount = pooled.firstTotal
        secondCount = pooled.secondTotal
        guard firstCount > 0, secondCount > 0 else { return nil }
        var smaller = 0.0
        var (u, ties) = (0.0, 0.0)
        for (count1, count2) in zip(pooled.first, pooled.second) {
            u += Double(count1) * (smaller + Double(count2) / 2)
            smaller += Double(count2)
            let tied = Double(count1 + count2)
            ties += tied * (tied - 1) * (tied + 1)
        }
        self.u = u
        let (n, m) = (Double(firstCount), Double(secondCount))
        let total = n + m
        variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    }

    /// P(first > second) + ½P(equal), estimated: the area under the ROC curve.
    package var probabilityOfSuperiority: Double { u / (Double(firstCount) * Double(secondCount)) }

    /// The p-value by the normal limit with continuity correction; `nil` when all values are equal.
    package func pValue(_ alternative: Alternative) -> Double? {
        guard variance > 0 else { return nil }
        let excess = u - Double(firstCount) * Double(secondCount) / 2
        let towards: Double
        switch alternative {
        case .less: towards = -excess
        case .greater: towards = excess
        case .twoSided: towards = abs(excess)
        }
        let tail = NormalDistribution.upperTail((towards - 0.5) / variance.squareRoot())
        return alternative == .twoSided ? min(1, 2 * tail) : tail
    }
}
