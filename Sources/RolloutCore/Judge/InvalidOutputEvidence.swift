import Statistics

/// The evidence of the check on unusable outputs: answers that can't be read, and rows of the others without a usable prediction.
///
/// Two questions in their own units: an answer that can't be read doesn't say how many rows it had.
struct InvalidOutputEvidence: CheckEvidence {
    private let isSticky: Bool
    private var rows: Question
    private var answers: Question
    private var provenUnits: Int64 = 0
    /// The largest ln of the mean of both E at any look, at least 0.
    private var harmLogE = 0.0

    private struct Question: Sendable {
        var processes: ShareProcesses
        var canary = BadUnits()
        var stable = BadUnits()

        init(_ rule: ShareComparison, _ context: EvidenceContext) {
            self.processes = ShareProcesses(rule, horizon: context.horizon, isClustered: context.isSticky)
        }

        mutating func fold(_ canary: BadUnits, _ stable: BadUnits, proves: Bool, belief: Double = 1) {
            self.canary.merge(canary)
            self.stable.merge(stable)
            if let pair = try? Stratum(x1: canary.bad, n1: canary.units, x0: stable.bad, n0: stable.units) {
                self.processes.fold(pair, proves: proves, belief: belief)
            }
        }
    }

    init(_ rule: ShareComparison, _ context: EvidenceContext) {
        self.isSticky = context.isSticky
        self.rows = Question(rule, context)
        self.answers = Question(rule, context)
    }

    mutating func fold(_ traffic: JudgedStratum) {
        let (canary, stable) = (traffic.canary.detail.payloads, traffic.stable.detail.payloads)
        if traffic.proves { self.provenUnits += canary.rows + canary.unreadable }
        self.rows.fold(
            canary.outputs,
            stable.outputs,
            proves: traffic.proves,
            belief: traffic.belief(rows: canary.rows + stable.rows)
        )
        self.answers.fold(canary.answers, stable.answers, proves: traffic.proves)
        let logE = [self.rows, self.answers].map(\.processes.harmLogENow)
        self.harmLogE = max(self.harmLogE, LogDomain.mean(logE))
    }

    mutating func restartProof() {
        self.provenUnits = 0
        self.rows.processes.restartProof()
        self.answers.processes.restartProof()
    }

    var canaryUnits: Int64 { self.canary.units }

    /// Rows; an answer that can't be read counts as one.
    private var canary: BadUnits { Self.all(self.rows.canary, self.answers.canary) }
    private var stable: BadUnits { Self.all(self.rows.stable, self.answers.stable) }

    private static func all(_ rows: BadUnits, _ answers: BadUnits) -> BadUnits {
        BadUnits(bad: rows.bad + answers.bad, units: rows.units + answers.bad)
    }

    private var isAboutAnswers: Bool { self.answers.processes.harmLogE > self.rows.processes.harmLogE }

    var finding: EvidenceFinding {
        let leading = self.isAboutAnswers ? self.answers : self.rows
        var finding = EvidenceFinding(
            loss: self.loss,
            measurement: Measurement(
                name: "share of invalid outputs",
                unit: .rows,
                canary: self.canary.measured,
                stable: self.stable.measured,
                difference: leading.processes.shareDifference
            ),
            provenUnits: self.provenUnits
        )
        finding.harmLogE = self.harmLogE
        // Fine only when neither is worse.
        finding.promotionLogE = max(0, min(self.rows.processes.promotionLogE, self.answers.processes.promotionLogE))
        finding.isLossLargeEnough = leading.processes.isLossLargeEnough
        finding.effect = leading.processes.effect
        if self.isSticky { finding.outsideAlpha = "units of one sticky key count as if they were independent" }
        if self.canary.units == 0 || self.stable.units == 0 {
            finding.missing = "no answers of \(self.canary.units == 0 ? "the canary" : "stable") were looked at"
        }
        return finding
    }

    private var loss: String {
        let (canary, stable) = (self.canary, self.stable)
        let what = self.isAboutAnswers ? "can't be read" : "are unusable"
        return "the canary's answers \(what) more often than stable's: \(canary.bad) of \(canary.units) rows, "
            + "stable \(stable.bad) of \(stable.units)"
    }
}

extension PayloadTally {
    /// Answers that the tap could copy no part of, or not read.
    fileprivate var unreadable: Int64 { self.malformedResponses + self.oversized }

    fileprivate var outputs: BadUnits { BadUnits(bad: self.unusableRows, units: self.rows) }

    fileprivate var answers: BadUnits { BadUnits(bad: self.unreadable, units: self.inspected + self.oversized) }
}
