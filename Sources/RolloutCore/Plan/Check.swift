/// One comparison of canary and stable: a guard against harm and, when required, a proof that promotion needs.
package struct Check: Hashable, Sendable {
    package enum Mode: String, Hashable, Sendable, Codable, CaseIterable {
        /// Rolls back and holds back promotion.
        case enforced
        /// A failure is told and holds the rollout, but rolls nothing back; takes no share of `alpha`.
        case warning
        /// Judged and shown, never acted on; takes no share of `alpha`.
        case dryRun
    }

    /// What follows when the check has nothing to judge.
    package enum NoDataPolicy: String, Hashable, Sendable, Codable, CaseIterable {
        /// A required check keeps the canary from promotion, one that isn't required doesn't.
        case hold
        /// As if the plan didn't have the check.
        case ignore
        /// Ends the rollout without blame once it has lasted for the plan's `onNoData.afterSeconds`.
        case rollback
    }

    /// Unique within a plan: 1–63 of `A-Z a-z 0-9 . _ -`.
    package var name: String
    package var comparison: Comparison
    package var mode: Mode
    /// The check's share of `alpha`, relative to the other enforced checks; above 0.
    package var weight: Double
    /// Whether promotion under `nonInferiority` waits for this check's proof.
    package var required: Bool
    package var onNoData: NoDataPolicy

    package init(
        name: String,
        comparison: Comparison,
        mode: Mode = .enforced,
        weight: Double,
        required: Bool = true,
        onNoData: NoDataPolicy = .hold
    ) {
        self.name = name
        self.comparison = comparison
        self.mode = mode
        self.weight = weight
        self.required = required
        self.onNoData = onNoData
    }

    /// Useful without any configuration; what needs labels or payloads guards as soon as they come, but promotion doesn't wait for them.
    package static let defaults: [Check] = [
        Check(name: "error-rate", comparison: .errorRate(ShareComparison()), weight: 0.3),
        Check(name: "latency", comparison: .latency(LatencyComparison()), weight: 0.2),
        Check(name: "client-aborts", comparison: .clientAborts(ShareComparison()), weight: 0.1),
        Check(name: "quality", comparison: .quality(QualityComparison()), weight: 0.2, required: false),
        Check(name: "prediction-drift", comparison: .predictionDrift(DriftComparison()), weight: 0.1, required: false),
        Check(name: "invalid-outputs", comparison: .invalidOutputs(.invalidOutputs), weight: 0.1, required: false),
    ]
}
