import RolloutCore

/// What hard stops look at, as far as evidence by intervals tells it: the last seconds, or further back until there are requests enough.
struct RecentWindow {
    private struct Interval {
        let end: Timestamp
        let canary: CohortTally
        let stable: CohortTally
    }

    /// As far back as the loop looks for slow canaries.
    private static let reachSeconds = 900.0

    private var intervals: [Interval] = []

    mutating func take(_ strata: [EvidenceStratum], intervalSeconds: Int) {
        for stratum in strata where stratum.canary.outcomes.asked + stratum.stable.outcomes.asked > 0 {
            let end = stratum.intervalStart.adding(seconds: Double(intervalSeconds))
            self.intervals.append(Interval(end: end, canary: stratum.canary, stable: stratum.stable))
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
            recent.canary.merge(interval.canary.outcomes)
            recent.stable.merge(interval.stable.outcomes)
            recent.connectFailureRun = max(recent.connectFailureRun, interval.canary.connectFailureRun)
            recent.stableConnectFailureRun = max(recent.stableConnectFailureRun, interval.stable.connectFailureRun)
        }
        return recent
    }
}
