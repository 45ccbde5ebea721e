import Statistics

/// Good and bad requests of both versions in one interval, or in several together.
struct BinaryCounts: Sendable {
    /// The canary's bad requests, and all of its requests.
    var bad1: Int64 = 0
    var all1: Int64 = 0
    /// Stable's.
    var bad0: Int64 = 0
    var all0: Int64 = 0
    /// The canary's share of the traffic as routed, in 0…1.
    var share = 0.0

    mutating func add(_ other: BinaryCounts) {
        bad1 += other.bad1
        all1 += other.all1
        bad0 += other.bad0
        all0 += other.all0
        share = other.share
    }

    var rate1: Double { Double(bad1) / Double(all1) }
    var rate0: Double { Double(bad0) / Double(all0) }
    var difference: Double { rate1 - rate0 }

    var stratum: Stratum {
        guard let stratum = try? Stratum(x1: bad1, n1: all1, x0: bad0, n0: all0) else {
            preconditionFailure("bad requests are some of all requests")
        }
        return stratum
    }

    /// The pooled two-proportion z, positive when the canary is worse; 0 where it is not defined.
    var z: Double { pooledVariance > 0 ? difference / pooledVariance.squareRoot() : 0 }

    /// The variance of the difference if both versions had the rate of all requests.
    var pooledVariance: Double {
        let pooled = Double(bad1 + bad0) / Double(all1 + all0)
        return pooled * (1 - pooled) * (1 / Double(all1) + 1 / Double(all0))
    }

    /// The variance of the difference with each version's own rate plugged in.
    var plugInVariance: Double { rate1 * (1 - rate1) / Double(all1) + rate0 * (1 - rate0) / Double(all0) }

    /// Both versions' requests as numbers 0 and 1.
    var moments: (canary: Moments, stable: Moments) { (Self.moments(bad1, of: all1), Self.moments(bad0, of: all0)) }

    private static func moments(_ bad: Int64, of all: Int64) -> Moments {
        let rate = all > 0 ? Double(bad) / Double(all) : 0
        return Moments(count: all, mean: rate, squaredDeviations: Double(all) * rate * (1 - rate))
    }
}
