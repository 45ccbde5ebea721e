internal import RealModule
import Statistics

/// Requests of keys that stay with one version, some of which are always slow.
struct KeyedLatencyTraffic: Sendable {
    /// Requests in an interval, of both versions.
    var requests = 2_000
    /// Intervals of a watch, in which a key is sampled once.
    let watchLength: Int
    let keys: Int
    /// The part of the variance of ln latency that belongs to the key, in 0…1.
    let keyVariance: Double
    /// What the canary's latencies are multiplied with.
    var slowness = 1.0

    func scenario(_ name: String) -> Scenario<KeyedLatencies> {
        Scenario(name, slowness > 1 ? .worse(from: 1) : .alike) { random in
            let keys = (0..<keys).map { _ in
                Key(isCanary: random.bernoulli(0.05), offset: (0.36 * keyVariance).squareRoot() * random.normal())
            }
            var interval = 0
            var seen = [Bool](repeating: false, count: keys.count)
            return { random in
                interval += 1
                // The first interval is the warm-up: it gives thresholds only.
                let beginsWatch = interval > 1 && (interval - 2).isMultiple(of: watchLength)
                if beginsWatch { seen = Array(repeating: false, count: keys.count) }
                return draw(keys, &seen, beginsWatch: beginsWatch, &random)
            }
        }
    }

    private struct Key {
        let isCanary: Bool
        let offset: Double
    }

    private func draw(
        _ keys: [Key],
        _ seen: inout [Bool],
        beginsWatch: Bool,
        _ random: inout SeededRandom
    ) -> KeyedLatencies {
        var (all1, all0, samples1, samples0) =
            (LatencyHistogram(), LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        let spread = (0.36 * (1 - keyVariance)).squareRoot()
        for _ in 0..<requests {
            let index = random.index(below: keys.count)
            let key = keys[index]
            let usual = 50_000 * Double.exp(key.offset + spread * random.normal())
            let isSample = !seen[index]
            seen[index] = true
            let microseconds = Int64(key.isCanary ? usual * slowness : usual)
            if key.isCanary {
                all1.record(microseconds: microseconds)
                if isSample { samples1.record(microseconds: microseconds) }
            } else {
                all0.record(microseconds: microseconds)
                if isSample { samples0.record(microseconds: microseconds) }
            }
        }
        return KeyedLatencies(
            all: LatencyStratum(canary: all1, stable: all0),
            samples: LatencyStratum(canary: samples1, stable: samples0),
            beginsWatch: beginsWatch
        )
    }
}
