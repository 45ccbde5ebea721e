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
        let masses = (reference: reference.map(Double.init), current: current.map(Double.init))
        let index = Self.index(reference: masses.reference, current: masses.current, smoothing: .jeffreys)
        guard let index else { return nil }
        self.init(
            index: index,
            currentCount: current.reduce(0, +),
            referenceCount: reference.reduce(0, +),
            buckets: reference.count
        )
    }

    /// The index of masses that need not be whole, such as shares; infinite when a bucket without smoothing is empty
    /// on one side only. `nil` when a side is empty.
    ///
    /// - Precondition: masses are finite and not negative.
    package static func index(reference: [Double], current: [Double], smoothing: ShareSmoothing) -> Double? {
        precondition(reference.count == current.count, "both sides are counted in the same buckets")
        guard let q = smoothing.shares(of: reference), let p = smoothing.shares(of: current) else { return nil }
        return zip(p, q).reduce(0) { sum, share in
            // An empty bucket of both sides moves nothing.
            share.0 == share.1 ? sum : sum + (share.0 - share.1) * .log(share.0 / share.1)
        }
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
