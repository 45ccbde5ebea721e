extension HardStop {
    /// - Parameter recent: Both cohorts over the last `withinSeconds`, or as far back as the newest `requests` canary requests reach.
    package func assess(_ recent: RecentEvidence) -> HardStopAssessment {
        let (verdict, message) = self.verdict(recent)
        return HardStopAssessment(
            verdict: verdict,
            message: message,
            requests: recent.canary.asked,
            errors: recent.canary.unserved,
            connectFailureRun: recent.connectFailureRun,
            rule: self
        )
    }

    private func verdict(_ recent: RecentEvidence) -> (Verdict, String) {
        let (asked, unserved) = (recent.canary.asked, recent.canary.unserved)
        if recent.connectFailureRun >= Int64(self.connectFailures) {
            if recent.stableConnectFailureRun >= Int64(self.connectFailures) {
                return (.inconclusive, "neither the canary nor stable can be connected: the cause is elsewhere")
            }
            return (.fail, "\(recent.connectFailureRun) requests in a row found no connection to the canary")
        }
        let gaveUp = recent.canary[.clientAborted] > 0 ? " or were given up by their clients" : ""
        let found = "\(unserved) of the canary's last \(asked) requests failed\(gaveUp)"
        if asked == 0 { return (.noData, "no canary requests in the last \(self.withinSeconds) s") }
        guard self.isBroken(recent.canary) else { return (.pass, found) }
        if self.isBroken(recent.stable) {
            return (.inconclusive, "the canary fails, but so does stable: the cause is elsewhere")
        }
        return (.fail, found)
    }

    private func isBroken(_ outcomes: OutcomeCounts) -> Bool {
        outcomes.asked >= Int64(self.requests) && Double(outcomes.unserved) >= self.errorShare * Double(outcomes.asked)
    }
}
