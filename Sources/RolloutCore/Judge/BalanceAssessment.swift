/// Whether two things are alike in both cohorts that a random split makes alike: what they are asked, and how often labels come.
package struct BalanceAssessment: Hashable, Sendable, Codable {
    /// `pass`, `error`, or `noData` where nothing can be compared.
    package let verdict: Verdict
    package let message: String
    /// The strongest evidence of a difference, and what it must reach.
    package let level: EvidenceLevel
    /// Rows, or labelled rows.
    package let canaryRows: Int64
    package let stableRows: Int64
    /// Each feature that was compared; empty for labels.
    package let signals: [SignalMovement]

    package init(
        verdict: Verdict,
        message: String,
        level: EvidenceLevel,
        canaryRows: Int64,
        stableRows: Int64,
        signals: [SignalMovement] = []
    ) {
        self.verdict = verdict
        self.message = message
        self.level = level
        self.canaryRows = canaryRows
        self.stableRows = stableRows
        self.signals = signals
    }
}
