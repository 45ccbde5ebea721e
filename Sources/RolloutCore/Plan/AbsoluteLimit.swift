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
    /// The stretch that is looked at; at least the plan's interval.
    package var forSeconds: Int
    /// Judged canary requests that the stretch must hold, at least 1; a p99 over few requests says nothing.
    package var minimumRequests: Int
    /// How many intervals of the stretch must be above, 1 or more; nil means every one.
    package var breaches: Int?

    package init(
        metric: Metric,
        above: Double,
        forSeconds: Int,
        minimumRequests: Int = 100,
        breaches: Int? = nil
    ) {
        self.metric = metric
        self.above = above
        self.forSeconds = forSeconds
        self.minimumRequests = minimumRequests
        self.breaches = breaches
    }
}
