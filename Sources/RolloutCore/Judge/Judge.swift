import Statistics

/// Reads a rollout's evidence: a fold over strata in their order, and an assessment at any moment between two folds.
///
/// A value: folding the same strata again gives the same assessment, which is how a stored decision is replayed.
package struct Judge: Sendable {
    package let plan: RolloutPlan
    private var checks: [CheckAccumulator]
    private var sampleRatio = SampleRatioTest()
    private var limits: LimitWatch
    /// Stable's latencies of all strata so far: where later thresholds come from.
    private var stableHistory = LatencyHistogram()
    /// Both cohorts since the warm-up.
    private var canary = CohortTally()
    private var stable = CohortTally()
    /// Canary requests that ended since the rollout began, answered or given up.
    private var canaryRequests: Int64 = 0
    /// What the split gave to each cohort since the rollout began.
    private var assigned: (canary: Int64, stable: Int64) = (0, 0)
    private var requestsByGeneration: [Int64: Int64] = [:]
    private var droppedRequests: Int64 = 0
    private var tick: Int64 = 0
    private var canarySince: Timestamp?
    private var lastCanaryEvidence: Timestamp?
    private var warmedUpAt: Timestamp?
    private var mismatchSince: Timestamp?
    /// The first and the last drop of a row without a quiet stretch in it.
    private var drops: (first: Timestamp, last: Timestamp)?

    package init(plan: RolloutPlan) {
        self.plan = plan
        // Requests that share a key fail together; tempering keeps the bound when assignment makes such clusters stay in one cohort.
        let tempering: Tempering = plan.assignment.isSticky ? .estimated : .none
        let horizon = max(1, plan.deadlineSeconds / plan.intervalSeconds)
        self.checks = plan.checks.map { CheckAccumulator($0, horizon: horizon, tempering: tempering) }
        self.limits = LimitWatch(plan: plan)
    }

    package var hasCanaryAnswered: Bool { self.canarySince != nil }

    /// Takes one stratum in; strata come in the order of `EvidenceStratum.precedes`.
    package mutating func fold(_ stratum: EvidenceStratum) {
        let end = stratum.intervalStart.adding(seconds: Double(self.plan.intervalSeconds))
        self.tick = max(self.tick, stratum.tick)
        if stratum.droppedRequests > 0 {
            self.droppedRequests += stratum.droppedRequests
            self.noteDrop(at: end)
        }
        if stratum.canary.outcomes.asked > 0 {
            self.canarySince = self.canarySince ?? stratum.intervalStart
            self.lastCanaryEvidence = max(self.lastCanaryEvidence ?? end, end)
        }
        self.canaryRequests += stratum.canary.outcomes.asked
        self.assigned.canary += stratum.canary.assigned
        self.assigned.stable += stratum.stable.assigned
        if self.warmedUpAt.map({ stratum.intervalStart >= $0 }) ?? false { self.limits.fold(stratum) }
        if stratum.droppedRequests > 0 { return }  // Incomplete, so neither for nor against the canary: no data.

        self.foldSampleRatio(stratum, at: end)
        if let warmedUpAt = self.warmedUpAt {
            self.judge(stratum, since: warmedUpAt)
        } else if let since = self.canarySince, end.seconds(since: since) >= Double(self.plan.warmUp.seconds),
            self.canaryRequests >= Int64(self.plan.warmUp.requests)
        {
            self.warmedUpAt = end  // From the next interval on: what ended the warm-up was known to belong to it.
        }
        self.stableHistory.merge(stratum.stable.latency)
    }

    /// Cells of the warm-up that arrive late still belong to the warm-up.
    private mutating func judge(_ stratum: EvidenceStratum, since warmedUpAt: Timestamp) {
        guard stratum.intervalStart >= warmedUpAt else { return }
        self.canary.merge(stratum.canary)
        self.stable.merge(stratum.stable)
        self.requestsByGeneration[stratum.generation, default: 0] += stratum.canary.outcomes.judged
        for index in self.checks.indices { self.checks[index].fold(stratum, history: self.stableHistory) }
    }

    private mutating func noteDrop(at end: Timestamp) {
        guard let drops = self.drops, end.seconds(since: drops.last) <= self.quietSeconds else {
            self.drops = (end, end)
            return
        }
        self.drops = (min(drops.first, end), max(drops.last, end))
    }

    /// After this long without a sign of the canary its data counts as missing.
    private var quietSeconds: Double { Double(max(2 * self.plan.intervalSeconds, 30)) }

    /// Counts of sticky keys aren't binomial, so only independent draws are held against their weight.
    private mutating func foldSampleRatio(_ stratum: EvidenceStratum, at end: Timestamp) {
        guard !self.plan.assignment.isSticky else { return }
        self.sampleRatio.fold(
            canary: stratum.canary.assigned,
            stable: stratum.stable.assigned,
            share: stratum.canaryWeight.share
        )
        if self.sampleRatio.isMismatched { self.mismatchSince = self.mismatchSince ?? end }
    }

    /// The whole finding at `now`.
    ///
    /// - Parameters:
    ///   - stepGeneration: Requests routed by earlier generations belong to earlier steps.
    ///   - rolloutStart: From when missing data counts as missing.
    ///   - watchedSince: From when the loop has looked without a break: what it couldn't see is not missing.
    package func assess(
        now: Timestamp,
        recent: RecentEvidence,
        stepGeneration: Int64,
        rolloutStart: Timestamp,
        watchedSince: Timestamp? = nil
    ) -> Assessment {
        let noDataSince = self.noDataSince(now, from: max(rolloutStart, watchedSince ?? rolloutStart))
        let checks = self.checks.map { self.assess($0, isSilent: noDataSince != nil) }
        let limits = self.limits.assess()
        return Assessment(
            at: now,
            tick: self.tick,
            checks: checks,
            hardStop: self.plan.hardStop.map { $0.assess(recent) },
            limits: limits,
            sampleRatio: self.assessSampleRatio(),
            isWarmedUp: self.warmedUpAt != nil,
            canaryRequests: self.canaryRequests,
            stepRequests: self.requestsByGeneration.reduce(0) { $1.key >= stepGeneration ? $0 + $1.value : $0 },
            droppedRequests: self.droppedRequests,
            noDataSince: noDataSince,
            errorSince: self.mismatchSince,
            inconclusiveSince: self.inconclusiveSince(checks)
        )
    }

    private func noDataSince(_ now: Timestamp, from start: Timestamp) -> Timestamp? {
        let lastSeen = max(self.lastCanaryEvidence ?? start, start)
        if now.seconds(since: lastSeen) > self.quietSeconds { return lastSeen }
        guard let drops = self.drops, now.seconds(since: drops.last) <= self.quietSeconds else { return nil }
        return drops.first
    }

    /// A proof is missing since the warm-up, but only where promotion asks for it; a limit is in doubt since it was exceeded.
    private func inconclusiveSince(_ checks: [CheckAssessment]) -> Timestamp? {
        let isProofMissing =
            self.plan.promotion == .nonInferiority
            && checks.contains { $0.mode == .enforced && $0.required && $0.verdict == .inconclusive }
        let doubts = [isProofMissing ? self.warmedUpAt : nil, self.limits.inDoubtSince].compactMap { $0 }
        return doubts.min()
    }

    private func assessSampleRatio() -> SampleRatioAssessment {
        let level = EvidenceLevel(
            logE: self.sampleRatio.largestLogE,
            logThreshold: LogDomain.threshold(alpha: 1 / SampleRatioTest.freezeThreshold)
        )
        let message: String
        let verdict: Verdict
        if self.plan.assignment.isSticky {
            (verdict, message) = (.noData, "not tested: sticky keys come in clusters")
        } else if self.sampleRatio.isMismatched {
            (verdict, message) = (
                .error, "the split that was counted is not the split that was routed; every comparison is suspect"
            )
        } else {
            (verdict, message) = (.pass, "the split is as routed")
        }
        return SampleRatioAssessment(
            verdict: verdict,
            message: message,
            level: level,
            canaryRequests: self.assigned.canary,
            stableRequests: self.assigned.stable
        )
    }

    /// The check's part of α: its weight among the enforced ones. A dry run is shown against the share it would have.
    private func rollbackAlpha(of check: Check) -> Double {
        let enforced = self.plan.checks.reduce(0) { $1.mode == .enforced ? $0 + $1.weight : $0 }
        let total = check.mode == .enforced ? enforced : enforced + check.weight
        return self.plan.alpha * check.weight / total
    }

    private func assess(_ accumulator: CheckAccumulator, isSilent: Bool) -> CheckAssessment {
        let check = accumulator.check
        let harm = EvidenceLevel(
            logE: accumulator.harmLogE,
            logThreshold: LogDomain.threshold(alpha: self.rollbackAlpha(of: check))
        )
        let promotion = EvidenceLevel(
            logE: accumulator.promotionLogE,
            logThreshold: LogDomain.threshold(alpha: self.plan.promotionAlpha)
        )
        let (canary, stable) = (CohortNumbers(self.canary), CohortNumbers(self.stable))
        let (verdict, message) = self.verdict(
            of: check,
            harm: harm,
            promotion: promotion,
            canary: canary,
            stable: stable,
            isLossLargeEnough: accumulator.isLossLargeEnough,
            hasEvidence: accumulator.hasEvidence,
            isSilent: isSilent
        )
        return CheckAssessment(
            name: check.name,
            metric: check.comparison.metric,
            mode: check.mode,
            required: check.required,
            verdict: verdict,
            message: message,
            harm: harm,
            promotion: promotion,
            canary: canary,
            stable: stable,
            effect: accumulator.effect,
            requestsNeeded: self.requestsNeeded(promotion, seen: accumulator.provenRequests)
        )
    }

    private func verdict(
        of check: Check,
        harm: EvidenceLevel,
        promotion: EvidenceLevel,
        canary: CohortNumbers,
        stable: CohortNumbers,
        isLossLargeEnough: Bool,
        hasEvidence: Bool,
        isSilent: Bool
    ) -> (Verdict, String) {
        if self.warmedUpAt == nil { return (.warming, "inside the warm-up: counted for hard stops only") }
        // A wrong split makes every comparison suspect, so nothing is concluded from any; a proven loss outranks all other doubts.
        if self.mismatchSince != nil {
            return (.error, "the split counted is not the split routed: see the sample ratio")
        }
        if harm.isReached, isLossLargeEnough { return (.fail, check.lossMessage(canary: canary, stable: stable)) }
        let (asked, stableAsked) = (canary.requests + canary.clientAborted, stable.requests + stable.clientAborted)
        if asked == 0 || stableAsked == 0 {
            return (.noData, "no requests of \(asked == 0 ? "the canary" : "stable") to judge")
        }
        if !hasEvidence { return (.noData, "stable's past is too short to take thresholds from") }
        if isSilent { return (.noData, "no canary requests of late, or requests that gateways had to forget") }
        if promotion.isReached { return (.pass, "shown to be no worse than stable by more than the margin") }
        if harm.isReached {
            return (.inconclusive, "a loss is proven, but smaller than the least difference that matters")
        }
        return (.inconclusive, "neither a loss nor its absence is proven yet")
    }

    /// Evidence grows in proportion to requests, so what is missing is told from what has come so far.
    private func requestsNeeded(_ level: EvidenceLevel, seen requests: Int64) -> Int64? {
        if level.isReached { return 0 }
        let seen = Double(requests)
        guard level.logE > 0.25, seen > 0 else { return nil }
        return Int64((seen * (level.logThreshold / level.logE - 1)).rounded(.up))
    }
}

extension Check {
    fileprivate func lossMessage(canary: CohortNumbers, stable: CohortNumbers) -> String {
        switch self.comparison {
        case .errorRate:
            "the canary fails more often than stable: \(canary.errors) of \(canary.requests) requests, stable \(stable.errors) of \(stable.requests)"
        case .clientAborts:
            "clients give up on the canary more often than on stable: \(canary.clientAborted) requests beside \(canary.requests) answered, stable \(stable.clientAborted) beside \(stable.requests)"
        case .latency(let rule):
            "the canary is slower than stable by more than a factor of \(rule.harmRatio) and \(rule.toleranceMilliseconds) ms"
        }
    }
}
