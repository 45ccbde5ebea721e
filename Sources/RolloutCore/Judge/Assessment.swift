/// Everything the judge found at one look: the whole explanation of a decision, stored with it.
///
/// What later versions of the judge added is absent in older assessments.
package struct Assessment: Hashable, Sendable, Codable {
    package let at: Timestamp
    /// The last batch of evidence in it; a replay folds the strata up to and including this tick.
    package let tick: Int64
    package let checks: [CheckAssessment]
    package let hardStop: HardStopAssessment?
    package let limits: [LimitAssessment]
    package let sampleRatio: SampleRatioAssessment
    package let isWarmedUp: Bool
    /// Judged canary requests since the rollout began, and of those, since the present step began (warm-up not counted).
    package let canaryRequests: Int64
    package let stepRequests: Int64
    /// Requests that gateways had to forget; above 0 the evidence is incomplete.
    package let droppedRequests: Int64
    /// Since when each condition has lasted without a break; absent when it doesn't hold.
    package let noDataSince: Timestamp?
    package let errorSince: Timestamp?
    package let inconclusiveSince: Timestamp?
    /// The bound on false statistical rollbacks of this rollout.
    package let alpha: Double?
    /// The rules that this bound doesn't cover, one sentence each.
    package let outsideAlpha: [String]?
    /// Whether both cohorts are asked the same things.
    package let inputBalance: BalanceAssessment?
    /// Whether labels come for both cohorts alike.
    package let labelBalance: BalanceAssessment?
    /// Whether stable is well itself.
    package let stable: StableAssessment?
    /// Whether the canary can take its share; absent while it turns nothing away.
    package let saturation: SaturationAssessment?
    /// Mirrored requests; absent before there were any.
    package let mirrored: MirrorAssessment?
    /// Stable's requests beside the baseline, which then is what the checks call stable; absent without a baseline.
    package let rest: CohortNumbers?

    package init(
        at: Timestamp,
        tick: Int64,
        checks: [CheckAssessment],
        hardStop: HardStopAssessment?,
        limits: [LimitAssessment],
        sampleRatio: SampleRatioAssessment,
        isWarmedUp: Bool,
        canaryRequests: Int64,
        stepRequests: Int64,
        droppedRequests: Int64,
        noDataSince: Timestamp?,
        errorSince: Timestamp?,
        inconclusiveSince: Timestamp?,
        alpha: Double? = nil,
        outsideAlpha: [String]? = nil,
        inputBalance: BalanceAssessment? = nil,
        labelBalance: BalanceAssessment? = nil,
        stable: StableAssessment? = nil,
        saturation: SaturationAssessment? = nil,
        mirrored: MirrorAssessment? = nil,
        rest: CohortNumbers? = nil
    ) {
        self.at = at
        self.tick = tick
        self.checks = checks
        self.hardStop = hardStop
        self.limits = limits
        self.sampleRatio = sampleRatio
        self.isWarmedUp = isWarmedUp
        self.canaryRequests = canaryRequests
        self.stepRequests = stepRequests
        self.droppedRequests = droppedRequests
        self.noDataSince = noDataSince
        self.errorSince = errorSince
        self.inconclusiveSince = inconclusiveSince
        self.alpha = alpha
        self.outsideAlpha = outsideAlpha
        self.inputBalance = inputBalance
        self.labelBalance = labelBalance
        self.stable = stable
        self.saturation = saturation
        self.mirrored = mirrored
        self.rest = rest
    }
}
