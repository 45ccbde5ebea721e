import Foundation
import RolloutCore
import Statistics

/// Draws what two versions do, interval by interval, and lets a judge read it. The seed is the whole of its randomness.
struct TrafficSimulator {
    /// What one interval is like.
    struct Traffic {
        var canaryRequests: Int64 = 60
        var stableRequests: Int64 = 300
        var canaryErrors = 0.01
        var stableErrors = 0.01
        /// What the canary's latencies are multiplied with, and what is added to them.
        var canarySlowness = 1.0
        var canaryDelayMilliseconds = 0.0
        var stableSlowness = 1.0

        var weight: Weight {
            basisPoints(Int(10_000 * self.canaryRequests / (self.canaryRequests + self.stableRequests)))
        }

        /// Both versions in each other's place, at the same weight.
        var swapped: Traffic {
            var traffic = self
            (traffic.canaryErrors, traffic.stableErrors) = (self.stableErrors, self.canaryErrors)
            (traffic.canarySlowness, traffic.stableSlowness) = (self.stableSlowness, self.canarySlowness)
            return traffic
        }
    }

    /// 256 equally likely latencies in microseconds: lognormal, median 50 ms, σ 0.6.
    private static let latencies: [Double] = (0..<256).map { 50_000 * exp(0.6 * quantile((Double($0) + 0.5) / 256)) }

    private(set) var judge: Judge
    private(set) var strata: [EvidenceStratum] = []
    private var random: SplitMix64
    private let hasLatencies: Bool

    /// - Parameter hasLatencies: Without them every request takes the same time, which is much quicker to draw.
    init(seed: UInt64, plan: RolloutPlan, hasLatencies: Bool = true) {
        self.judge = Judge(plan: plan)
        self.random = SplitMix64(seed: seed)
        self.hasLatencies = hasLatencies
    }

    var assessment: Assessment { self.judge.assess(afterIntervals: self.strata.count) }
    var verdicts: [Verdict] { self.assessment.checks.map(\.verdict) }

    mutating func run(_ intervals: Int, _ traffic: Traffic, generation: Int64 = 1) {
        for _ in 0..<intervals {
            let canary = self.draw(
                traffic.canaryRequests,
                errors: traffic.canaryErrors,
                slowness: traffic.canarySlowness,
                delay: traffic.canaryDelayMilliseconds
            )
            let stable = self.draw(
                traffic.stableRequests,
                errors: traffic.stableErrors,
                slowness: traffic.stableSlowness,
                delay: 0
            )
            let stratum = EvidenceStratum.fixture(
                interval: self.strata.count,
                generation: generation,
                weight: traffic.weight,
                canary: canary,
                stable: stable
            )
            self.strata.append(stratum)
            self.judge.fold(stratum)
        }
    }

    /// How many intervals pass until some check says `verdict`; nil when none does within `limit`.
    mutating func intervals(until verdict: Verdict, limit: Int, _ traffic: Traffic) -> Int? {
        while self.strata.count < limit {
            self.run(1, traffic)
            if self.verdicts.contains(verdict) { return self.strata.count }
        }
        return nil
    }

    private mutating func draw(_ requests: Int64, errors: Double, slowness: Double, delay: Double) -> CohortTally {
        var failed: Int64 = 0
        for _ in 0..<requests where self.random.unit() < errors { failed += 1 }
        var tally = CohortTally(outcomes: .fixture(requests: requests, errors: failed))
        guard self.hasLatencies else {
            tally.latency.record(microseconds: 10_000, count: requests)
            return tally
        }
        for _ in 0..<requests {
            let value = Self.latencies[Int(self.random.next() & 255)] * slowness + delay * 1_000
            tally.latency.record(microseconds: Int64(value))
        }
        return tally
    }

    /// The standard normal quantile by bisection of `erfc`; only tables are made with it.
    private static func quantile(_ p: Double) -> Double {
        var (low, high) = (-8.0, 8.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if erfc(-middle / 2.0.squareRoot()) / 2 < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
