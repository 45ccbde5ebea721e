import Statistics

/// Rules that compare areas under ROC curves.
extension Rule where Interval == RankedRows {
    /// DeLong's test on all rows so far, one-sided.
    static func deLong(_ name: String) -> Rule {
        let limit = NormalDistribution.quantile(1 - alpha)
        return Rule(name) {
            var sum: RankedRows?
            return { rows in
                var rowsSoFar = sum ?? rows
                if sum != nil { rowsSoFar.add(rows) }
                sum = rowsSoFar
                var difference = StratifiedDifference()
                difference.foldArea(canary: rowsSoFar.canary, stable: rowsSoFar.stable)
                guard let value = difference.value, let error = difference.standardError else { return false }
                return value < -limit * error
            }
        }
    }

    /// The asymptotic confidence sequence of the difference, formed within intervals.
    static func asymptotic(_ name: String, alpha: Double = alpha) -> Rule {
        let sequence = AsymptoticConfidenceSequence(alpha: alpha, sides: .one, plannedRows: 40_000)
        return Rule(name, promise: .falseRollbacks(atMost: alpha)) {
            var difference = StratifiedDifference()
            return { rows in
                difference.foldArea(canary: rows.canary, stable: rows.stable)
                return difference.interval(sequence, boundedSide: .upper).map { $0.upper < 0 } ?? false
            }
        }
    }
}
