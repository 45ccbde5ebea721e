/// Whether stable itself is well: its share of failed requests over the last intervals, and the plan's limits held against it.
struct StableGuardWatch: Sendable {
    private let rule: StableGuard
    private let intervalSeconds: Int
    /// The newest intervals within the guard's reach, ascending.
    private var intervals: [(start: Timestamp, outcomes: OutcomeCounts)] = []
    private var failingSince: Timestamp?

    init(_ rule: StableGuard, intervalSeconds: Int) {
        self.rule = rule
        self.intervalSeconds = intervalSeconds
    }

    mutating func fold(_ stratum: EvidenceStratum) {
        let (start, outcomes) = (stratum.intervalStart, stratum.allOfStable.outcomes)
        if let index = self.intervals.firstIndex(where: { $0.start == start }) {
            self.intervals[index].outcomes.merge(outcomes)
        } else {
            let place = self.intervals.firstIndex { $0.start > start } ?? self.intervals.endIndex
            self.intervals.insert((start, outcomes), at: place)
        }
        guard let newest = self.intervals.last?.start else { return }
        let reach = Double(max(self.rule.withinSeconds, self.intervalSeconds))
        self.intervals.removeAll { newest.seconds(since: $0.start) >= reach }
        self.failingSince =
            self.isFailing ? self.failingSince ?? newest.adding(seconds: Double(self.intervalSeconds)) : nil
    }

    private var outcomes: OutcomeCounts {
        self.intervals.reduce(into: OutcomeCounts()) { $0.merge($1.outcomes) }
    }

    private var isFailing: Bool {
        let outcomes = self.outcomes
        return outcomes.asked >= Int64(self.rule.requests)
            && Double(outcomes.unserved) >= self.rule.errorShare * Double(outcomes.asked)
    }

    /// - Parameter limit: The limit that stable breaks and since when; nil when it keeps all.
    func assess(breaking limit: (message: String, since: Timestamp)?) -> StableAssessment {
        let outcomes = self.outcomes
        let found = "\(outcomes.unserved) of stable's last \(outcomes.asked) requests failed"
        let verdict: Verdict
        let message: String
        if self.failingSince != nil {
            (verdict, message) = (.fail, found)
        } else if let limit {
            (verdict, message) = (.fail, limit.message)
        } else {
            (verdict, message) = outcomes.asked == 0 ? (.noData, "no stable requests of late") : (.pass, found)
        }
        return StableAssessment(
            verdict: verdict,
            message: message,
            brokenSince: [self.failingSince, limit?.since].compactMap { $0 }.min(),
            requests: outcomes.asked,
            errors: outcomes.unserved
        )
    }
}
