/// The Wilson score interval of a proportion, without continuity correction; for display, not for decisions.
///
/// - Parameters:
///   - alpha: the probability to miss the true proportion, split evenly over both sides.
/// - Returns: `nil` when there is no trial or the counts are no proportion.
package func wilsonInterval(successes: Int64, trials: Int64, alpha: Double = 0.05) -> Interval? {
    guard trials > 0, (0...trials).contains(successes) else { return nil }
    let n = Double(trials)
    let p = Double(successes) / n
    let z = NormalDistribution.quantile(1 - alpha / 2)
    let scale = 1 + z * z / n
    let centre = (p + z * z / (2 * n)) / scale
    let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() / scale
    return Interval(
        lower: successes == 0 ? 0 : max(0, centre - half),
        upper: successes == trials ? 1 : min(1, centre + half)
    )
}
