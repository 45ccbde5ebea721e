import RolloutCore

/// What hard stops look at, as far as evidence by intervals tells it: the last seconds, or further back until there are requests enough.
struct RecentWindow {
    private struct Interval {
        let end: Timestamp
        /// Mirrored requests included.
        let canary: OutcomeCounts
        let stable: OutcomeCounts
        let runs: (canary: Int64, stable: Int64)
    }

    /// As far back as the loop looks for slow canaries.
    private static let reachSeconds = 900.0

    private var intervals: [Interval] = []

    mutating func take(_ strata: [EvidenceStratum], intervalSeconds: Int) {
        for stratum in strata {
            let stable = stratum.allOfStable
            var canary = stratum.canary.outcomes
            if let pairs = stratum.canary.detail.pairs { canary.merge(pairs.outcomes.canary) }
            guard canary.asked + stable.outcomes.asked > 0 else { continue }
            self.intervals.append(
                Interval(
                    end: stratum.intervalStart.adding(seconds: Double(intervalSeconds)),
                    canary: canary,
                    stable: stable.outcomes,
                    runs: (stratum.canary.connectFailureRun, stable.connectFailureRun)
                )
            )
        }
    }

    mutating func evidence(at now: Timestamp, _ rule: HardStop?) -> RecentEvidence {
        self.intervals.removeAll { now.seconds(since: $0.end) > Self.reachSeconds }
        guard let rule else { return RecentEvidence() }
        let newest = self.intervals.sorted { $0.end > $1.end }
        var recent = RecentEvidence()
        for interval in newest {
            let isInTime = now.seconds(since: interval.end) <= Double(rule.withinSeconds)
            guard isInTime || recent.canary.asked < Int64(rule.requests) else { break }
            recent.canary.merge(interval.canary)
            recent.stable.merge(interval.stable)
            recent.connectFailureRun = max(recent.connectFailureRun, interval.runs.canary)
            recent.stableConnectFailureRun = max(recent.stableConnectFailureRun, interval.runs.stable)
        }
        return recent
    }
}
