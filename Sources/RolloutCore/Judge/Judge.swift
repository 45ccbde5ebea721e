import Statistics

/// Reads a rollout's evidence: a fold over strata in their order, and an assessment at any moment between two folds.
///
/// A value: folding the same strata again gives the same assessment, which is how a stored decision is replayed.
package struct Judge: Sendable {
    package let plan: RolloutPlan
    var checks: [CheckAccumulator]
    var splitRatio: SplitRatio
    var inputBalance: InputBalance
    var labelBalance: LabelBalance
    var limits: LimitWatch
    var saturation = SaturationWatch()
    var stableGuard: StableGuardWatch?
    /// Outcomes and latencies of both cohorts since the warm-up.
    var canary = CohortTally()
    var stable = CohortTally()
    /// Stable's requests beside the baseline since then; nil without one.
    var rest: StableRest?
    /// Mirrored requests since then; nil before any.
    var pairs: PairTally?
    /// Canary requests that ended since the rollout began, answered or given up, mirrored ones included.
    var canaryRequests: Int64 = 0
    /// What the split gave to each cohort since the rollout began.
    var assigned: (canary: Int64, stable: Int64) = (0, 0)
    var requestsByGeneration: [Int64: Int64] = [:]
    var droppedRequests: Int64 = 0
    var tick: Int64 = 0
    var lastCanaryEvidence: Timestamp?
    var warmedUpAt: Timestamp?
    /// The earliest interval whose route gave the canary clients.
    private var firstClients: Timestamp?
    var mismatchSince: Timestamp?
    var imbalanceSince: Timestamp?
    /// The first and the last drop of a row without a quiet stretch in it.
    var drops: (first: Timestamp, last: Timestamp)?
    private var canarySince: Timestamp?
    /// The end of the newest interval with traffic.
    private var newestEnd: Timestamp?
    /// All payloads that were looked at: how many labels one draw may bring.
    private var payloads = PayloadTally()
    /// Rows of them where payloads don't say how many they had.
    private var signalRows: Int64 = 0

    package init(plan: RolloutPlan) {
        self.plan = plan
        self.checks = plan.checks.map { CheckAccumulator($0, plan.context(for: $0)) }
        self.splitRatio = SplitRatio(hasBaseline: plan.baseline)
        self.inputBalance = InputBalance(plan.context(alpha: InputBalance.alpha))
        self.labelBalance = LabelBalance(isSticky: plan.assignment.isSticky)
        self.limits = LimitWatch(plan: plan)
        self.stableGuard = plan.stableGuard.map { StableGuardWatch($0, intervalSeconds: plan.intervalSeconds) }
    }

    package var hasCanaryAnswered: Bool { self.canarySince != nil }

    /// From when on the canary is judged by what clients got from it; nil in the warm-up, and while requests are only mirrored to it.
    var clientsSince: Timestamp? {
        guard let warmedUpAt, self.plan.steps.first?.isShadow == true else { return self.warmedUpAt }
        return self.firstClients.map { max(warmedUpAt, $0) }
    }

    /// Takes strata in, in the order of `EvidenceStratum.precedes`; what came with one tick is pooled where it has to be, so all strata
    /// of a tick come in one call.
    package mutating func fold(_ strata: [EvidenceStratum]) {
        var batch = strata[...]
        while let tick = batch.first?.tick {
            let end = batch.firstIndex { $0.tick != tick } ?? batch.endIndex
            self.fold(batch: batch[..<end])
            batch = batch[end...]
        }
    }

    /// Takes in a tick that brought one stratum.
    package mutating func fold(_ stratum: EvidenceStratum) { self.fold(batch: [stratum]) }

    // MARK: One tick

    private mutating func fold(batch: ArraySlice<EvidenceStratum>) {
        for stratum in batch {
            self.tick = max(self.tick, stratum.tick)
            if stratum.hasTraffic { self.fold(traffic: stratum) }
            self.fold(readings: stratum)
        }
        for labels in self.pooledLabels(of: batch) {
            self.labelBalance.fold(labels)
            for index in self.checks.indices { self.checks[index].fold(labels) }
        }
        guard let end = self.newestEnd, let warmedUpAt else { return }
        for index in self.checks.indices { self.checks[index].close(at: end, warmedUpAt: warmedUpAt) }
    }

    private func end(of stratum: EvidenceStratum) -> Timestamp {
        stratum.intervalStart.adding(seconds: Double(self.plan.intervalSeconds))
    }

    private mutating func fold(traffic stratum: EvidenceStratum) {
        let end = self.end(of: stratum)
        self.newestEnd = max(self.newestEnd ?? end, end)
        if stratum.droppedRequests > 0 {
            self.droppedRequests += stratum.droppedRequests
            self.noteDrop(at: end)
        }
        if stratum.canary.asked > 0 {
            self.canarySince = self.canarySince ?? stratum.intervalStart
            self.lastCanaryEvidence = max(self.lastCanaryEvidence ?? end, end)
        }
        if stratum.canaryWeight > .zero {
            self.firstClients = min(self.firstClients ?? stratum.intervalStart, stratum.intervalStart)
        }
        self.canaryRequests += stratum.canary.asked
        self.assigned.canary += stratum.canary.assigned
        self.assigned.stable += stratum.allOfStable.assigned
        self.stableGuard?.fold(stratum)
        self.saturation.fold(stratum)
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
        self.remember(stratum)
    }

    /// Cells of the warm-up that arrive late still belong to the warm-up.
    private mutating func judge(_ stratum: EvidenceStratum, since warmedUpAt: Timestamp) {
        guard stratum.intervalStart >= warmedUpAt else { return }
        self.canary.merge(stratum.canary.withoutDetail)
        self.stable.merge(stratum.stable.withoutDetail)
        if let rest = stratum.rest {
            self.rest = self.rest ?? StableRest()
            self.rest?.merge(rest)
        }
        if let pairs = stratum.canary.detail.pairs { self.pairs = self.pairs.map { $0.merged(with: pairs) } ?? pairs }
        self.requestsByGeneration[stratum.generation, default: 0] += stratum.canary.judged
        let interval = Int(stratum.intervalStart.seconds(since: warmedUpAt)) / self.plan.intervalSeconds
        for index in self.checks.indices { self.checks[index].fold(stratum, interval: interval) }
        self.inputBalance.fold(JudgedStratum(stratum: stratum, interval: interval, proves: false))
        if self.inputBalance.isBroken { self.imbalanceSince = self.imbalanceSince ?? self.end(of: stratum) }
    }

    /// Thresholds come from what is known before a stratum, so it is noted after it was judged.
    private mutating func remember(_ stratum: EvidenceStratum) {
        for index in self.checks.indices { self.checks[index].remember(stratum.stable) }
        self.inputBalance.remember(stratum.stable)
        for detail in [stratum.canary.detail, stratum.stable.detail] {
            self.signalRows += detail.signals.values.map(\.rows).max() ?? 0
            self.payloads.merge(detail.payloads)
        }
    }

    private mutating func noteDrop(at end: Timestamp) {
        guard let drops = self.drops, end.seconds(since: drops.last) <= self.quietSeconds else {
            self.drops = (end, end)
            return
        }
        self.drops = (min(drops.first, end), max(drops.last, end))
    }

    /// After this long without a sign of the canary its data counts as missing.
    var quietSeconds: Double { Double(max(2 * self.plan.intervalSeconds, 30)) }

    /// Counts of sticky keys aren't binomial, so only independent draws are held against their weight.
    private mutating func foldSampleRatio(_ stratum: EvidenceStratum, at end: Timestamp) {
        guard !self.plan.assignment.isSticky else { return }
        self.splitRatio.fold(stratum)
        if self.splitRatio.isMismatched { self.mismatchSince = self.mismatchSince ?? end }
    }

    private mutating func fold(readings stratum: EvidenceStratum) {
        guard !stratum.readings.isEmpty, let warmedUpAt, stratum.intervalStart >= warmedUpAt else { return }
        for index in self.checks.indices { self.checks[index].fold(stratum.readings, of: stratum.intervalStart) }
    }

    /// The labels of a batch, one stratum a generation: within a generation the weight is the same, and those of one interval are few.
    private func pooledLabels(of batch: ArraySlice<EvidenceStratum>) -> [LabelStratum] {
        guard let warmedUpAt else { return [] }
        var pools: [LabelStratum] = []
        for stratum in batch where stratum.hasLabels && stratum.intervalStart >= warmedUpAt {
            let (canary, stable) = (stratum.canary.detail.quality, stratum.stable.detail.quality)
            if let index = pools.firstIndex(where: { $0.generation == stratum.generation }) {
                pools[index].canary.merge(canary)
                pools[index].stable.merge(stable)
                continue
            }
            pools.append(
                LabelStratum(
                    generation: stratum.generation,
                    canaryShare: stratum.canaryShare,
                    canary: canary,
                    stable: stable,
                    belief: self.labelBelief
                )
            )
        }
        return pools.sorted { $0.generation < $1.generation }
    }

    /// How much is believed of labelled rows: as those of the predictions that they belong to.
    private var labelBelief: Double {
        let rows = self.payloads.rows > 0 ? self.payloads.rows : self.signalRows
        return self.payloads.belief(rows: rows, role: .prediction)
    }
}

