internal import RealModule
import Statistics

/// Rules that compare latencies of keys that stay with one version.
extension Rule where Interval == KeyedLatencies {
    /// Exceedance on all requests.
    static func allRequests(_ name: String, tempering: Tempering) -> Rule {
        Rule(name) {
            var process = LatencyEProcess.harm(shift: 0, tempering: tempering)
            return { interval in
                process.fold(interval: [interval.all])
                return process.rejects(at: alpha)
            }
        }
    }

    /// Exceedance on the first request of each key in a watch; every watch has its part of α and begins without evidence.
    static func samples(_ name: String) -> Rule {
        Rule(name, promise: .ours) {
            var history = LatencyHistogram()
            var processes: [StratifiedEProcess] = []
            var logWeight = Double.log(0.5)
            var watches = 0
            return { interval in
                if interval.beginsWatch {
                    processes = LatencyExceedance.quantiles.map { _ in .harm() }
                    logWeight = watches == 0 ? .log(0.5) : .log(0.5 / 7)
                    watches += 1
                }
                // Thresholds come from all earlier requests of stable, not from samples only.
                defer { history.merge(interval.all.stable) }
                guard let exceedance = LatencyExceedance(priorStable: history, shift: 0) else { return false }
                let strata = exceedance.strata(canary: interval.samples.canary, stable: interval.samples.stable)
                for (index, stratum) in strata.enumerated() { processes[index].fold(stratum) }
                return LogDomain.mean(processes.map(\.logE)) + logWeight >= LogDomain.threshold(alpha: alpha)
            }
        }
    }
}
