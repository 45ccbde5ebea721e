import RealModule

/// Whether values of one sample tend to exceed those of another: Mann and Whitney's U with mid-ranks for ties.
package struct MannWhitney: Sendable, Hashable {
    /// U of the first sample: pairs in which it is greater, ties counting one half.
    package let u: Double
    package let firstCount: Int64
    package let secondCount: Int64
    /// Var U without a difference, corrected for ties.
    package let variance: Double
    /// Whether a value occurs twice, in one sample or in both.
    package let hasTies: Bool

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
        hasTies = ties > 0
        let (n, m) = (Double(firstCount), Double(secondCount))
        let total = n + m
        variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    }

    /// P(first > second) + ½P(equal), estimated: the area under the ROC curve.
    package var probabilityOfSuperiority: Double { u / (Double(firstCount) * Double(secondCount)) }

    /// The p-value by the normal limit; `nil` when all values are equal.
    ///
    /// - Parameter continuityCorrection: takes half a unit off the excess, because U moves in steps.
    package func pValue(_ alternative: Alternative, continuityCorrection: Bool = true) -> Double? {
        guard variance > 0 else { return nil }
        let excess = extremeU(alternative) - Double(firstCount) * Double(secondCount) / 2
        let tail = NormalDistribution.upperTail((excess - (continuityCorrection ? 0.5 : 0)) / variance.squareRoot())
        return alternative == .twoSided ? min(1, 2 * tail) : tail
    }

    /// The p-value by counting the arrangements of both samples; exact without ties.
    ///
    /// With ties U is rounded down and the ties are otherwise overlooked, as scipy does.
    package func exactPValue(_ alternative: Alternative) -> Double {
        let distribution = MannWhitneyDistribution(firstCount: Int(firstCount), secondCount: Int(secondCount))
        let tail = distribution.upperTail(Int(extremeU(alternative)))
        return alternative == .twoSided ? min(1, 2 * tail) : tail
    }

    /// U in the direction that is tested; by symmetry the other sample's for ``Alternative/less``.
    private func extremeU(_ alternative: Alternative) -> Double {
        let other = Double(firstCount) * Double(secondCount) - u
        switch alternative {
        case .less: return other
        case .greater: return u
        case .twoSided: return max(u, other)
        }
    }
}
