import Statistics

extension BaselineSignal {
    /// One bucket of a histogram that others made.
    package struct Bucket: Hashable, Sendable {
        package let lower: Double
        package let upper: Double
        package let count: Int64

        package init(lower: Double, upper: Double, count: Int64) {
            self.lower = lower
            self.upper = upper
            self.count = count
        }
    }

    /// A number of which only a summary and a histogram are known, such as SageMaker's `statistics.json` has them.
    ///
    /// A bucket's rows are counted at its upper edge: how many values lie up to an edge is all such a histogram tells, and the
    /// comparison is made at the edges.
    ///
    /// - Parameters:
    ///   - mean: Finite, as is `deviation`, the standard deviation with divisor n, which is not negative.
    ///   - buckets: Ascending, without overlap; empty when only mean and deviation are known.
    /// - Throws: `InvalidValue` for what is not finite, negative, too large or in disorder.
    package init(
        role: SignalRole = .feature,
        mean: Double,
        deviation: Double,
        missing: Int64,
        buckets: [Bucket],
        constraint: SignalConstraint = .init()
    ) throws(InvalidValue) {
        guard mean.isFinite, deviation.isFinite, deviation >= 0 else {
            throw InvalidValue("mean and standard deviation must be finite, the deviation not negative")
        }
        guard SparseCounts.isCountable(buckets.map(\.count) + [missing]) else { throw Self.uncountable }
        guard buckets.allSatisfy({ $0.lower.isFinite && $0.upper.isFinite && $0.lower <= $0.upper }),
            zip(buckets, buckets.dropFirst()).allSatisfy({ $0.upper <= $1.lower })
        else { throw InvalidValue("buckets must have finite edges, ascend, and not overlap") }
        let rows = buckets.reduce(0) { $0 + $1.count }
        let numbers = NumberTally(
            grid: .number,
            counts: SparseCounts(buckets.map { (bucket: ValueGrid.number.bucket(of: $0.upper), count: $0.count) }),
            moments: Moments(
                count: rows,
                mean: rows > 0 ? mean : 0,
                squaredDeviations: deviation * deviation * Double(rows)
            )
        )
        self.init(
            tally: SignalTally(role: role, missing: missing, values: .numbers(numbers)),
            constraint: constraint,
            edges: buckets.isEmpty ? nil : (buckets.prefix(1).map(\.lower) + buckets.map(\.upper))
        )
    }

    private static var uncountable: InvalidValue {
        InvalidValue("counts are 0 or more, and together at most \(SparseCounts.totalLimit)")
    }

    /// Words and how often each came; rows beyond those listed count as other words.
    ///
    /// - Throws: `InvalidValue` when a count is negative or too large.
    package init(
        role: SignalRole = .feature,
        words: [String: Int64],
        present: Int64,
        missing: Int64,
        constraint: SignalConstraint = .init()
    ) throws(InvalidValue) {
        guard SparseCounts.isCountable(words.values), SparseCounts.isCountable([missing, present]) else {
            throw Self.uncountable
        }
        let listed = words.values.reduce(0, +)
        let tally = ClassTally(counts: words, other: max(0, present - listed))
        self.init(
            tally: SignalTally(role: role, missing: missing, values: .classes(tally)),
            constraint: constraint
        )
    }
}
