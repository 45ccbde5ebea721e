/// Requests of which each is drawn to the canary with a probability that should be the configured share.
struct SplitTraffic: Sendable {
    var requests: Int64 = 2_000
    /// The share in the configuration, and the one that routing really gives; in 0…1.
    var configuredShare = 0.05
    let actualShare: Double

    func scenario(_ name: String, _ truth: Scenario<BinaryCounts>.Truth) -> Scenario<BinaryCounts> {
        Scenario(name, truth) { _ in { counts(&$0) } }
    }

    /// Only the numbers of requests mean something.
    func counts(_ random: inout SeededRandom) -> BinaryCounts {
        let canary = random.binomial(requests, actualShare)
        return BinaryCounts(all1: canary, all0: requests - canary, share: configuredShare)
    }
}
