import RealModule

/// Whether a gauge such as memory keeps growing, and how fast, with little regard to single outliers.
package struct MonotoneTrend: Sendable, Hashable {
    /// The median of the slopes of all pairs, per unit of time (H. Theil 1950, P. Sen 1968).
    package let slope: Double
    /// The two-sided p-value of Mann and Kendall's test with correction for ties and continuity; for one look.
    /// `nil` when all values are equal.
    package let pValue: Double?

    /// `nil` with fewer than three points, or when a time occurs twice or something is not finite.
    ///
    /// - Precondition: there are as many `times` as `values`.
    package init?(times: [Double], values: [Double]) {
        precondition(times.count == values.count, "each value has a time")
        guard values.count > 2, (times + values).allSatisfy(\.isFinite) else { return nil }
        let points = zip(times, values).sorted { $0.0 < $1.0 }
        guard zip(points.dropFirst(), points).allSatisfy({ $0.0 > $1.0 }) else { return nil }
        var slopes: [Double] = []
        var rising = 0
        for (index, later) in points.enumerated() {
            for earlier in points[..<index] {
                slopes.append((later.1 - earlier.1) / (later.0 - earlier.0))
                rising += later.1 > earlier.1 ? 1 : later.1 < earlier.1 ? -1 : 0
            }
        }
        guard let median = OrderedSample(slopes)?.median else { return nil }
        slope = median
        pValue = Self.pValue(score: rising, values: values)
    }

    private static func pValue(score: Int, values: [Double]) -> Double? {
        func weight(_ n: Int) -> Int { n * (n - 1) * (2 * n + 5) }
        let ties = values.reduce(into: [Double: Int]()) { $0[$1, default: 0] += 1 }
        let variance = Double(ties.values.reduce(weight(values.count)) { $0 - weight($1) }) / 18
        guard variance > 0 else { return nil }
        return min(1, 2 * NormalDistribution.upperTail(Double(max(abs(score) - 1, 0)) / variance.squareRoot()))
    }
}
