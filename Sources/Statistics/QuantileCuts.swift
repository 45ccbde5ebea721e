/// Cut points taken from a reference sample; bucket i holds the values of cut i−1 and more, below cut i.
package struct QuantileCuts: Sendable, Hashable {
    /// Strictly ascending.
    package let cuts: [Double]

    /// Cuts at the quantiles 1/`buckets`, 2/`buckets`, …; equal ones are merged, so there may be fewer buckets.
    /// Values that are not numbers are left out; `nil` when none is left.
    package init?(reference: some Sequence<Double>, buckets: Int) {
        precondition(buckets > 1, "cuts make two buckets at least")
        guard let sample = OrderedSample(reference) else { return nil }
        cuts = (1..<buckets).reduce(into: []) { cuts, index in
            let cut = sample.interpolatedQuantile(Double(index) / Double(buckets))
            if cuts.last != cut { cuts.append(cut) }
        }
    }

    /// How many values fall into each of the `cuts.count + 1` buckets; values that are not numbers are left out.
    package func counts(of values: some Sequence<Double>) -> [Int64] {
        values.reduce(into: Array(repeating: 0, count: cuts.count + 1)) { counts, value in
            guard !value.isNaN else { return }
            counts[cuts.firstIndex { $0 > value } ?? cuts.count] += 1
        }
    }
}
