import RealModule

/// The difference of a statistic between canary and stable, formed within strata and then combined with weights n₁n₀/(n₁+n₀).
///
/// Pooling over time instead would take a change of everybody's level for a difference whenever the traffic share
/// changes.
package struct StratifiedDifference: Sendable, Hashable {
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

    /// Takes in ln(mean of canary/mean of stable) of positive values, such as squared errors (delta method).
    ///
    /// The logarithm of a mean of n values lies below that of what it estimates by about V/(2·mean²), V being the mean's variance: more
    /// so for the side with fewer rows, which would look smaller than it is. That is added to each side.
    ///
    /// A stratum in which a mean is not positive or a side has fewer than two rows does not count.
    package mutating func foldLogRatio(canary: Moments, stable: Moments) {
        guard let variance1 = canary.meanVariance, let variance0 = stable.meanVariance else { return }
        guard canary.mean > 0, stable.mean > 0 else { return }
        let relative1 = variance1 / (canary.mean * canary.mean)
        let relative0 = variance0 / (stable.mean * stable.mean)
        let (n1, n0) = (Double(canary.count), Double(stable.count))
        fold(
            difference: .log(canary.mean / stable.mean) + (relative1 - relative0) / 2,
            variance: relative1 + relative0,
            weight: n1 * n0 / (n1 + n0),
            rows: canary.count + stable.count
        )
    }

    /// Takes in the difference of the areas under the ROC curves, with DeLong's variance.
    ///
    /// A stratum with fewer than two positives or negatives on a side does not count.
    package mutating func foldArea(canary: ROCCurve, stable: ROCCurve) {
        guard let area1 = canary.area?.value, let variance1 = canary.areaVariance else { return }
        guard let area0 = stable.area?.value, let variance0 = stable.areaVariance else { return }
        let (n1, n0) = (Double(canary.rows), Double(stable.rows))
        fold(
            difference: area1 - area0,
            variance: variance1 + variance0,
            weight: n1 * n0 / (n1 + n0),
            rows: canary.rows + stable.rows
        )
    }

    /// Takes in another statistic of a stratum with its sampling variance.
    package mutating func fold(difference: Double, variance: Double, weight: Double, rows: Int64) {
        weights += weight
        weightedDifferences += weight * difference
        weightedVariances += weight * weight * variance
        self.rows += rows
    }

    /// Takes in all strata of another.
    package mutating func merge(_ other: StratifiedDifference) {
        weights += other.weights
        weightedDifferences += other.weightedDifferences
        weightedVariances += other.weightedVariances
        rows += other.rows
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
