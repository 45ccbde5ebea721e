import Statistics

/// Whether labels come for both cohorts as often as they were asked: where they don't, the rows that have one say nothing about the rest.
struct LabelBalance: Sendable {
    /// E at which quality is no longer judged.
    private static let blockingThreshold = 100.0

    private let isSticky: Bool
    private var process = CountShareEProcess(grid: .twoSided)
    private var rows: (canary: Int64, stable: Int64) = (0, 0)

    init(isSticky: Bool) { self.isSticky = isSticky }

    mutating func fold(_ labels: LabelStratum) {
        let (canary, stable) = (labels.canary.overall.labelled, labels.stable.overall.labelled)
        self.rows.canary += canary
        self.rows.stable += stable
        // Rows of one request were drawn together: they count as so many requests.
        func requests(_ rows: Int64) -> Int64 { Int64((Double(rows) * labels.belief).rounded()) }
        self.process.fold(canary: requests(canary), stable: requests(stable), share: labels.canaryShare)
    }

    /// Counts of sticky keys aren't binomial, so only independent draws are held against their weight.
    var isBroken: Bool { !self.isSticky && self.process.rejects(at: 1 / Self.blockingThreshold) }

    var assessment: BalanceAssessment {
        let verdict: Verdict
        let message: String
        if self.isSticky {
            (verdict, message) = (.noData, "not tested: sticky keys come in clusters")
        } else if self.rows.canary + self.rows.stable == 0 {
            (verdict, message) = (.noData, "no labels yet")
        } else if self.isBroken {
            (verdict, message) = (.error, "labels don't come for both cohorts as their requests were routed")
        } else {
            (verdict, message) = (.pass, "labels come as requests were routed")
        }
        return BalanceAssessment(
            verdict: verdict,
            message: message,
            level: EvidenceLevel(
                logE: self.process.largestLogE,
                logThreshold: LogDomain.threshold(alpha: 1 / Self.blockingThreshold)
            ),
            canaryRows: self.rows.canary,
            stableRows: self.rows.stable
        )
    }
}
