import RealModule

/// How far two distributions are apart: sizes of an effect, not tests.
///
/// Masses are normalised; a distribution without any mass has no distance to another, and the answer is `nil`.
///
/// - Precondition: masses are finite and not negative.
package enum DistributionDistance {
    /// The square root of the Jensen–Shannon divergence; with base 2 it lies in 0...1.
    package static func jensenShannon(_ p: [Int64], _ q: [Int64], base: Double = 2) -> Double? {
        jensenShannon(masses: p.map(Double.init), q.map(Double.init), base: base)
    }

    /// The square root of the Jensen–Shannon divergence of masses that need not be whole.
    package static func jensenShannon(masses p: [Double], _ q: [Double], base: Double = 2) -> Double? {
        guard let (p, q) = shares(p, q) else { return nil }
        let divergence = zip(p, q).reduce(0) { sum, pair in
            let middle = (pair.0 + pair.1) / 2
            return sum + (term(pair.0, middle) + term(pair.1, middle)) / 2
        }
        return (max(0, divergence) / .log(base)).squareRoot()
    }

    /// √(1 − Σ√(pq)), in 0...1.
    package static func hellinger(_ p: [Int64], _ q: [Int64]) -> Double? {
        hellinger(masses: p.map(Double.init), q.map(Double.init))
    }

    /// √(1 − Σ√(pq)) of masses that need not be whole.
    package static func hellinger(masses p: [Double], _ q: [Double]) -> Double? {
        guard let (p, q) = shares(p, q) else { return nil }
        let affinity = zip(p, q).reduce(0) { $0 + ($1.0 * $1.1).squareRoot() }
        return max(0, 1 - affinity).squareRoot()
    }

    /// The largest difference between the shares of a bucket.
    package static func lInfinity(_ p: [Int64], _ q: [Int64]) -> Double? {
        lInfinity(masses: p.map(Double.init), q.map(Double.init))
    }

    /// The largest difference between the shares of a bucket, of masses that need not be whole.
    package static func lInfinity(masses p: [Double], _ q: [Double]) -> Double? {
        guard let (p, q) = shares(p, q) else { return nil }
        return zip(p, q).map { abs($0 - $1) }.max()
    }

    /// The largest difference between the shares of a category, over the categories of both.
    package static func lInfinity<Category: Hashable>(_ p: [Category: Int64], _ q: [Category: Int64]) -> Double? {
        let categories = Set(p.keys).union(q.keys)
        return lInfinity(categories.map { p[$0] ?? 0 }, categories.map { q[$0] ?? 0 })
    }

    /// W₁ = ∫|F − G| of two samples; `nil` when one is empty or a value is not finite.
    package static func wasserstein(_ a: some Collection<Double>, _ b: some Collection<Double>) -> Double? {
        guard a.allSatisfy(\.isFinite), b.allSatisfy(\.isFinite), let pooled = PooledCounts(a, b) else { return nil }
        return wasserstein(pooled.cumulativeDifferences, at: pooled.values)
    }

    /// W₁ of counts whose units all lie at the given ascending `positions`, such as the middles of buckets.
    ///
    /// Divide by the reference's standard deviation to compare features with one another.
    package static func wasserstein(_ p: [Int64], _ q: [Int64], positions: [Double]) -> Double? {
        precondition(p.count == positions.count, "each bucket has one position")
        return wasserstein(PooledCounts(first: p, second: q).cumulativeDifferences, at: positions)
    }

    private static func wasserstein(_ differences: [Double]?, at positions: [Double]) -> Double? {
        guard let differences else { return nil }
        let widths = zip(positions.dropFirst(), positions).map { $0 - $1 }
        return zip(differences, widths).reduce(0) { $0 + abs($1.0) * $1.1 }
    }

    private static func term(_ share: Double, _ middle: Double) -> Double {
        share > 0 ? share * .log(share / middle) : 0
    }

    private static func shares(_ p: [Double], _ q: [Double]) -> (p: [Double], q: [Double])? {
        precondition(p.count == q.count, "both distributions are counted in the same buckets")
        let (totalP, totalQ) = (p.reduce(0, +), q.reduce(0, +))
        guard totalP > 0, totalQ > 0 else { return nil }
        return (p.map { $0 / totalP }, q.map { $0 / totalQ })
    }
}
