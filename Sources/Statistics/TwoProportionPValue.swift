/// The two-sided p-value of the pooled z test of two proportions; for one look only.
///
/// - Returns: `nil` when a side has no trial, or none or all of the trials are successes.
package func twoProportionPValue(x1: Int64, n1: Int64, x2: Int64, n2: Int64) -> Double? {
    guard n1 > 0, n2 > 0 else { return nil }
    let pooled = Double(x1 + x2) / Double(n1 + n2)
    let variance = pooled * (1 - pooled) * (1 / Double(n1) + 1 / Double(n2))
    guard variance > 0 else { return nil }
    let z = (Double(x1) / Double(n1) - Double(x2) / Double(n2)) / variance.squareRoot()
    return 2 * NormalDistribution.upperTail(abs(z))
}
