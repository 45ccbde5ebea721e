/// Requests whose latencies are drawn independently of each other; 5 % of them are the canary's.
struct LatencyTraffic: Sendable {
    let canaryRequests: Int64
    let stableRequests: Int64
    /// The share of the canary's requests that are slowed down, in 0…1.
    let slowedShare: Double
    private let usual = LatencyShape()
    private let slowed: LatencyShape

    /// - Parameter slowness: What the latencies of the canary's slowed requests are multiplied with.
    init(
        canaryRequests: Int64 = 100,
        stableRequests: Int64 = 1_900,
        slowness: Double = 1,
        slowedShare: Double = 0
    ) {
        self.canaryRequests = canaryRequests
        self.stableRequests = stableRequests
        self.slowedShare = slowedShare
        slowed = LatencyShape(slowness: slowness)
    }

    func scenario(_ name: String, _ truth: Scenario<LatencyCounts>.Truth) -> Scenario<LatencyCounts> {
        Scenario(name, truth) { _ in
            { random in
                let slow = random.binomial(canaryRequests, slowedShare)
                let canary = [(usual, canaryRequests - slow), (slowed, slow)]
                return LatencyCounts(
                    canary: LatencySample(drawing: canary, &random),
                    stable: LatencySample(drawing: [(usual, stableRequests)], &random),
                    share: Double(canaryRequests) / Double(canaryRequests + stableRequests)
                )
            }
        }
    }
}
