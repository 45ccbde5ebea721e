/// The latencies of canary and stable in one interval under one route snapshot.
package struct LatencyStratum: Sendable, Hashable {
    package let canary: LatencyHistogram
    package let stable: LatencyHistogram

    package init(canary: LatencyHistogram, stable: LatencyHistogram) {
        self.canary = canary
        self.stable = stable
    }
}

/// Evidence on latency at several quantiles of stable's past at once: ``ExceedanceEProcess`` on latency buckets.
package struct LatencyEProcess: EProcess {
    private var exceedance: ExceedanceEProcess

    package init(quantiles: [Double], shift: Int, process: StratifiedEProcess) {
        exceedance = ExceedanceEProcess(
            buckets: LatencyHistogram.bucketCount,
            quantiles: quantiles,
            shift: shift,
            process: process
        )
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
        exceedance.fold(
            interval: latencies.map { HistogramStratum(canary: $0.canary.counts, stable: $0.stable.counts) }
        )
    }

    package var quantiles: [Double] { exceedance.quantiles }
    package var shift: Int { exceedance.shift }
    /// The evidence at each quantile.
    package var byQuantile: [StratifiedEProcess] { exceedance.byQuantile }
    /// Stable's latencies of all intervals so far, in the buckets of ``LatencyHistogram``.
    package var stableHistory: [Int64] { exceedance.stableHistory }
    /// ln of the mean of E over the quantiles: evidence that the canary is slow somewhere.
    package var logE: Double { exceedance.logE }
    package var largestLogE: Double { exceedance.largestLogE }
    /// The smallest over the quantiles of the largest ln E so far: evidence for every quantile, each at its own time.
    package var smallestLargestLogE: Double { exceedance.smallestLargestLogE }
}
