/// A plan as it is stored: what an older one doesn't have has its default, and `null` says that a guard is switched off.
extension RolloutPlan: Codable {
    private enum CodingKeys: String, CodingKey {
        case steps, intervalSeconds, bakeSeconds, minimumRequests, deadlineSeconds, warmUp, alpha, promotionAlpha,
            promotion, checks, hardStop, stableGuard, limits, onNoData, onError, onInconclusive, assignment,
            baseline,
            rescue
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            steps: try container.decode([Step].self, forKey: .steps),
            intervalSeconds: try container.decode(Int.self, forKey: .intervalSeconds),
            bakeSeconds: try container.decode(Int.self, forKey: .bakeSeconds),
            minimumRequests: try container.decode(Int.self, forKey: .minimumRequests),
            deadlineSeconds: try container.decode(Int.self, forKey: .deadlineSeconds),
            warmUp: try container.decode(WarmUp.self, forKey: .warmUp),
            alpha: try container.decode(Double.self, forKey: .alpha),
            promotionAlpha: try container.decode(Double.self, forKey: .promotionAlpha),
            promotion: try container.decode(PromotionRule.self, forKey: .promotion),
            checks: try container.decode([Check].self, forKey: .checks),
            hardStop: try container.decodeIfPresent(HardStop.self, forKey: .hardStop),
            stableGuard: container.contains(.stableGuard)
                ? try container.decodeIfPresent(StableGuard.self, forKey: .stableGuard) : StableGuard(),
            limits: try container.decode([AbsoluteLimit].self, forKey: .limits),
            onNoData: try container.decode(MissingEvidencePolicy.self, forKey: .onNoData),
            onError: try container.decode(MissingEvidencePolicy.self, forKey: .onError),
            onInconclusive: try container.decode(MissingEvidencePolicy.self, forKey: .onInconclusive),
            assignment: try container.decode(AssignmentRule.self, forKey: .assignment),
            baseline: try container.decode(forKey: .baseline, else: false),
            rescue: try container.decodeIfPresent(RescueRule.self, forKey: .rescue)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.steps, forKey: .steps)
        try container.encode(self.intervalSeconds, forKey: .intervalSeconds)
        try container.encode(self.bakeSeconds, forKey: .bakeSeconds)
        try container.encode(self.minimumRequests, forKey: .minimumRequests)
        try container.encode(self.deadlineSeconds, forKey: .deadlineSeconds)
        try container.encode(self.warmUp, forKey: .warmUp)
        try container.encode(self.alpha, forKey: .alpha)
        try container.encode(self.promotionAlpha, forKey: .promotionAlpha)
        try container.encode(self.promotion, forKey: .promotion)
        try container.encode(self.checks, forKey: .checks)
        try container.encode(self.hardStop, forKey: .hardStop)
        try container.encode(self.stableGuard, forKey: .stableGuard)
        try container.encode(self.limits, forKey: .limits)
        try container.encode(self.onNoData, forKey: .onNoData)
        try container.encode(self.onError, forKey: .onError)
        try container.encode(self.onInconclusive, forKey: .onInconclusive)
        try container.encode(self.assignment, forKey: .assignment)
        try container.encode(self.baseline, forKey: .baseline, unless: false)
        try container.encodeIfPresent(self.rescue, forKey: .rescue)
    }
}
