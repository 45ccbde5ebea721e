import RealModule

/// The population stability index with what it would be without any drift.
///
/// PSI = Σ(p−q) ln(p/q) with shares (c+½)/(n+½B) on both sides (Jeffreys), so that an empty bucket stays finite.
/// B. Yurdakul and J. Naranjo 2020: without drift PSI/(1/n+1/m) is χ² with B−1 degrees of freedom.
package struct PopulationStability: Sendable, Hashable {
    /// The index itself.
    package let index: Double
    package let currentCount: Int64
    package let referenceCount: Int64
    package let buckets: Int

    package init(index: Double, currentCount: Int64, referenceCount: Int64, buckets: Int) {
        self.index = index
        self.currentCount = currentCount
        self.referenceCount = referenceCount
        self.buckets = buckets
    }

    /// `nil` when a side is empty.
    package init?(reference: [Int64], current: [Int64]) {
        precondition(reference.count == current.count, "both sides are counted in the same buckets")
        let (m, n) = (reference.reduce(0, +), current.reduce(0, +))
        guard m > 0, n > 0 else { return nil }
        let prior = 0.5 * Double(reference.count)
        let index = zip(reference, current).reduce(0) { sum, pair in
            let q = (Double(pair.0) + 0.5) / (Double(m) + prior)
            let p = (Double(pair.1) + 0.5) / (Double(n) + prior)
            return sum + (p - q) * .log(p / q)
        }
        self.init(index: index, currentCount: n, referenceCount: m, buckets: reference.count)
    }

    private var sampling: Double { 1 / Double(currentCount) + 1 / Double(referenceCount) }

    /// The mean of the index when nothing has drifted: (B−1)(1/n+1/m).
    package var expectationWithoutDrift: Double { Double(buckets - 1) * sampling }

    /// The index less its expectation without drift, at least 0.
    package var adjusted: Double { max(0, index - expectationWithoutDrift) }

    /// The probability of such an index without drift, for one look; `nil` for a single bucket.
    package var pValue: Double? {
        buckets > 1 ? ChiSquareDistribution(degreesOfFreedom: buckets - 1).upperTail(index / sampling) : nil
    }

    /// Whether chance alone moves the index by less than 0.02, so that it is worth being shown.
    package var isMeaningful: Bool { expectationWithoutDrift <= 0.02 }
}
