import Statistics

/// A cohort's numbers since the warm-up. Latencies are in milliseconds; absent without enough requests to show them.
package struct CohortNumbers: Hashable, Sendable, Codable {
    package let requests: Int64
    package let errors: Int64
    /// Errors among the requests, 0…1; absent without requests.
    package let errorShare: Double?
    /// Requests that their clients gave up, counted beside `requests`.
    package let clientAborted: Int64
    package let meanLatencyMilliseconds: Double?
    package let p50LatencyMilliseconds: Double?
    package let p95LatencyMilliseconds: Double?
    package let p99LatencyMilliseconds: Double?

    /// A p95 over fewer than 200 and a p99 over fewer than 1 000 requests says nothing and is left out.
    package init(_ tally: CohortTally) {
        self.requests = tally.outcomes.judged
        self.errors = tally.outcomes.errors
        self.errorShare = tally.outcomes.errorShare
        self.clientAborted = tally.outcomes[.clientAborted]
        self.meanLatencyMilliseconds = tally.latency.mean.map { $0 / 1_000 }
        func quantile(_ q: Double, atLeast: Int64) -> Double? {
            guard tally.latency.count >= atLeast, let value = tally.latency.quantile(q), value.isFinite else {
                return nil
            }
            return value / 1_000
        }
        self.p50LatencyMilliseconds = quantile(0.5, atLeast: 20)
        self.p95LatencyMilliseconds = quantile(0.95, atLeast: 200)
        self.p99LatencyMilliseconds = quantile(0.99, atLeast: 1_000)
    }
}