extension EvidenceStratum {
    /// Whether rows of it have got labels.
    var hasLabels: Bool {
        self.canary.detail.quality.overall.labelled > 0 || self.stable.detail.quality.overall.labelled > 0
    }

    /// Whether it says anything of requests; one that only brings labels or readings must disturb nothing that counts requests.
    var hasTraffic: Bool {
        if self.readings.isEmpty, !self.hasLabels { return true }
        return self.canary.assigned > 0 || self.allOfStable.assigned > 0 || self.canary.outcomes.total > 0
            || self.allOfStable.outcomes.total > 0 || self.canary.detail.pairs != nil || self.droppedRequests > 0
    }
}

extension RolloutPlan {
    /// The check's part of α: its weight among the enforced ones that keep the bound. Another takes nothing from those and acts at the
    /// share it would have beside them.
    private func alpha(of check: Check) -> Double {
        let total = self.checks.filter(self.keepsBound).reduce(self.keepsBound(check) ? 0 : check.weight) {
            $0 + $1.weight
        }
        return self.alpha * check.weight / total
    }

    /// Of sticky keys only errors and aborts are judged by places, which come one by one.
    private func keepsBound(_ check: Check) -> Bool {
        guard check.mode == .enforced else { return false }
        return self.assignment.isSticky ? check.comparison.isJudgedByPlaces : check.comparison.isStatistical
    }

    func context(for check: Check) -> EvidenceContext { self.context(alpha: self.alpha(of: check)) }

    func context(alpha: Double) -> EvidenceContext {
        let share = self.steps.first { !$0.isShadow }?.weight ?? .fivePercent
        return EvidenceContext(
            alpha: alpha,
            promotionAlpha: self.promotionAlpha,
            horizon: self.deadlineSeconds / max(1, self.intervalSeconds),
            intervalSeconds: self.intervalSeconds,
            canaryShare: self.baseline ? 0.5 : share.share,
            isSticky: self.assignment.isSticky,
            isMirrored: self.steps.first?.mirror != nil
        )
    }
}
