import RealModule

/// The latencies of canary and stable in one interval under one route snapshot.
package struct LatencyStratum: Sendable, Hashable {
    package let canary: LatencyHistogram
    package let stable: LatencyHistogram

    package init(canary: LatencyHistogram, stable: LatencyHistogram) {
        self.canary = canary
        self.stable = stable
    }
}

/// Evidence on latency at several quantiles of stable's past at once.
///
/// Thresholds come from the intervals folded before, never from the one being judged: chosen from the same data
/// they would invalidate the test. The first interval with stable traffic therefore only provides thresholds.
package struct LatencyEProcess: Sendable, Equatable {
    package let quantiles: [Double]
    package let shift: Int
    /// The evidence at each quantile.
    package private(set) var byQuantile: [StratifiedEProcess]
    /// Stable's latencies of all intervals so far.
    package private(set) var stableHistory = LatencyHistogram()
    /// The largest ln E at the end of any interval, at least 0.
    package private(set) var largestLogE = 0.0

    package init(quantiles: [Double], shift: Int, process: StratifiedEProcess) {
        precondition(!quantiles.isEmpty, "latency is compared at one quantile at least")
        self.quantiles = quantiles
        self.shift = shift
        byQuantile = quantiles.map { _ in process }
    }

    /// Null: the canary takes at most γ^`shift` times as long as stable (2: 4 %, 5: 10 %).
    package static func harm(
        shift: Int = 2,
        startTimes: StartTimes = .first,
        tempering: Tempering = .none
    ) -> LatencyEProcess {
        let process = StratifiedEProcess.harm(startTimes: startTimes, tempering: tempering)
        return LatencyEProcess(quantiles: LatencyExceedance.quantiles, shift: shift, process: process)
    }

    /// Null: the canary takes at least γ^`shift` times as long as stable (10: 22 %) at p50, p95 or p99.
    /// Reject each of them: read ``smallestLargestLogE``.
    package static func nonInferiority(shift: Int = 10, tempering: Tempering = .none) -> LatencyEProcess {
        let process = StratifiedEProcess(grid: .latencyNonInferiority, tempering: tempering)
        return LatencyEProcess(quantiles: [0.5, 0.95, 0.99], shift: shift, process: process)
    }

    /// Takes in all strata of one interval; their order is of no importance.
    package mutating func fold(interval latencies: some Collection<LatencyStratum>) {
        let exceedance = LatencyExceedance(priorStable: stableHistory, quantiles: quantiles, shift: shift)
        let strata = latencies.map { exceedance?.strata(canary: $0.canary, stable: $0.stable) ?? [] }
        for index in byQuantile.indices {
            byQuantile[index].fold(interval: strata.compactMap { $0.isEmpty ? nil : $0[index] })
        }
        for stratum in latencies {
            stableHistory.merge(stratum.stable)
        }
        largestLogE = max(largestLogE, logE)
    }

    /// ln of the mean of E over the quantiles: evidence that the canary is slow somewhere.
    package var logE: Double { LogDomain.mean(byQuantile.map(\.logE)) }

    /// The smallest over the quantiles of the largest ln E so far: evidence for every quantile, each at its own time.
    package var smallestLargestLogE: Double { byQuantile.map(\.largestLogE).min() ?? 0 }

    /// 1 over the largest mean E so far.
    package var anytimePValue: Double { .exp(-largestLogE) }
}
