/// Requests that are drawn one by one to a version and fail independently of each other.
struct BinaryTraffic: Sendable {
    /// Requests in an interval, of both versions.
    var requests: Int64 = 2_000
    /// The canary's share by interval, in 0…1.
    var share: @Sendable (_ interval: Int) -> Double = { _ in 0.05 }
    /// The probability that a request of the canary is bad, by interval.
    let canaryBad: @Sendable (_ interval: Int) -> Double
    let stableBad: @Sendable (_ interval: Int) -> Double

    /// Rates that stay as they are.
    init(canary: Double, stable: Double) {
        self.init(canaryBad: { _ in canary }, stableBad: { _ in stable })
    }

    init(
        canaryBad: @escaping @Sendable (_ interval: Int) -> Double,
        stableBad: @escaping @Sendable (_ interval: Int) -> Double
    ) {
        self.canaryBad = canaryBad
        self.stableBad = stableBad
    }

    /// A canary that is like stable, whatever that does.
    init(alike bad: @escaping @Sendable (_ interval: Int) -> Double) { self.init(canaryBad: bad, stableBad: bad) }

    func counts(ofInterval interval: Int, _ random: inout SeededRandom) -> BinaryCounts {
        let share = share(interval)
        let canary = Int64((share * Double(requests)).rounded())
        return BinaryCounts(
            bad1: random.binomial(canary, canaryBad(interval)),
            all1: canary,
            bad0: random.binomial(requests - canary, stableBad(interval)),
            all0: requests - canary,
            share: share
        )
    }

    func scenario(_ name: String, _ truth: Scenario<BinaryCounts>.Truth) -> Scenario<BinaryCounts> {
        Scenario(name, truth) { _ in
            var interval = 0
            return { random in
                interval += 1
                return counts(ofInterval: interval, &random)
            }
        }
    }
}
