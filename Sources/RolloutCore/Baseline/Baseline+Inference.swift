import Statistics

extension Baseline {
    /// A baseline of what was seen, with the constraints that it suggests.
    ///
    /// What is demanded leaves room for chance: the least share of rows with a value is the lower end of the 99 % interval of the share
    /// seen, and a rare word or a value a little beyond the seen range is not yet a violation (see `ConstraintTolerance`).
    package init(from tallies: [SignalName: SignalTally], origin: String) {
        self.init(signals: tallies.mapValues { BaselineSignal(inferredFrom: $0) }, origin: origin)
    }
}

extension BaselineSignal {
    /// A domain is inferred from at least this many rows for each word.
    private static let rowsPerWord: Int64 = 20

    package init(inferredFrom tally: SignalTally) {
        var constraint = SignalConstraint()
        constraint.completeness = wilsonInterval(successes: tally.present, trials: tally.rows, alpha: 0.01)?.lower
        switch tally.values {
        case .numbers(let numbers):
            constraint.kind = numbers.grid == .share ? .share : .number
            // The last bucket on either side has no end, and demands none.
            let (least, largest) = (numbers.counts.buckets.first, numbers.counts.buckets.last)
            constraint.minimum = least.map(numbers.grid.lowerBound(of:)).flatMap { $0.isFinite ? $0 : nil }
            constraint.maximum = largest.map(numbers.grid.upperBound(of:)).flatMap { $0.isFinite ? $0 : nil }
        case .classes(let classes):
            constraint.kind = .category
            if classes.other == 0, classes.total >= Self.rowsPerWord * Int64(classes.counts.count), classes.total > 0 {
                constraint.domain = classes.counts.keys.sorted()
            }
        }
        self.init(tally: tally, constraint: constraint)
    }
}
