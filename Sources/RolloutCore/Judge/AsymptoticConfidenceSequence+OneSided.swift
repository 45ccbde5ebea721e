import Statistics

extension AsymptoticConfidenceSequence {
    /// ln E against "the estimate's target lies on the wrong side of the null", of which the estimate is `distanceToNull` away on the
    /// right side; at most 0 on the wrong one.
    ///
    /// Both sides are paid for and one is used, so it is valid and a little slow.
    func logE(distanceToNull distance: Double, standardError: Double, rows: Double) -> Double {
        self.logE(difference: max(0, distance), standardError: standardError, rows: rows) ?? 0
    }
}
