/// Two samples counted over their pooled distinct values: all that rank statistics look at.
struct PooledCounts {
    /// Ascending; empty when the counts came without values.
    let values: [Double]
    let first: [Int64]
    let second: [Int64]

    /// Fails when a value is not a number.
    init?(_ first: some Sequence<Double>, _ second: some Sequence<Double>) {
        let tagged = first.map { (value: $0, isFirst: true) } + second.map { (value: $0, isFirst: false) }
        guard !tagged.contains(where: { $0.value.isNaN }) else { return nil }
        var values: [Double] = []
        var counts: (first: [Int64], second: [Int64]) = ([], [])
        for (value, isFirst) in tagged.sorted(by: { $0.value < $1.value }) {
            if values.last != value {
                values.append(value)
                counts.first.append(0)
                counts.second.append(0)
            }
            if isFirst { counts.first[values.count - 1] += 1 } else { counts.second[values.count - 1] += 1 }
        }
        self.values = values
        (self.first, self.second) = counts
    }

    /// Counts of the same ordered buckets.
    init(first: [Int64], second: [Int64]) {
        precondition(first.count == second.count, "both samples are counted in the same buckets")
        values = []
        self.first = first
        self.second = second
    }

    var firstTotal: Int64 { first.reduce(0, +) }
    var secondTotal: Int64 { second.reduce(0, +) }

    /// F₁ − F₂ at each value; `nil` when a sample is empty.
    var cumulativeDifferences: [Double]? {
        let (n, m) = (firstTotal, secondTotal)
        guard n > 0, m > 0 else { return nil }
        var (cumulative1, cumulative2): (Int64, Int64) = (0, 0)
        return zip(first, second).map { count1, count2 in
            cumulative1 += count1
            cumulative2 += count2
            return Double(cumulative1) / Double(n) - Double(cumulative2) / Double(m)
        }
    }
}
