import RealModule

/// The largest distance between two distribution functions.
package struct KolmogorovSmirnov: Sendable, Hashable {
    /// max(F₁ − F₂), at least 0.
    private let above: Double
    /// max(F₂ − F₁), at least 0.
    private let below: Double
    package let firstCount: Int64
    package let secondCount: Int64

    /// `nil` when a sample is empty or holds what is not a number.
    package init?(_ first: some Sequence<Double>, _ second: some Sequence<Double>) {
        guard let pooled = PooledCounts(first, second) else { return nil }
        self.init(pooled)
    }

    /// From counts of the same ordered buckets; never more than D of the values themselves, so that a threshold or
    /// p-value stays valid.
    package init?(firstBuckets: [Int64], secondBuckets: [Int64]) {
        self.init(PooledCounts(first: firstBuckets, second: secondBuckets))
    }

    private init?(_ pooled: PooledCounts) {
        guard let differences = pooled.cumulativeDifferences else { return nil }
        above = max(0, differences.max() ?? 0)
        below = max(0, -(differences.min() ?? 0))
        firstCount = pooled.firstTotal
        secondCount = pooled.secondTotal
    }

    /// D = max|F₁ − F₂|.
    package var statistic: Double { statistic(.twoSided) }

    /// D, or for one side the distance in its direction.
    package func statistic(_ alternative: Alternative) -> Double {
        switch alternative {
        case .twoSided: max(above, below)
        case .less: below
        case .greater: above
        }
    }

    /// nm/(n+m): how many rows of one sample against a known distribution would say as much.
    private var effectiveCount: Double {
        let (n, m) = (Double(firstCount), Double(secondCount))
        return n * m / (n + m)
    }

    /// The two-sided p-value in the limit of large samples: 2Σ(−1)^(k−1) e^(−2k²λ²), λ = D√(nm/(n+m)).
    package var limitPValue: Double {
        KolmogorovDistribution.limitUpperTail(statistic * effectiveCount.squareRoot())
    }

    /// The p-value of one sample of nm/(n+m) rows, for one side Hodges's approximation 5.3; what scipy calls asymptotic.
    package func asymptoticPValue(_ alternative: Alternative = .twoSided) -> Double {
        guard alternative == .twoSided else {
            let (larger, smaller) = (Double(max(firstCount, secondCount)), Double(min(firstCount, secondCount)))
            let z = effectiveCount.squareRoot() * statistic(alternative)
            let skew = (larger + 2 * smaller) / (larger * smaller * (larger + smaller)).squareRoot()
            return min(1, .exp(-2 * z * z - 2 * z * skew / 3))
        }
        return KolmogorovDistribution(rows: Int(effectiveCount.rounded(.toNearestOrEven))).upperTail(statistic)
    }

    /// The p-value for samples without ties, by following all lattice paths at once in n·m steps (J. L. Hodges 1958).
    package func exactPValue(_ alternative: Alternative = .twoSided) -> Double {
        let (n, m) = (Int(firstCount), Int(secondCount))
        // Half a step under the distance: equality must count as reached whatever the rounding.
        let limit = (statistic(alternative) * Double(n) * Double(m) - 0.5).rounded(.up)
        guard limit > 0 else { return 1 }
        let paths = LatticePaths(width: n, height: m)
        switch alternative {
        case .twoSided: return paths.probability { abs($0) >= limit }
        case .greater: return paths.probability { $0 >= limit }
        case .less: return paths.probability { -$0 >= limit }
        }
    }
}
