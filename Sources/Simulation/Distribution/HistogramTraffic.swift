internal import RealModule
import Statistics

/// Rows that fall into buckets independently of each other; 5 % of them are the canary's.
struct HistogramTraffic: Sendable {
    var canaryRows: Int64 = 100
    var stableRows: Int64 = 1_900
    /// The probability of each bucket.
    let canary: [Double]
    let stable: [Double]

    /// A normal score in the ten buckets between stable's deciles; the canary's is shifted by so many standard deviations.
    static func score(shift: Double) -> HistogramTraffic {
        let cuts = (1...9).map { NormalDistribution.quantile(Double($0) / 10) }
        let below = cuts.map { NormalDistribution.cumulative($0 - shift) }
        let canary = zip(below + [1], [0] + below).map { $0 - $1 }
        return HistogramTraffic(canary: canary, stable: Array(repeating: 0.1, count: 10))
    }

    /// Ten classes, the first with probability ½ and the others alike; `moved` of the canary's rows go from the first to the last.
    static func classes(moved: Double) -> HistogramTraffic {
        let stable = [0.5] + Array(repeating: 0.5 / 9, count: 9)
        var canary = stable
        canary[0] -= moved
        canary[9] += moved
        return HistogramTraffic(canary: canary, stable: stable)
    }

    func scenario(_ name: String, _ truth: Scenario<HistogramStratum>.Truth) -> Scenario<HistogramStratum> {
        Scenario(name, truth) { _ in { stratum(&$0) } }
    }

    func stratum(_ random: inout SeededRandom) -> HistogramStratum {
        HistogramStratum(
            canary: random.multinomial(canaryRows, canary),
            stable: random.multinomial(stableRows, stable)
        )
    }
}
