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

/// The difference of means of canary and stable, formed within strata and then combined with weights n₁n₀/(n₁+n₀).
///
/// Pooling over time instead would take a change of everybody's level for a difference whenever the traffic share
/// changes.
package struct StratifiedMeanDifference: Sendable, Hashable {
    private var weights = 0.0
    private var weightedDifferences = 0.0
    private var weightedVariances = 0.0
    /// Rows of both cohorts in the strata that count.
    package private(set) var rows: Int64 = 0

    package init() {}

    /// A stratum with fewer than two rows on a side has no variance and does not count.
    package mutating func fold(canary: Moments, stable: Moments) {
        guard let variance1 = canary.meanVariance, let variance0 = stable.meanVariance else { return }
        let (n1, n0) = (Double(canary.count), Double(stable.count))
        fold(
            difference: canary.mean - stable.mean,
            variance: variance1 + variance0,
            weight: n1 * n0 / (n1 + n0),
            rows: canary.count + stable.count
        )
    }

    /// Takes in another statistic of a stratum, such as the difference of two areas under a ROC curve.
    package mutating func fold(difference: Double, variance: Double, weight: Double, rows: Int64) {
        weights += weight
        weightedDifferences += weight * difference
        weightedVariances += weight * weight * variance
        self.rows += rows
    }

    /// Canary − stable; `nil` before a stratum that counts.
    package var value: Double? { weights > 0 ? weightedDifferences / weights : nil }

    /// `nil` before a stratum that counts.
    package var standardError: Double? { weights > 0 ? weightedVariances.squareRoot() / weights : nil }

    /// The interval of the difference at this look; the side that is not bounded is infinite.
    /// `nil` before a stratum that counts.
    ///
    /// - Parameter boundedSide: which limit a one-sided sequence gives.
    package func interval(_ sequence: AsymptoticConfidenceSequence, boundedSide: BoundedSide = .upper) -> Interval? {
        guard let value, let standardError else { return nil }
        let half = sequence.halfWidth(standardError: standardError, rows: Double(rows))
        switch (sequence.sides, boundedSide) {
        case (.two, _): return Interval(lower: value - half, upper: value + half)
        case (.one, .upper): return Interval(lower: -.infinity, upper: value + half)
        case (.one, .lower): return Interval(lower: value - half, upper: .infinity)
        }
    }

    package enum BoundedSide: Sendable, Hashable {
        case lower
        case upper
    }
}
