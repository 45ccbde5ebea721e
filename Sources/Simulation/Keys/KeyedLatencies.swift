import Statistics

/// The latencies of one interval: of all requests, and of those that were the first of their key in a watch.
struct KeyedLatencies: Sendable {
    let all: LatencyStratum
    let samples: LatencyStratum
    /// Whether keys are sampled anew from this interval on.
    let beginsWatch: Bool
}
