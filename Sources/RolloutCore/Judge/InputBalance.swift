import Statistics

/// Whether both cohorts are asked the same things: under a random split they are, so a difference says that routing or logging is broken.
struct InputBalance: Sendable {
    /// How large a proven difference must be to count.
    private static let sizes = DriftComparison(stabilityIndex: 0.1)

    /// Of all features together: E ≥ 1000, as the sample ratio needs, and so hardly a rollout is held for nothing.
    static let alpha = 0.001

    private let isSticky: Bool
    private var group: SignalGroup

    init(_ context: EvidenceContext) {
        self.isSticky = context.isSticky
        self.group = SignalGroup(context, comparesAbsence: true, hasProof: false) { _, role in
            switch role {
            case .feature: true
            case .prediction, .confidence, .measure: false
            }
        }
    }

    /// Sticky keys bring their own inputs along, so nothing is to be expected of them.
    mutating func fold(_ traffic: JudgedStratum) {
        if !self.isSticky { self.group.fold(traffic) }
    }

    mutating func remember(_ stable: CohortTally) {
        if !self.isSticky { self.group.remember(stable) }
    }

    var isBroken: Bool { !self.moved.isEmpty }

    /// By e-BH: of many features the false ones among those named are at most the share ``alpha`` on average.
    private var moved: [SignalMovement] {
        let logE = self.group.largestLogE
        let rejected = MultipleTesting.eBenjaminiHochberg(logE: logE, alpha: Self.alpha)
        guard let least = rejected.map({ logE[$0] }).min() else { return [] }
        return self.group.movements(Self.sizes, logThreshold: least).filter(\.hasMoved)
    }

    var assessment: BalanceAssessment {
        let logE = self.group.largestLogE
        let moved = self.moved
        let verdict: Verdict
        let message: String
        if self.isSticky {
            (verdict, message) = (.noData, "not tested: sticky keys bring their own inputs")
        } else if let missing = self.group.missing {
            (verdict, message) = (.noData, missing)
        } else if moved.isEmpty {
            (verdict, message) = (.pass, "both cohorts are asked alike")
        } else {
            let which = moved.prefix(3).map(\.inWords).joined(separator: "; ")
            (verdict, message) = (
                .error, "the cohorts are asked different things, so routing or logging differs: \(which)"
            )
        }
        let threshold = LogDomain.threshold(alpha: Self.alpha / Double(max(1, logE.count)))
        return BalanceAssessment(
            verdict: verdict,
            message: message,
            level: EvidenceLevel(logE: logE.max() ?? 0, logThreshold: threshold),
            canaryRows: self.group.rows.canary,
            stableRows: self.group.rows.stable,
            signals: self.group.movements(Self.sizes, logThreshold: threshold)
        )
    }
}
