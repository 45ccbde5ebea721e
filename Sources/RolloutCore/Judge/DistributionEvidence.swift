import Statistics

/// Evidence that one signal is distributed differently in canary and stable.
struct DistributionEvidence: Sendable {
    let signal: SignalName
    let role: SignalRole
    private let context: EvidenceContext
    private let hasProof: Bool
    /// Stable's values until questions are taken from them, warm-up included.
    private var past: SignalValues?
    private var asked: Asked?
    /// Whether values are missing more often in one cohort; part of the evidence on inputs only.
    private var absence: Absence?
    /// The largest ln E at any look, at least 0.
    private(set) var largestLogE = 0.0

    private struct Asked: Sendable {
        let questions: DistributionQuestions
        var processes: [TemperedEProcess]
        var effect: DistributionEffect
        var newest = NewestStrata<AnsweredStratum>()
        var proof: [ShareEquivalence]

        /// Of the newest strata only.
        var recentEffect: DistributionEffect {
            var effect = DistributionEffect(self.questions)
            for stratum in self.newest.elements { effect.fold(counts: stratum.counts, values: stratum.values) }
            return effect
        }
    }

    private struct AnsweredStratum: Sendable {
        let counts: (canary: [Int64], stable: [Int64])
        let values: (canary: SignalValues, stable: SignalValues)
    }

    private struct Absence: Sendable {
        var process: TemperedEProcess
        var difference = RiskDifference()
        var recentDifference = RecentRiskDifference()

        /// Whether values are missing more often in either cohort by at least this share, over the rollout or of late.
        func differs(by share: Double) -> Bool {
            [self.difference.estimate, self.recentDifference.estimate].contains {
                abs($0?.value ?? 0) >= share
            }
        }
    }

    /// - Parameters:
    ///   - comparesAbsence: Whether missing values count as a difference.
    ///   - hasProof: Whether evidence of likeness is kept, too.
    init(
        _ signal: SignalName,
        role: SignalRole,
        _ context: EvidenceContext,
        comparesAbsence: Bool,
        hasProof: Bool
    ) {
        self.signal = signal
        self.role = role
        self.context = context
        self.hasProof = hasProof
        self.absence = comparesAbsence ? Absence(process: Self.process(context)) : nil
    }

    private static func process(_ context: EvidenceContext) -> TemperedEProcess {
        TemperedEProcess(
            grid: .twoSided,
            startTimes: .spread(horizon: context.horizon),
            isClustered: context.isSticky
        )
    }

    /// Notes stable's values of a stratum that has been judged.
    mutating func remember(_ tally: SignalTally) {
        guard self.asked == nil else { return }
        guard var past = self.past else {
            self.past = tally.values
            self.ask()
            return
        }
        _ = past.merge(tally.values)  // Values of another kind than the first ones say nothing here.
        self.past = past
        self.ask()
    }

    /// Takes questions from the past once it suffices.
    private mutating func ask() {
        guard let past = self.past, let questions = DistributionQuestions(past: past) else { return }
        self.asked = Asked(
            questions: questions,
            processes: Array(repeating: Self.process(self.context), count: questions.questionCount),
            effect: DistributionEffect(questions),
            proof: self.newProof(questions)
        )
        self.past = nil
    }

    private func newProof(_ questions: DistributionQuestions) -> [ShareEquivalence] {
        self.hasProof ? Array(repeating: ShareEquivalence(), count: questions.questionCount) : []
    }

    mutating func restartProof() {
        guard let questions = self.asked?.questions else { return }
        let proof = self.newProof(questions)
        self.asked?.proof = proof
    }

    mutating func fold(_ canary: SignalTally, _ stable: SignalTally, _ traffic: JudgedStratum) {
        let belief = traffic.belief(rows: canary.rows + stable.rows, role: self.role)
        if let pair = try? Stratum(
            x1: canary.missing + canary.mistyped,
            n1: canary.rows,
            x0: stable.missing + stable.mistyped,
            n0: stable.rows
        ) {
            self.absence?.process.fold(pair, belief: belief)
            self.absence?.difference.fold(pair)
            self.absence?.recentDifference.fold(pair)
        }
        if let questions = self.asked?.questions,
            let counts = questions.counts(canary: canary.values, stable: stable.values)
        {
            for (index, pair) in questions.strata(canary: counts.canary, stable: counts.stable).enumerated() {
                self.asked?.processes[index].fold(pair, belief: belief)
                if self.hasProof, traffic.proves { self.asked?.proof[index].fold(pair, belief: belief) }
            }
            let answered = AnsweredStratum(counts: counts, values: (canary.values, stable.values))
            self.asked?.effect.fold(counts: answered.counts, values: answered.values)
            self.asked?.newest.append(answered)
        }
        self.largestLogE = max(self.largestLogE, self.logE)
    }

