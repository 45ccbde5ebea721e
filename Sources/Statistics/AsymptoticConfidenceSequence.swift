import RealModule

/// An interval for a mean difference that holds at every look, in the limit of many rows.
///
/// I. Waudby-Smith et al., "Time-uniform central limit theory", arXiv 2103.06476v7, equations 9 and 134. It needs a
/// burn-in (200 rows or more) and a finite variance: use logarithms or exceedance for heavy tails such as latency.
package struct AsymptoticConfidenceSequence: Sendable, Hashable {
    package let alpha: Double
    package let sides: Sides
    /// ρ², which decides at how many rows the interval is tightest.
    private let tuning: Double

    /// - Parameter plannedRows: rows of both cohorts at which the interval should be tightest.
    /// - Precondition: `alpha` lies in (0, 1), for one side in (0, ½); `plannedRows` > 0.
    package init(alpha: Double, sides: Sides, plannedRows: Double) {
        let tail = sides == .one ? 2 * alpha : alpha
        precondition(tail > 0 && tail < 1, "the error probability lies in (0, 1), for one side in (0, ½)")
        precondition(plannedRows > 0, "the planned number of rows is positive")
        self.alpha = alpha
        self.sides = sides
        tuning = (-2 * .log(tail) + .log(1 - 2 * .log(tail))) / plannedRows
    }

    /// Half the width of the interval, for one side the distance of its limit.
    ///
    /// - Parameters:
    ///   - standardError: of the estimate.
    ///   - rows: of both cohorts.
    package func halfWidth(standardError: Double, rows: Double) -> Double {
        guard rows > 0 else { return .infinity }
        let growth = rows * tuning + 1
        let logarithm =
            switch sides {
            case .two: Double.log(growth.squareRoot() / alpha)
            case .one: Double.log(onePlus: growth.squareRoot() / (2 * alpha))
            }
        return standardError * (2 * growth / (rows * tuning) * logarithm).squareRoot()
    }

    /// ln E against a difference of 0: ρ²d̂²n/(2(nρ²+1)V̂) − ½ ln(nρ²+1), for two sides.
    ///
    /// `nil` for a variance of 0, of which nothing can be learned.
    package func logE(difference: Double, standardError: Double, rows: Double) -> Double? {
        guard standardError > 0, rows > 0 else { return nil }
        let growth = rows * tuning + 1
        let z = difference / standardError
        return tuning * rows * z * z / (2 * growth) - .log(growth) / 2
    }
}
