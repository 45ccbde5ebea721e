import Statistics

/// Holds the last intervals of both cohorts against the plan's absolute limits.
///
/// A limit is broken when the canary was above it in every interval of its stretch; an interval without requests breaks the run.
/// While stable is above the same limit the canary isn't blamed: the verdict is inconclusive.
struct LimitWatch: Sendable {
    private let plan: RolloutPlan
    private let capacity: Int
    /// Ascending by start, without gaps filled: a missing interval is simply missing.
    private var intervals: [Interval] = []
    /// Where each limit's present run began, which may lie before the intervals that are kept.
    private var aboveSince: [Timestamp?]

    private struct Interval: Sendable {
        let start: Timestamp
        var canary: CohortTally
        var stable: CohortTally
    }

    init(plan: RolloutPlan) {
        self.plan = plan
        let longest = plan.limits.map(\.forSeconds).max() ?? 0
        self.aboveSince = plan.limits.map { _ in nil }
        self.capacity = longest == 0 ? 0 : (longest + plan.intervalSeconds - 1) / plan.intervalSeconds + 1
    }

    mutating func fold(_ stratum: EvidenceStratum) {
        guard self.capacity > 0 else { return }
        self.insert(stratum)
        for (index, limit) in self.plan.limits.enumerated() {
            self.aboveSince[index] = self.startOfRun(limit, before: self.aboveSince[index])
        }
        if self.intervals.count > self.capacity { self.intervals.removeFirst() }
    }

    private mutating func insert(_ stratum: EvidenceStratum) {
        if let index = self.intervals.firstIndex(where: { $0.start == stratum.intervalStart }) {
            self.intervals[index].canary.merge(stratum.canary)
            self.intervals[index].stable.merge(stratum.stable)
            return
        }
        let interval = Interval(start: stratum.intervalStart, canary: stratum.canary, stable: stratum.stable)
        let place = self.intervals.firstIndex { $0.start > interval.start } ?? self.intervals.endIndex
        self.intervals.insert(interval, at: place)
    }

    func assess() -> [LimitAssessment] {
        zip(self.plan.limits, self.aboveSince).map(self.assess)
    }

    /// Since when a limit has been exceeded without being broken, the earliest if there are several; nil when none is in doubt.
    var inDoubtSince: Timestamp? {
        zip(self.assess(), self.aboveSince).compactMap { $0.verdict == .inconclusive ? $1 : nil }.min()
    }

    /// A run that fills all kept intervals began where it was first seen to begin.
    private func startOfRun(_ limit: AbsoluteLimit, before: Timestamp?) -> Timestamp? {
        let run = self.runAbove(limit)
        guard let first = run.first?.start else { return nil }
        guard run.startIndex == self.intervals.startIndex, let before else { return first }
        return min(before, first)
    }

    private func assess(_ limit: AbsoluteLimit, since: Timestamp?) -> LimitAssessment {
        let needed = (limit.forSeconds + self.plan.intervalSeconds - 1) / self.plan.intervalSeconds
        var run = self.runAbove(limit)
        let aboveFor = self.duration(since: since)
        run = run.suffix(needed)
        var canary = CohortTally()
        var stable = CohortTally()
        for interval in run.isEmpty ? self.intervals.suffix(needed) : run {
            canary.merge(interval.canary)
            stable.merge(interval.stable)
        }
        let observed = limit.metric.value(of: canary)
        let verdict: Verdict
        let message: String
        if observed == nil || !self.hasNewestValue(limit) {
            (verdict, message) = (.noData, "no canary requests to measure")
        } else if run.count < needed {
            let standing = run.isEmpty ? "not above" : "above for \(aboveFor) s of \(limit.forSeconds) s"
            (verdict, message) = (run.isEmpty ? .pass : .inconclusive, standing)
        } else if canary.outcomes.judged < Int64(limit.minimumRequests) {
            (verdict, message) = (
                .noData, "above, but over \(canary.outcomes.judged) of \(limit.minimumRequests) requests only"
            )
        } else if let theirs = limit.metric.value(of: stable), theirs > limit.above {
            (verdict, message) = (.inconclusive, "above, but so is stable: the cause is elsewhere")
        } else {
            (verdict, message) = (
                .fail, "\(limit.metric.rawValue) above \(limit.above) \(limit.metric.unit) for \(aboveFor) s"
            )
        }
        return LimitAssessment(
            verdict: verdict,
            message: message,
            limit: limit,
            observed: observed?.isFinite == true ? observed : nil,
            aboveForSeconds: aboveFor
        )
    }

    /// Whether the canary had requests in the newest interval; without them a limit is neither kept nor broken.
    private func hasNewestValue(_ limit: AbsoluteLimit) -> Bool {
        self.intervals.last.flatMap { limit.metric.value(of: $0.canary) } != nil
    }

    private func duration(since: Timestamp?) -> Int {
        guard let since, let newest = self.intervals.last else { return 0 }
        return Int(newest.start.seconds(since: since)) + self.plan.intervalSeconds
    }

    /// The newest consecutive intervals in all of which the canary was above.
    private func runAbove(_ limit: AbsoluteLimit) -> ArraySlice<Interval> {
        let step = Double(self.plan.intervalSeconds)
        var first = self.intervals.endIndex
        while first > self.intervals.startIndex {
            let candidate = self.intervals[first - 1]
            let isAdjacent =
                first == self.intervals.endIndex || self.intervals[first].start.seconds(since: candidate.start) == step
            guard isAdjacent, let value = limit.metric.value(of: candidate.canary), value > limit.above else { break }
            first -= 1
        }
        return self.intervals[first...]
    }
}

extension AbsoluteLimit.Metric {
    /// In the metric's unit; nil without requests. A quantile in the overflow bucket is infinite and so above every limit.
    func value(of tally: CohortTally) -> Double? {
        switch self {
        case .meanLatency: tally.latency.mean.map { $0 / 1_000 }
        case .p50Latency: tally.latency.quantile(0.5).map { $0 / 1_000 }
        case .p90Latency: tally.latency.quantile(0.9).map { $0 / 1_000 }
        case .p95Latency: tally.latency.quantile(0.95).map { $0 / 1_000 }
        case .p99Latency: tally.latency.quantile(0.99).map { $0 / 1_000 }
        case .errorRate: tally.outcomes.errorShare
        }
    }
}
