/// What is known of a cohort's requests beyond outcomes and latencies: stored as one document beside them.
package struct CohortDetail: Hashable, Sendable {
    package var latencyParts: LatencyParts
    /// Outcomes by the upstream that the request was last sent to; by its URL.
    package var upstreams: [String: OutcomeCounts]
    package var payloads: PayloadTally
    package var signals: [SignalName: SignalTally]
    /// Rows whose labels came; by the time of their prediction.
    package var quality: QualityTally
    /// Where assignment sticks to keys; empty elsewhere.
    package var keys: KeyTally

    package init(
        latencyParts: LatencyParts = .init(),
        upstreams: [String: OutcomeCounts] = [:],
        payloads: PayloadTally = .init(),
        signals: [SignalName: SignalTally] = [:],
        quality: QualityTally = .init(),
        keys: KeyTally = .init()
    ) {
        self.latencyParts = latencyParts
        self.upstreams = upstreams
        self.payloads = payloads
        self.signals = signals
        self.quality = quality
        self.keys = keys
    }

    package var isEmpty: Bool { self == CohortDetail() }

    package mutating func merge(_ other: CohortDetail) {
        self.latencyParts.merge(other.latencyParts)
        self.upstreams.merge(other.upstreams) { ours, theirs in
            var sum = ours
            sum.merge(theirs)
            return sum
        }
        self.payloads.merge(other.payloads)
        self.signals.merge(other.signals) { ours, theirs in
            var sum = ours
            sum.merge(theirs)
            return sum
        }
        self.quality.merge(other.quality)
        self.keys.merge(other.keys)
    }
}
