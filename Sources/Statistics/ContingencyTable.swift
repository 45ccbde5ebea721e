/// Pearson's χ² test of two rows of counts: whether two cohorts have the same distribution over categories.
package struct ContingencyTable: Sendable, Hashable {
    package enum ContinuityCorrection: Sendable, Hashable {
        case none
        /// Yates's, used for 2×2 tables only.
        case yates
    }

    package let statistic: Double
    package let degreesOfFreedom: Int
    package let pValue: Double

    /// Categories without any count are left out; `nil` when fewer than two remain or a row is empty.
    package init?(_ first: [Int64], _ second: [Int64], correction: ContinuityCorrection = .none) {
        precondition(first.count == second.count, "both rows have the same categories")
        let columns = zip(first, second).filter { $0 + $1 > 0 }.map { [Double($0), Double($1)] }
        let rows = [first, second].map { Double($0.reduce(0, +)) }
        guard columns.count > 1, rows.allSatisfy({ $0 > 0 }) else { return nil }
        let total = rows[0] + rows[1]
        let usesYates = correction == .yates && columns.count == 2
        statistic = columns.reduce(0) { sum, column in
            let columnTotal = column[0] + column[1]
            return zip(column, rows).reduce(sum) { sum, cell in
                let expected = columnTotal * cell.1 / total
                let distance = abs(cell.0 - expected)
                let corrected = usesYates ? distance - min(0.5, distance) : distance
                return sum + corrected * corrected / expected
            }
        }
        degreesOfFreedom = columns.count - 1
        pValue = ChiSquareDistribution(degreesOfFreedom: degreesOfFreedom).upperTail(statistic)
    }
}
