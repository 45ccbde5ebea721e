import Statistics

/// One check of the plan: its evidence, and what is needed to tell how it stands.
struct CheckAccumulator: Sendable {
    let check: Check
    private let context: EvidenceContext
    private var evidence: any CheckEvidence
    /// The newest route generation, and so the step, that the proof for promotion is about.
    private var provenGeneration = Int64.min
    private var rate = RateMeter()
    private var units: Int64 = 0
    private var lastUnits: Timestamp?

    init(_ check: Check, _ context: EvidenceContext) {
        self.check = check
        self.context = context
        self.evidence =
            switch check.comparison {
            case .errorRate(let rule): ShareEvidence(.error, rule, context)
            case .clientAborts(let rule): ShareEvidence(.abort, rule, context)
            case .invalidOutputs(let rule): InvalidOutputEvidence(rule, context)
            case .latency(let rule): LatencyEvidence(rule, context)
            case .predictionDrift(let rule): DriftEvidence(rule, context)
            case .quality(let rule): QualityEvidence(rule, context)
            case .signal(let rule): SignalEvidence(rule, context)
            case .external(let rule): ExternalEvidence(rule, context)
            }
    }

    // MARK: Folding

    /// - Parameter interval: Of the stratum, counted from the warm-up.
    mutating func fold(_ stratum: EvidenceStratum, interval: Int) {
        let proves = self.proves(stratum.generation)
        self.evidence.fold(JudgedStratum(stratum: stratum, interval: interval, proves: proves))
    }

    /// - Parameter labels: Pooled; whether they prove anything is for the check to say.
    mutating func fold(_ labels: LabelStratum) {
        var labels = labels
        labels.proves = self.proves(labels.generation)
        self.evidence.fold(labels)
    }

    /// Whether a generation is the one that the proof is about; a newer one begins a new proof.
    private mutating func proves(_ generation: Int64) -> Bool {
        if generation > self.provenGeneration {
            self.provenGeneration = generation
            self.evidence.restartProof()
        }
        return generation == self.provenGeneration
    }

    mutating func fold(_ readings: [String: ExternalReading], of interval: Timestamp) {
        guard let reading = readings[self.check.name] else { return }
        self.evidence.fold(reading, of: interval)
    }

    mutating func remember(_ stable: CohortTally) { self.evidence.remember(stable) }

    /// Ends a batch: notes how many units came with it.
    ///
    /// - Parameter end: Of the newest interval that is known.
    mutating func close(at end: Timestamp, warmedUpAt: Timestamp) {
        let units = self.evidence.canaryUnits
        self.rate.add(units - self.units, from: warmedUpAt, at: end)
        if units > self.units { self.lastUnits = end }
        self.units = units
    }

    // MARK: Assessing

    /// What the whole rollout knows that every check must heed.
    struct Circumstances: Sendable {
        let now: Timestamp
        /// Nil inside the warm-up.
        let warmedUpAt: Timestamp?
        /// From when on the canary has answered clients; nil while it is only mirrored to.
        let clientsSince: Timestamp?
        /// Why no comparison can be trusted; nil when all can.
        let doubt: String?
        /// Why nothing that payloads and labels say can be compared; nil when it can.
        let inputDoubt: String?
        /// Why no labels can be trusted; nil when they can.
        let labelDoubt: String?
        /// Whether the canary has no data of late.
        let isSilent: Bool
        /// From when the loop has looked without a break: what it couldn't see is not missing.
        let watchedSince: Timestamp
        /// After this long without units a check has no data, in seconds.
        let quietSeconds: Double
        let canary: CohortNumbers
        let stable: CohortNumbers
    }

    func assess(_ circumstances: Circumstances) -> CheckAssessment {
        let finding = self.evidence.finding
        let harm = EvidenceLevel(logE: finding.harmLogE, logThreshold: self.context.logThreshold)
        let promotion = EvidenceLevel(
            logE: finding.promotionLogE,
            logThreshold: LogDomain.threshold(alpha: self.context.promotionAlpha)
        )
        let quietSince = self.quietSince(finding, circumstances)
        var (verdict, message) = self.verdict(finding, harm, promotion, isQuiet: quietSince != nil, circumstances)
        if verdict == .fail, self.context.isSticky, finding.rule == nil, finding.outsideAlpha != nil {
            message += "; outside the bound alpha: sticky keys come in clusters"
        }
        let outside = self.outsideAlpha(finding)
        let toPromotion = Self.unitsNeeded(promotion, seen: finding.provenUnits)
        let toVerdict = [toPromotion, Self.unitsNeeded(harm, seen: self.units)].compactMap { $0 }.min()
        return CheckAssessment(
            name: self.check.name,
            metric: self.check.comparison.metric,
            mode: self.check.mode,
            required: self.check.required,
            verdict: verdict,
            message: message,
            harm: harm,
            promotion: promotion,
            canary: circumstances.canary,
            stable: circumstances.stable,
            effect: finding.effect,
            requestsNeeded: finding.measurement.unit == .requests ? toPromotion : nil,
            measurement: finding.measurement,
            alphaShare: outside == nil ? self.context.alpha : nil,
            outsideAlpha: outside,
            unitsNeeded: finding.rule == nil ? toVerdict : nil,
            secondsToVerdict: finding.rule == nil ? self.seconds(for: toVerdict) : nil,
            signals: finding.signals,
            slices: finding.slices,
            onNoData: self.check.onNoData,
            noDataSince: Self.canLack(verdict) ? quietSince : nil
        )
    }

