/// How a canary is tried: fixed when its rollout starts, stored with it, never edited.
///
/// Every duration is in whole seconds because a plan is a document: its Swift names are its JSON names.
package struct RolloutPlan: Hashable, Sendable {
    /// At least one; weights strictly increasing, each in 1…9 999 basis points, of a first step that mirrors from 0 on. After the last one the canary gets everything.
    package var steps: [Step]
    /// Length of a stratum, 1…3 600: outcomes are compared within one interval and one route generation only.
    package var intervalSeconds: Int
    /// A step lasts at least this long, 0…2 592 000.
    package var bakeSeconds: Int
    /// A step needs at least this many judged canary requests, at least 1: a version without traffic is never promoted.
    package var minimumRequests: Int
    /// After this long without a promotion the rollout ends as inconclusive, 1…7 776 000.
    package var deadlineSeconds: Int
    package var warmUp: WarmUp
    /// P(any false statistical rollback in this rollout) ≤ `alpha`, over all checks and all looks; in 0.0001…0.2.
    package var alpha: Double
    /// P(promoting a version that is worse than the margin of some required check) ≤ `promotionAlpha`; in 0.0001…0.2.
    package var promotionAlpha: Double
    package var promotion: PromotionRule
    /// Names are unique; at least one is enforced.
    package var checks: [Check]
    /// Acts at once and stands outside the bound `alpha`; nil switches it off.
    package var hardStop: HardStop?
    /// Holds a rollout whose stable version is broken itself; nil switches it off.
    package var stableGuard: StableGuard?
    /// Stand outside the bound `alpha`, too.
    package var limits: [AbsoluteLimit]
    package var onNoData: MissingEvidencePolicy
    package var onError: MissingEvidencePolicy
    package var onInconclusive: MissingEvidencePolicy
    package var assignment: AssignmentRule
    /// Whether the canary is compared with a share of stable's requests of its own size, kept apart as the baseline, instead of with all.
    package var baseline: Bool
    /// Who answers when the canary fails a client; nil leaves clients with the canary's failure.
    package var rescue: RescueRule?

    package init(
        steps: [Step] = [Step(weight: .fivePercent)],
        intervalSeconds: Int = 10,
        bakeSeconds: Int = 600,
        minimumRequests: Int = 2_000,
        deadlineSeconds: Int = 86_400,
        warmUp: WarmUp = WarmUp(),
        alpha: Double = 0.05,
        promotionAlpha: Double = 0.05,
        promotion: PromotionRule = .nonInferiority,
        checks: [Check] = Check.defaults,
        hardStop: HardStop? = HardStop(),
        stableGuard: StableGuard? = StableGuard(),
        limits: [AbsoluteLimit] = [],
        onNoData: MissingEvidencePolicy = .hold,
        onError: MissingEvidencePolicy = .hold,
        onInconclusive: MissingEvidencePolicy = .hold,
        assignment: AssignmentRule = .perRequest,
        baseline: Bool = false,
        rescue: RescueRule? = nil
    ) {
        self.steps = steps
        self.intervalSeconds = intervalSeconds
        self.bakeSeconds = bakeSeconds
        self.minimumRequests = minimumRequests
        self.deadlineSeconds = deadlineSeconds
        self.warmUp = warmUp
        self.alpha = alpha
        self.promotionAlpha = promotionAlpha
        self.promotion = promotion
        self.checks = checks
        self.hardStop = hardStop
        self.stableGuard = stableGuard
        self.limits = limits
        self.onNoData = onNoData
        self.onError = onError
        self.onInconclusive = onInconclusive
        self.assignment = assignment
        self.baseline = baseline
        self.rescue = rescue
    }

    /// One stretch of the rollout at one canary weight.
    package struct Step: Hashable, Sendable, Codable {
        /// Zero only where requests are mirrored.
        package var weight: Weight
        /// The share of stable's requests that the canary is asked as well, without a client waiting; nil for none. Of the first step only.
        package var mirror: Weight?
        /// Whether an operator must approve before the rollout goes beyond this step. Approval never overrides a check.
        package var approval: Bool

        package init(weight: Weight, mirror: Weight? = nil, approval: Bool = false) {
            self.weight = weight
            self.mirror = mirror
            self.approval = approval
        }

        /// Whether the canary answers no client in this step.
        package var isShadow: Bool { self.weight == .zero }

        /// The step's share of the traffic in words.
        package var inWords: String {
            guard let mirror else { return "\(self.weight)" }
            let copies = "copies of \(mirror) of stable's requests"
            return self.isShadow ? copies : "\(self.weight) and \(copies)"
        }
    }

    /// The pre-declared start whose evidence counts for hard stops only: caches fill, compilers warm up.
    package struct WarmUp: Hashable, Sendable, Codable {
        /// Since the canary's first request, 0…86 400.
        package var seconds: Int
        /// Canary requests, 0 or more; both must be reached.
        package var requests: Int

        package init(seconds: Int = 60, requests: Int = 200) {
            self.seconds = seconds
            self.requests = requests
        }
    }
}

extension Weight {
    package static let fivePercent: Weight = {
        guard let weight = try? Weight(basisPoints: 500) else { preconditionFailure("500 is within 0…10 000") }
        return weight
    }()
}

/// What a promotion needs.
package enum PromotionRule: String, Hashable, Sendable, Codable, CaseIterable {
    /// Every required check has shown that the canary is not worse than stable by more than its margin.
    case nonInferiority
    /// Bake time and minimum requests passed and nothing was violated.
    case noViolation
}

/// What happens when evidence is missing, unsound or undecided for too long.
package struct MissingEvidencePolicy: Hashable, Sendable, Codable {
    package enum Action: String, Hashable, Sendable, Codable, CaseIterable { case hold, rollback }

    package var action: Action
    /// How long the condition must last before `rollback` acts, 0…7 776 000. The version is then inconclusive, not failed.
    package var afterSeconds: Int

    package init(action: Action, afterSeconds: Int) {
        self.action = action
        self.afterSeconds = afterSeconds
    }

    /// Waits for the deadline of the plan.
    package static let hold = MissingEvidencePolicy(action: .hold, afterSeconds: 0)
}
