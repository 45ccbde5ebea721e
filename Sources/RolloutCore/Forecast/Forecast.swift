import Statistics

/// What a plan can and cannot find out at a model's present traffic, told before it begins.
///
/// Probabilities are approximations (see `EvidenceOutlook`): good enough to see that a plan is blind, not to decide by.
package struct Forecast: Hashable, Sendable, Codable {
    package let requestsPerSecond: Double?
    /// Whether the plan can end with a promotion before its deadline; nil when there has been no traffic to tell it from.
    package let canEnd: Bool?
    /// Why it cannot, one sentence each.
    package let reasons: [String]
    /// For a canary as good as stable that nothing holds up: from start to promotion, half of the time; nil when it is after the
    /// deadline or not known. Approvals by people take what they take.
    package let secondsUntilPromotion: Double?
    package let checks: [CheckForecast]

    /// A proof that so few good canaries reach by the deadline cannot be asked for.
    private static let leastProofProbability = 0.05

    package init(plan: RolloutPlan, inputs: ForecastInputs) {
        self.requestsPerSecond = inputs.requestsPerSecond
        guard let rate = inputs.requestsPerSecond, rate > 0, rate.isFinite, !plan.steps.isEmpty else {
            self.canEnd = nil
            self.reasons = []
            self.secondsUntilPromotion = nil
            self.checks = plan.checks.filter { $0.mode == .enforced }.map {
                .unknown($0, isRequired: plan.needsProof(of: $0), "no traffic yet")
            }
            return
        }
        let timeline = PlanTimeline(plan, requestsPerSecond: rate)
        let checks = plan.checks.filter { $0.mode == .enforced }.map {
            CheckForecast($0, plan, inputs, timeline)
        }
        self.checks = checks
        let reasons = Self.obstacles(plan, inputs, timeline, checks)
        self.reasons = reasons
        self.canEnd = reasons.isEmpty
        let proofs = checks.filter { $0.isRequired && $0.proofProbability != nil }
        let slowest = proofs.map { $0.proofSeconds ?? .infinity }.max() ?? 0
        let last = timeline.last?.start ?? 0
        let seconds = max(timeline.leastSeconds, last + slowest)
        self.secondsUntilPromotion = reasons.isEmpty && seconds <= timeline.deadlineSeconds ? seconds : nil
    }

    private static func obstacles(
        _ plan: RolloutPlan,
        _ inputs: ForecastInputs,
        _ timeline: PlanTimeline,
        _ checks: [CheckForecast]
    ) -> [String] {
        var reasons: [String] = []
        let deadline = timeline.deadlineSeconds
        if timeline.leastSeconds > deadline {
            reasons.append(
                "at \(timeline.requestsPerSecond.short) requests a second warm-up, bake times and minimumRequests take "
                    + "\(timeline.leastSeconds.roundedUp) s, the deadline is \(plan.deadlineSeconds) s: "
                    + "lower minimumRequests, raise the weights, or move the deadline"
            )
            return reasons
        }
        for check in checks {
            guard check.isRequired, let probability = check.proofProbability, probability < Self.leastProofProbability
            else {
                continue
            }
            reasons.append(
                "check '\(check.name)' is required, but a canary as good as stable proves it by the deadline in "
                    + "\(probability.percent) of cases only: raise the weights, widen its margin, or move the deadline"
            )
        }
        if let last = timeline.last, let labels = inputs.labelsPerSecond, labels > 0 {
            let expected = labels * last.share * max(0, deadline - last.start)
            for check in plan.checks where plan.needsProof(of: check) {
                guard case .quality(let rule) = check.comparison, expected < Double(rule.minimumLabels) else {
                    continue
                }
                reasons.append(
                    "check '\(check.name)' needs \(rule.minimumLabels) labelled canary rows, about \(expected.roundedUp) "
                        + "come by the deadline: lower minimumLabels, raise the weights, or move the deadline"
                )
            }
        }
        return reasons
    }
}

extension RolloutPlan {
    /// Whether promotion waits for the proof of `check`.
    func needsProof(of check: Check) -> Bool {
        self.promotion == .nonInferiority && check.mode == .enforced && check.required
    }
}

extension Double {
    fileprivate var roundedUp: Int { self < 1e15 ? Int(self.rounded(.up)) : Int.max }
}