    private func outsideAlpha(_ finding: EvidenceFinding) -> String? {
        switch self.check.mode {
        case .enforced: finding.outsideAlpha
        case .warning: finding.outsideAlpha ?? "it warns and rolls nothing back"
        case .dryRun: finding.outsideAlpha ?? "it is a dry run"
        }
    }

    private func verdict(
        _ finding: EvidenceFinding,
        _ harm: EvidenceLevel,
        _ promotion: EvidenceLevel,
        isQuiet: Bool,
        _ circumstances: Circumstances
    ) -> (Verdict, String) {
        if circumstances.warmedUpAt == nil { return (.warming, "inside the warm-up: counted for hard stops only") }
        if let rule = finding.rule {
            return isQuiet && rule.verdict != .noData ? (.noData, "no readings of late") : rule
        }
        // Where the split is wrong every comparison is suspect; otherwise a proven loss outranks all doubts.
        if let doubt = circumstances.doubt { return (.error, doubt) }
        if self.check.comparison.needsAlikeInputs, let doubt = circumstances.inputDoubt { return (.error, doubt) }
        if finding.measurement.unit == .labels, let doubt = circumstances.labelDoubt { return (.error, doubt) }
        if harm.isReached, finding.isLossLargeEnough { return (.fail, finding.loss) }
        if circumstances.clientsSince == nil, !self.evidence.judgesPairs {
            return (.noData, "mirrored requests say nothing of it: judged from the canary's first client on")
        }
        if let missing = finding.missing { return (.noData, missing) }
        if circumstances.isSilent {
            return (.noData, "no canary requests of late, or requests that gateways had to forget")
        }
        let (verdict, message) = self.proof(finding, harm, promotion)
        return (
            verdict,
            isQuiet ? "no \(finding.measurement.unit.rawValue) of the canary of late; before: \(message)" : message
        )
    }

    /// What is proven when no loss is.
    private func proof(
        _ finding: EvidenceFinding,
        _ harm: EvidenceLevel,
        _ promotion: EvidenceLevel
    ) -> (Verdict, String) {
        if promotion.isReached {
            if let lacking = finding.lacking { return (.inconclusive, "proven, but over too little yet: \(lacking)") }
            return (.pass, "shown to be no worse than stable by more than the margin")
        }
        if harm.isReached {
            return (.inconclusive, "a loss is proven, but smaller than the least difference that matters")
        }
        return (.inconclusive, "neither a loss nor its absence is proven yet")
    }

    /// Since when no units have come; nil while they come. Units that come slowly aren't missing: only a stretch without any counts.
    private func quietSince(_ finding: EvidenceFinding, _ circumstances: Circumstances) -> Timestamp? {
        let judgedSince = self.evidence.judgesPairs ? circumstances.warmedUpAt : circumstances.clientsSince
        guard let judgedSince else { return nil }
        let last = finding.newestReading ?? self.lastUnits ?? judgedSince
        let since = max(judgedSince, circumstances.watchedSince, last)
        return circumstances.now.seconds(since: since) > circumstances.quietSeconds ? since : nil
    }

    /// Whether a check of this verdict may lack data: a stretch without units is one, whatever was seen before it.
    private static func canLack(_ verdict: Verdict) -> Bool {
        switch verdict {
        case .noData, .inconclusive, .pass: true
        case .warming, .fail, .error: false
        }
    }

    /// Evidence grows in proportion to units, so what is missing is told from what has come so far.
    private static func unitsNeeded(_ level: EvidenceLevel, seen units: Int64) -> Int64? {
        if level.isReached { return 0 }
        let seen = Double(units)
        guard level.logE > 0.25, seen > 0 else { return nil }
        return Int64((seen * (level.logThreshold / level.logE - 1)).rounded(.up))
    }

    private func seconds(for units: Int64?) -> Double? {
        guard let units, let perSecond = self.rate.perSecond else { return nil }
        return (Double(units) / perSecond).rounded(.up)
    }
}