    /// ln of the mean of E over the questions, and over values and absence where both count: an e-value, whatever depends on what.
    var logE: Double {
        let values = self.asked.map { LogDomain.mean($0.processes.map(\.logE)) } ?? 0
        guard let absence else { return values }
        return LogDomain.mean([values, absence.process.logE])
    }

    /// Whether questions were taken.
    var isAsking: Bool { self.asked != nil }

    /// Whether questions were taken and both cohorts have answered them.
    var hasEvidence: Bool { self.asked.map { $0.effect.canaryRows > 0 && $0.effect.stableRows > 0 } ?? false }

    var rows: (canary: Int64, stable: Int64) {
        self.asked.map { ($0.effect.canaryRows, $0.effect.stableRows) } ?? (0, 0)
    }

    /// ln E against "some share differs by more than `margin`", now: fine only when none does, so the least of them.
    func likenessLogE(within margin: Double) -> Double {
        let sequence = AsymptoticConfidenceSequence(
            alpha: self.context.promotionAlpha,
            sides: .two,
            plannedRows: ShareEquivalence.burnIn * 20 / self.context.canaryShare
        )
        return self.asked?.proof.map { $0.logE(within: margin, sequence) }.min() ?? 0
    }

    /// - Parameters:
    ///   - thresholds: Of sizes that matter.
    ///   - logThreshold: Of ln E that counts as proven.
    func movement(_ thresholds: DriftComparison, logThreshold: Double) -> SignalMovement {
        let effect = self.asked?.effect
        let difference = effect?.classDifference
        let (distance, index, movement) = (effect?.classDistance, effect?.stabilityIndex, effect?.movement)
        return SignalMovement(
            signal: self.signal,
            role: self.role,
            canaryRows: self.rows.canary,
            stableRows: self.rows.stable,
            logE: self.largestLogE,
            hasMoved: self.largestLogE >= logThreshold && self.isLarge(thresholds, logThreshold),
            classDifference: difference?.value,
            mostMovedClass: difference?.word,
            classDistance: distance,
            stabilityIndex: index,
            movement: movement,
            canaryMean: effect?.means?.canary,
            stableMean: effect?.means?.stable
        )
    }

    /// Whether a proven difference is as large as what matters, over the rollout or of late. A value that is missing more often is
    /// measured as if it were a class.
    private func isLarge(_ thresholds: DriftComparison, _ logThreshold: Double) -> Bool {
        if let absence, absence.process.largestLogE >= logThreshold, absence.differs(by: thresholds.classDifference) {
            return true
        }
        guard let asked else { return false }
        return asked.effect.reaches(thresholds) || asked.recentEffect.reaches(thresholds)
    }
}

extension DistributionEffect {
    /// Whether any of its sizes is one that matters.
    fileprivate func reaches(_ thresholds: DriftComparison) -> Bool {
        (self.classDifference?.value ?? 0) >= thresholds.classDifference
            || (self.classDistance ?? 0) >= thresholds.classDistance
            || (self.stabilityIndex ?? 0) >= thresholds.stabilityIndex
            || (self.movement ?? 0) >= thresholds.movement
    }
}

/// Evidence that a share is alike in both cohorts, in the limit of many rows.
struct ShareEquivalence: Sendable {
    /// Canary rows before anything is concluded.
    static let burnIn = 200.0

    private var difference = StratifiedDifference()
    private var canaryRows = 0.0
    private var belief = 1.0

    mutating func fold(_ pair: Stratum, belief: Double) {
        guard pair.n1 > 0, pair.n0 > 0 else { return }
        let (n1, n0) = (Double(pair.n1), Double(pair.n0))
        // Half a unit on both sides, so that a share of 0 isn't taken for certain.
        let (share1, share0) = ((Double(pair.x1) + 0.5) / (n1 + 1), (Double(pair.x0) + 0.5) / (n0 + 1))
        self.difference.fold(
            difference: Double(pair.x1) / n1 - Double(pair.x0) / n0,
            variance: share1 * (1 - share1) / n1 + share0 * (1 - share0) / n0,
            weight: n1 * n0 / (n1 + n0),
            rows: pair.total
        )
        self.canaryRows += n1
        self.belief = min(self.belief, belief)
    }

    /// ln E against "the difference is `margin` or more, in either direction".
    func logE(within margin: Double, _ sequence: AsymptoticConfidenceSequence) -> Double {
        guard self.canaryRows * self.belief >= Self.burnIn, let value = self.difference.value,
            let error = self.difference.standardError
        else { return 0 }
        // Rows in clusters vary more by the square root of what isn't believed.
        let (spread, rows) = (error / self.belief.squareRoot(), Double(self.difference.rows) * self.belief)
        return min(
            sequence.logE(distanceToNull: margin - value, standardError: spread, rows: rows),
            sequence.logE(distanceToNull: margin + value, standardError: spread, rows: rows)
        )
    }
}
