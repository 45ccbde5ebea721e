/// One check with its numbers. What later versions of the judge added is absent in older assessments.
package struct CheckAssessment: Hashable, Sendable, Codable {
    package let name: String
    package let metric: String
    package let mode: Check.Mode
    package let required: Bool
    package let verdict: Verdict
    /// One sentence in plain words.
    package let message: String
    /// ln E against "no harm", the largest so far, and the ln of the threshold 1/(α·w) that rolls back.
    package let harm: EvidenceLevel
    /// ln E against "worse than the margin" and the ln of 1/α that promotion needs.
    package let promotion: EvidenceLevel
    package let canary: CohortNumbers
    package let stable: CohortNumbers
    /// Mantel–Haenszel odds ratio of a bad unit, canary to stable; absent where units aren't good or bad and when it is undefined.
    package let effect: Effect?
    /// Canary requests that the proof for promotion still takes at the present rate of evidence; absent when it can't be told.
    package let requestsNeeded: Int64?
    /// Both cohorts' numbers in the check's own unit.
    package let measurement: Measurement?
    /// The probability of a false rollback that is set aside for this check; absent for a rule outside `alpha`.
    package let alphaShare: Double?
    /// Why the check isn't covered by `alpha`; absent when it is.
    package let outsideAlpha: String?
    /// Canary units (of `measurement`) that the nearer verdict, harm or promotion, still takes at the present rate of evidence.
    package let unitsNeeded: Int64?
    /// The same in seconds, at the present rate of units; absent when it can't be told.
    package let secondsToVerdict: Double?
    /// Of a drift check.
    package let signals: [SignalMovement]?
    /// Of a quality check: the slices with the most labels, at most 20.
    package let slices: [SliceMeasurement]?
    package let onNoData: Check.NoDataPolicy?
    /// Since when the check has had nothing to judge without a break.
    package let noDataSince: Timestamp?

    package init(
        name: String,
        metric: String,
        mode: Check.Mode,
        required: Bool,
        verdict: Verdict,
        message: String,
        harm: EvidenceLevel,
        promotion: EvidenceLevel,
        canary: CohortNumbers,
        stable: CohortNumbers,
        effect: Effect?,
        requestsNeeded: Int64?,
        measurement: Measurement? = nil,
        alphaShare: Double? = nil,
        outsideAlpha: String? = nil,
        unitsNeeded: Int64? = nil,
        secondsToVerdict: Double? = nil,
        signals: [SignalMovement]? = nil,
        slices: [SliceMeasurement]? = nil,
        onNoData: Check.NoDataPolicy? = nil,
        noDataSince: Timestamp? = nil
    ) {
        self.name = name
        self.metric = metric
        self.mode = mode
        self.required = required
        self.verdict = verdict
        self.message = message
        self.harm = harm
        self.promotion = promotion
        self.canary = canary
        self.stable = stable
        self.effect = effect
        self.requestsNeeded = requestsNeeded
        self.measurement = measurement
        self.alphaShare = alphaShare
        self.outsideAlpha = outsideAlpha
        self.unitsNeeded = unitsNeeded
        self.secondsToVerdict = secondsToVerdict
        self.signals = signals
        self.slices = slices
        self.onNoData = onNoData
        self.noDataSince = noDataSince
    }
}

extension CheckAssessment {
    /// Units of stable that make it odd that the canary has none.
    private static let telling: Int64 = 200

    /// Whether the canary has nothing to judge where stable has plenty.
    package var isBlindToCanary: Bool {
        guard self.verdict == .noData, let measurement else { return false }
        return measurement.canary.units == 0 && measurement.stable.units >= Self.telling
    }
}
