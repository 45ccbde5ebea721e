import Statistics

/// The evidence of the check on prediction drift: the distributions of predictions and confidences, compared in the same stratum.
struct DriftEvidence: CheckEvidence {
    private let rule: DriftComparison
    private let context: EvidenceContext
    private var group: SignalGroup
    private var provenUnits: Int64 = 0
    /// The largest ln of the mean of E over the signals, at least 0.
    private var harmLogE = 0.0

    init(_ rule: DriftComparison, _ context: EvidenceContext) {
        self.rule = rule
        self.context = context
        let named = Set(rule.signals)
        self.group = SignalGroup(context, comparesAbsence: false, hasProof: true) { name, role in
            guard named.isEmpty else { return named.contains(name) }
            switch role {
            case .prediction, .confidence: return true
            case .feature, .measure: return false
            }
        }
    }

    mutating func fold(_ traffic: JudgedStratum) {
        let before = self.group.rows.canary
        self.group.fold(traffic)
        if traffic.proves { self.provenUnits += self.group.rows.canary - before }
        self.harmLogE = max(self.harmLogE, self.group.meanLogE)
    }

    mutating func remember(_ stable: CohortTally) { self.group.remember(stable) }

    mutating func restartProof() {
        self.provenUnits = 0
        self.group.restartProof()
    }

    var canaryUnits: Int64 { self.group.rows.canary }

    var finding: EvidenceFinding {
        let movements = self.group.movements(self.rule, logThreshold: self.context.logThreshold)
        let moved = movements.filter(\.hasMoved)
        let missing = self.group.missing
        let rows = missing == nil ? self.group.rows : self.group.seen
        var finding = EvidenceFinding(
            loss: "the canary predicts otherwise than stable: "
                + moved.prefix(3).map(\.inWords).joined(separator: "; "),
            measurement: Measurement(
                name: "distribution of predictions",
                unit: .rows,
                canary: MeasuredCohort(units: rows.canary, value: nil),
                stable: MeasuredCohort(units: rows.stable, value: nil)
            ),
            provenUnits: self.provenUnits
        )
        finding.harmLogE = self.harmLogE
        finding.isLossLargeEnough = !moved.isEmpty
        finding.promotionLogE = max(0, self.group.likenessLogE(within: self.rule.promotionDifference))
        finding.missing = missing
        finding.signals = movements
        if self.context.isSticky { finding.outsideAlpha = "rows of one sticky key count as if they were independent" }
        return finding
    }
}

extension SignalMovement {
    /// What moved by how much, in few words.
    var inWords: String {
        if let difference = self.classDifference, let word = self.mostMovedClass {
            return "'\(self.signal)': the share of '\(word)' differs by \(difference.percent)"
        }
        if let canary = self.canaryMean, let stable = self.stableMean {
            return "'\(self.signal)': mean \(canary.short) beside \(stable.short)"
        }
        return "'\(self.signal)'"
    }
}

extension Double {
    /// With one decimal and a percent sign.
    var percent: String { "\((self * 1_000).rounded() / 10) %" }

    /// With about four figures.
    var short: String {
        guard self.isFinite, self != 0, self.magnitude < 1e12 else { return "\(self)" }
        var scale = 1.0
        while self.magnitude * scale < 1_000 { scale *= 10 }
        return "\((self * scale).rounded() / scale)"
    }
}
