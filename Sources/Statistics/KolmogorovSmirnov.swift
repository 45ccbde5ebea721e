import RealModule

/// The largest distance between two distribution functions.
package struct KolmogorovSmirnov: Sendable, Hashable {
    /// D = max|F₁ − F₂|.
    package let statistic: Double
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
        statistic = differences.map { abs($0) }.max() ?? 0
        firstCount = pooled.firstTotal
        secondCount = pooled.secondTotal
    }

    /// The two-sided p-value in the limit of large samples: 2Σ(−1)^(k−1) e^(−2k²λ²), λ = D√(nm/(n+m)).
    package var limitPValue: Double {
        let (n, m) = (Double(firstCount), Double(secondCount))
        return Self.limitUpperTail(statistic * (n / (n + m) * m).squareRoot())
    }

    /// The two-sided p-value for samples without ties, by counting lattice paths in n·m steps.
    ///
    /// J. L. Hodges 1958; the recursion of R's `psmirnov`.
    package var exactPValue: Double {
        let (n, m) = (Int(firstCount), Int(secondCount))
        let (width, height) = (Double(n), Double(m))
        // Half a step under D: equality must count as reached whatever the rounding.
        let limit = (0.5 + (statistic * width * height - 1e-7).rounded(.down)) / (width * height)
        var inside = (0...m).map { Double($0) / height > limit ? 0.0 : 1.0 }
        for i in 1...n {
            let weight = Double(i) / Double(i + m)
            inside[0] = Double(i) / width > limit ? 0 : weight * inside[0]
            for j in 1...m {
                let isOutside = abs(Double(i) / width - Double(j) / height) > limit
                inside[j] = isOutside ? 0 : weight * inside[j] + inside[j - 1]
            }
        }
        return min(1, max(0, 1 - inside[m]))
    }

    /// P(K > λ) of the Kolmogorov distribution.
    static func limitUpperTail(_ lambda: Double) -> Double {
        guard lambda > 0 else { return 1 }
        if lambda < 1.18 {
            // The same function by Jacobi's identity: converges where the other series does not.
            let base = Double.exp(-.pi * .pi / (8 * lambda * lambda))
            let terms = [1, 9, 25, 49].reduce(0) { $0 + Double.pow(base, $1) }
            return 1 - (2 * .pi as Double).squareRoot() / lambda * terms
        }
        let terms = (1...8).reduce(0) { sum, k in
            let term = Double.exp(-2 * Double(k * k) * lambda * lambda)
            return k.isMultiple(of: 2) ? sum - term : sum + term
        }
        return min(1, 2 * terms)
    }
}
