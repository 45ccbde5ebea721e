import Statistics

/// What all checks need to know to set out: numbers of a plan, brought into the ranges in which evidence is defined, so that no stored
/// plan can stop the process, whichever rules it was registered under.
struct EvidenceContext: Sendable {
    /// The part of α that a false rollback by this check may take; in (0, 1).
    let alpha: Double
    /// The bound on a false proof; in (0, 1).
    let promotionAlpha: Double
    /// Strata planned until the deadline; a loss may begin at any of them.
    let horizon: Int
    let intervalSeconds: Int
    /// The canary's share of the requests that are compared, at the first step that has any; in (0, 1).
    let canaryShare: Double
    /// Whether requests of one key stay in one cohort, so that they aren't independent draws.
    let isSticky: Bool
    /// Whether the plan mirrors requests, so that pairs of answers are evidence, too.
    let isMirrored: Bool

    init(
        alpha: Double,
        promotionAlpha: Double,
        horizon: Int,
        intervalSeconds: Int,
        canaryShare: Double,
        isSticky: Bool,
        isMirrored: Bool = false
    ) {
        self.alpha = Self.probability(alpha)
        self.promotionAlpha = Self.probability(promotionAlpha)
        self.horizon = max(1, horizon)
        self.intervalSeconds = max(1, intervalSeconds)
        self.canaryShare = min(max(canaryShare, 1e-4), 1 - 1e-4)
        self.isSticky = isSticky
        self.isMirrored = isMirrored
    }

    /// What isn't a number gives no chance to act.
    private static func probability(_ value: Double) -> Double {
        value.isNaN ? 1e-12 : min(max(value, 1e-12), 0.5)
    }

    /// ln E that rolls back.
    var logThreshold: Double { LogDomain.threshold(alpha: self.alpha) }
}
