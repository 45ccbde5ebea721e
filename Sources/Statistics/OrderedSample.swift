/// The numbers of a sample in ascending order; never empty.
package struct OrderedSample: Sendable, Hashable {
    package let values: [Double]

    /// Leaves out what is not a number; `nil` when nothing is left.
    package init?(_ values: some Sequence<Double>) {
        let numbers = values.filter { !$0.isNaN }
        guard !numbers.isEmpty else { return nil }
        self.values = numbers.sorted()
    }

    /// Linear interpolation between order statistics (type 7 of Hyndman and Fan 1996, the default of numpy and R).
    ///
    /// - Precondition: `q` lies in 0...1.
    package func interpolatedQuantile(_ q: Double) -> Double {
        precondition((0...1).contains(q), "a quantile lies in 0...1")
        let position = q * Double(values.count - 1)
        let below = Int(position)
        let (a, b) = (values[below], values[min(below + 1, values.count - 1)])
        guard a < b else { return a }
        let weight = position - Double(below)
        return weight < 0.5 ? a + (b - a) * weight : b - (b - a) * (1 - weight)
    }

    /// The smallest value whose cumulative share is at least `q` (type 1, nearest rank).
    ///
    /// - Precondition: `q` lies in 0...1.
    package func nearestRankQuantile(_ q: Double) -> Double {
        precondition((0...1).contains(q), "a quantile lies in 0...1")
        let rank = Int((q * Double(values.count)).rounded(.up))
        return values[max(rank, 1) - 1]
    }

    package var median: Double { interpolatedQuantile(0.5) }
}
