/// How much is let pass before a demand counts as violated.
package struct ConstraintTolerance: Hashable, Sendable, Codable {
    /// Share of rows that may be of another kind, 0…1.
    package var mistypedShare: Double
    /// Share of values that may lie outside the range, 0…1.
    package var outOfRangeShare: Double
    /// Share of values that may be words outside the domain where the constraint doesn't say, 0…1.
    package var unseenShare: Double
    /// P(any demand that is met is called violated) in one report, over all its demands of shares; in (0, 1).
    package var alpha: Double
    /// Rows of other signals without which an absent signal is not yet a missing one.
    package var minimumRows: Int64

    package init(
        mistypedShare: Double = 0.005,
        outOfRangeShare: Double = 0.005,
        unseenShare: Double = 0.005,
        alpha: Double = 0.01,
        minimumRows: Int64 = 20
    ) {
        self.mistypedShare = mistypedShare
        self.outOfRangeShare = outOfRangeShare
        self.unseenShare = unseenShare
        self.alpha = alpha
        self.minimumRows = minimumRows
    }
}
