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
    /// What became of the clients that the canary failed, where the plan has a rescue; empty elsewhere.
    package var rescues: RescueTally
    /// Of the canary, where requests are mirrored to it; nil elsewhere.
    package var pairs: PairTally?

    package init(
        latencyParts: LatencyParts = .init(),
        upstreams: [String: OutcomeCounts] = [:],
        payloads: PayloadTally = .init(),
        signals: [SignalName: SignalTally] = [:],
        quality: QualityTally = .init(),
        keys: KeyTally = .init(),
        rescues: RescueTally = .init(),
        pairs: PairTally? = nil
    ) {
        self.latencyParts = latencyParts
        self.upstreams = upstreams
        self.payloads = payloads
        self.signals = signals
        self.quality = quality
        self.keys = keys
        self.rescues = rescues
        self.pairs = pairs
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
        self.rescues.merge(other.rescues)
        if let pairs = other.pairs { self.pairs = self.pairs.map { $0.merged(with: pairs) } ?? pairs }
    }
}
