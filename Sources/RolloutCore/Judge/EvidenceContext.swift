import Statistics

/// What all checks need to know to set out.
struct EvidenceContext: Sendable {
    /// The part of α that a false rollback by this check may take; in (0, 1).
    let alpha: Double
    /// The bound on a false proof; in (0, 1).
    let promotionAlpha: Double
    /// Strata planned until the deadline; a loss may begin at any of them.
    let horizon: Int
    let intervalSeconds: Int
    /// The canary's share of requests at the first step, in (0, 1).
    let canaryShare: Double
    /// Whether requests of one key stay in one cohort, so that they aren't independent draws.
    let isSticky: Bool

    /// ln E that rolls back.
    var logThreshold: Double { LogDomain.threshold(alpha: self.alpha) }
}
