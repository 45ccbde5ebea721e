/// One comparison of canary and stable: a guard against harm and, when required, a proof that promotion needs.
package struct Check: Hashable, Sendable {
    package enum Mode: String, Hashable, Sendable, Codable, CaseIterable {
        /// Rolls back and holds back promotion.
        case enforced
        /// Judged and shown, never acted on; takes no share of `alpha`.
        case dryRun
    }

    /// Unique within a plan: 1–63 of `A-Z a-z 0-9 . _ -`.
    package var name: String
    package var comparison: Comparison
    package var mode: Mode
    /// The check's share of `alpha`, relative to the other enforced checks; above 0.
    package var weight: Double
    /// Whether promotion under `nonInferiority` waits for this check's proof.
    package var required: Bool

    package init(name: String, comparison: Comparison, mode: Mode = .enforced, weight: Double, required: Bool = true) {
        self.name = name
        self.comparison = comparison
        self.mode = mode
        self.weight = weight
        self.required = required
    }

    package static let defaults: [Check] = [
        Check(name: "error-rate", comparison: .errorRate(ShareComparison()), weight: 0.5),
        Check(name: "latency", comparison: .latency(LatencyComparison()), weight: 0.3),
        Check(name: "client-aborts", comparison: .clientAborts(ShareComparison()), weight: 0.2),
    ]
}

package enum Comparison: Hashable, Sendable {
    case errorRate(ShareComparison)
    /// Requests that clients gave up: a version that hangs makes no errors, it makes clients leave.
    case clientAborts(ShareComparison)
    case latency(LatencyComparison)

    /// The word for the kind in JSON, SQL, metrics and on screens.
    package var metric: String {
        switch self {
        case .errorRate: "errorRate"
        case .clientAborts: "clientAborts"
        case .latency: "latency"
        }
    }
}

/// Compares the odds of a bad request between the cohorts: an error (server error, timeout, no connection, broken answer), or a
/// request that its client gave up.
package struct ShareComparison: Hashable, Sendable, Codable {
    /// Harm is an odds ratio of bad requests above this; 1…10.
    package var harmOddsRatio: Double
    /// Promotion needs proof that the odds ratio is below this; above `harmOddsRatio`, at most 20.
    package var promotionOddsRatio: Double
    /// A canary proven to have bad requests in less than this share of its requests needs no comparison with stable; 0…0.5, 0 switches it off.
    ///
    /// Without it two versions that never err could never be told apart from two that can't be compared.
    package var acceptableShare: Double
    /// A proven loss smaller than this difference in error shares doesn't roll back; 0…1.
    package var minimumDifference: Double

    package init(
        harmOddsRatio: Double = 1.1,
        promotionOddsRatio: Double = 1.5,
        acceptableShare: Double = 0.005,
        minimumDifference: Double = 0.001
    ) {
        self.harmOddsRatio = harmOddsRatio
        self.promotionOddsRatio = promotionOddsRatio
        self.acceptableShare = acceptableShare
        self.minimumDifference = minimumDifference
    }
}

/// Compares how often each cohort exceeds stable's own past p50, p90, p95 and p99.
package struct LatencyComparison: Hashable, Sendable, Codable {
    /// Harm is a canary slower than stable by more than this ratio (and the tolerance); 1…10.
    package var harmRatio: Double
    /// Promotion needs proof that the canary is slower by less than this ratio (and the tolerance); at least `harmRatio`, at most 20.
    package var promotionRatio: Double
    /// Slowness below this many milliseconds is never harm; 0…60 000.
    package var toleranceMilliseconds: Double

    package init(harmRatio: Double = 1.05, promotionRatio: Double = 1.25, toleranceMilliseconds: Double = 5) {
        self.harmRatio = harmRatio
        self.promotionRatio = promotionRatio
        self.toleranceMilliseconds = toleranceMilliseconds
    }
}

/// Ends a rollout at once, without statistics: the canary is plainly broken.
package struct HardStop: Hashable, Sendable, Codable {
    /// Errors among the canary's judged requests of the last `withinSeconds`; above 0, at most 1.
    package var errorShare: Double
    /// At least this many judged canary requests must be seen; at least 1.
    package var requests: Int
    /// 1…3 600.
    package var withinSeconds: Int
    /// This many requests in a row, on one loop of one gateway, for which no connection could be made; at least 1.
    package var connectFailures: Int

    package init(errorShare: Double = 0.5, requests: Int = 20, withinSeconds: Int = 30, connectFailures: Int = 10) {
        self.errorShare = errorShare
        self.requests = requests
        self.withinSeconds = withinSeconds
        self.connectFailures = connectFailures
    }
}

/// A value the canary must not exceed for a duration, whatever stable does.
package struct AbsoluteLimit: Hashable, Sendable, Codable {
    package enum Metric: String, Hashable, Sendable, Codable, CaseIterable {
        case meanLatency, p50Latency, p90Latency, p95Latency, p99Latency, errorRate

        /// Milliseconds for latencies, a share in 0…1 for the error rate.
        package var unit: String {
            switch self {
            case .meanLatency, .p50Latency, .p90Latency, .p95Latency, .p99Latency: "milliseconds"
            case .errorRate: "share"
            }
        }
    }

    package var metric: Metric
    /// In the metric's unit; the limit is broken above it.
    package var above: Double
    /// Every interval of this stretch must be above; at least the plan's interval.
    package var forSeconds: Int
    /// Judged canary requests that the stretch must hold, at least 1; a p99 over few requests says nothing.
    package var minimumRequests: Int

    package init(metric: Metric, above: Double, forSeconds: Int, minimumRequests: Int = 100) {
        self.metric = metric
        self.above = above
        self.forSeconds = forSeconds
        self.minimumRequests = minimumRequests
    }
}
