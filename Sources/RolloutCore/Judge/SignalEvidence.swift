import Statistics

/// The evidence of a check on a number that payloads carry.
struct SignalEvidence: CheckEvidence {
    /// Of stable's rows, those beyond the thresholds that are watched for harm, and those that promotion is about.
    private static let harmShares = [0.5, 0.1, 0.05, 0.01]
    private static let promotionShares = [0.5, 0.05]

    private let rule: SignalComparison
    private let context: EvidenceContext
    /// One for each side on which numbers are worse.
    private var sides: [Side]
    private var harmLogE = 0.0
    /// Stable's numbers of all earlier strata, warm-up included.
    private var history: NumberTally?
    private var canary = Seen()
    private var stable = Seen()
    private var provenUnits: Int64 = 0
    private var hasEvidence = false
    private var isCategory = false

    private struct Side: Sendable {
        let side: ValueComparator.Side
        var harm: [TemperedEProcess]
        var proofs: [QuantileProof]
    }

    private struct Seen: Sendable {
        var rows: Int64 = 0
        var moments = Moments()

        var measured: MeasuredCohort {
            MeasuredCohort(units: self.rows, value: self.moments.count > 0 ? self.moments.mean : nil)
        }
    }

    init(_ rule: SignalComparison, _ context: EvidenceContext) {
        self.rule = rule
        self.context = context
        let sides: [ValueComparator.Side] =
            switch rule.direction {
            case .higher: [.above]
            case .lower: [.below]
            case .either: [.above, .below]
            }
        self.sides = sides.map { side in
            let harm = TemperedEProcess(
                grid: .harm(),
                startTimes: .spread(horizon: context.horizon),
                isClustered: context.isSticky
            )
            return Side(
                side: side,
                harm: Self.harmShares.map { _ in harm },
                proofs: Self.newProofs(isSticky: context.isSticky)
            )
        }
    }

    private static func newProofs(isSticky: Bool) -> [QuantileProof] {
        self.promotionShares.map { QuantileProof(beyond: $0, isClustered: isSticky) }
    }

    mutating func fold(_ traffic: JudgedStratum) {
        let signal = self.rule.signal
        guard let canary = traffic.canary.detail.signals[signal], let stable = traffic.stable.detail.signals[signal]
        else {
            // That one of them has none is to be seen.
            self.canary.rows += traffic.canary.detail.signals[signal]?.present ?? 0
            self.stable.rows += traffic.stable.detail.signals[signal]?.present ?? 0
            return
        }
        guard case .numbers(let canaryNumbers) = canary.values, case .numbers(let stableNumbers) = stable.values,
            canaryNumbers.grid == stableNumbers.grid
        else {
            self.isCategory = true
            return
        }
        self.canary.rows += canary.present
        self.canary.moments.merge(canaryNumbers.moments)
        self.stable.rows += stable.present
        self.stable.moments.merge(stableNumbers.moments)
        if traffic.proves { self.provenUnits += canary.present }
        guard let history, history.grid == stableNumbers.grid else { return }
        let belief = traffic.belief(rows: canary.rows + stable.rows, role: stable.role)
        for index in self.sides.indices {
            let harm = self.comparator(history.grid, self.sides[index].side, .forHarm)
            let pairs = harm.strata(
                canary: canaryNumbers.counts,
                stable: stableNumbers.counts,
                history: history.counts
            )
            if !pairs.isEmpty { self.hasEvidence = true }
            for (place, pair) in pairs.enumerated() { self.sides[index].harm[place].fold(pair, belief: belief) }
            guard traffic.proves else { continue }
            let proof = self.comparator(history.grid, self.sides[index].side, .forProof)
            let proving = proof.strata(
                canary: canaryNumbers.counts,
                stable: stableNumbers.counts,
                history: history.counts
            )
            for (place, pair) in proving.enumerated() { self.sides[index].proofs[place].fold(pair, belief: belief) }
        }
        self.harmLogE = max(self.harmLogE, LogDomain.mean(self.sides.flatMap(\.harm).map(\.logE)))
    }

    private func comparator(
        _ grid: ValueGrid,
        _ side: ValueComparator.Side,
        _ rounding: ValueComparator.Rounding
    ) -> ValueComparator {
        let isHarm = rounding == .forHarm
        return ValueComparator(
            grid: grid,
            side: side,
            shares: isHarm ? Self.harmShares : Self.promotionShares,
            ratio: isHarm ? self.rule.harmRatio : self.rule.promotionRatio,
            tolerance: self.rule.tolerance,
            rounding: rounding
        )
    }

    mutating func remember(_ stable: CohortTally) {
        guard case .numbers(let numbers) = stable.detail.signals[self.rule.signal]?.values else { return }
        if self.history == nil {
            self.history = numbers
        } else if self.history?.grid == numbers.grid {
            self.history?.merge(numbers)
        }
    }

    mutating func restartProof() {
        self.provenUnits = 0
        for index in self.sides.indices {
            self.sides[index].proofs = Self.newProofs(isSticky: self.context.isSticky)
        }
    }

    var canaryUnits: Int64 { self.canary.rows }

    var finding: EvidenceFinding {
        var finding = EvidenceFinding(
            loss: self.loss,
            measurement: Measurement(
                name: self.rule.signal.text,
                unit: .rows,
                canary: self.canary.measured,
                stable: self.stable.measured
            ),
            provenUnits: self.provenUnits
        )
        finding.harmLogE = self.harmLogE
        finding.promotionLogE = max(0, self.sides.flatMap(\.proofs).map(\.logE).min() ?? 0)
        finding.missing = self.missing
        if self.context.isSticky { finding.outsideAlpha = "rows of one sticky key count as if they were independent" }
        return finding
    }

    private var loss: String {
        let way =
            switch self.rule.direction {
            case .higher: "higher than"
            case .lower: "lower than"
            case .either: "different from"
            }
        return "the canary's '\(self.rule.signal)' is \(way) stable's by more than a factor of \(self.rule.harmRatio)"
    }

    private var missing: String? {
        if self.isCategory { return "'\(self.rule.signal)' isn't a number in both cohorts" }
        if self.canary.rows == 0 || self.stable.rows == 0 {
            return "no values of '\(self.rule.signal)' from \(self.canary.rows == 0 ? "the canary" : "stable")"
        }
        return self.hasEvidence ? nil : "stable's past is too short to take thresholds from"
    }
}
