import Statistics

/// Holds the last intervals of both cohorts against the plan's absolute limits.
///
/// A limit is broken when the canary was above it in every interval of its stretch, or in as many as the limit says; without a count an
/// interval without requests breaks the run. While stable is above the same limit the canary isn't blamed: the verdict is inconclusive.
struct LimitWatch: Sendable {
    private let plan: RolloutPlan
    private let capacity: Int
    /// Ascending by start, without gaps filled: a missing interval is simply missing.
    private var intervals: [Interval] = []
    /// Where each limit's present run began, which may lie before the intervals that are kept.
    private var aboveSince: [Timestamp?]
    /// From when each limit has been broken by stable itself.
    private var brokenByStableSince: [Timestamp?]

    private struct Interval: Sendable {
        let start: Timestamp
        var canary: CohortTally
        var stable: CohortTally
    }

    init(plan: RolloutPlan) {
        self.plan = plan
        let longest = plan.limits.map { $0.intervals(of: plan) }.max() ?? 0
        self.aboveSince = plan.limits.map { _ in nil }
        self.brokenByStableSince = self.aboveSince
        self.capacity = longest == 0 ? 0 : longest + 1
    }

    mutating func fold(_ stratum: EvidenceStratum) {
        guard self.capacity > 0 else { return }
        self.insert(stratum)
        for (index, limit) in self.plan.limits.enumerated() {
            self.aboveSince[index] = self.startOfRun(limit, before: self.aboveSince[index])
            let since = self.brokenByStableSince[index] ?? self.intervals.last.map { self.end(of: $0) }
            self.brokenByStableSince[index] = self.isBrokenByStable(limit) ? since : nil
        }
        if self.intervals.count > self.capacity { self.intervals.removeFirst() }
    }

    private mutating func insert(_ stratum: EvidenceStratum) {
        if let index = self.intervals.firstIndex(where: { $0.start == stratum.intervalStart }) {
            self.intervals[index].canary.merge(stratum.canary.withoutDetail)
            self.intervals[index].stable.merge(stratum.allOfStable)
            return
        }
        let interval = Interval(
            start: stratum.intervalStart,
            canary: stratum.canary.withoutDetail,
            stable: stratum.allOfStable
        )
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

    /// The limit that stable has broken for longest, and since when; nil when it keeps all.
    var brokenByStable: (message: String, since: Timestamp)? {
        let broken = zip(self.plan.limits, self.brokenByStableSince).compactMap { limit, since in
            since.map { ("stable's \(limit.metric.rawValue) is above \(limit.above) \(limit.metric.unit)", $0) }
        }
        return broken.min { $0.1 < $1.1 }
    }

    /// A run that fills all kept intervals began where it was first seen to begin.
    private func startOfRun(_ limit: AbsoluteLimit, before: Timestamp?) -> Timestamp? {
        let above = self.above(limit, \.canary)
        guard let first = above.first?.start else { return nil }
        if limit.breaches != nil { return min(before ?? first, first) }
        guard above.count == self.intervals.count, let before else { return first }
        return min(before, first)
    }

    private func isBrokenByStable(_ limit: AbsoluteLimit) -> Bool {
        let above = self.above(limit, \.stable).suffix(limit.intervals(of: self.plan))
        let requests = above.reduce(0) { $0 + $1.stable.outcomes.judged }
        return above.count >= self.needed(limit) && requests >= Int64(limit.minimumRequests)
    }

    private func needed(_ limit: AbsoluteLimit) -> Int { limit.breaches ?? limit.intervals(of: self.plan) }

    private func assess(_ limit: AbsoluteLimit, since: Timestamp?) -> LimitAssessment {
        let (stretch, needed) = (limit.intervals(of: self.plan), self.needed(limit))
        let above = self.above(limit, \.canary).suffix(stretch)
        let aboveFor =
            limit.breaches == nil ? self.duration(since: since) : above.count * self.plan.intervalSeconds
        var canary = CohortTally()
        var stable = CohortTally()
        for interval in above.isEmpty ? self.intervals.suffix(stretch) : above[...] {
            canary.merge(interval.canary)
            stable.merge(interval.stable)
        }
        let observed = limit.metric.value(of: canary)
        let verdict: Verdict
        let message: String
        if observed == nil || !self.hasNewestValue(limit) {
            (verdict, message) = (.noData, "no canary requests to measure")
        } else if above.count < needed {
            let standing = above.isEmpty ? "not above" : "above for \(aboveFor) s of \(limit.forSeconds) s"
            (verdict, message) = (above.isEmpty ? .pass : .inconclusive, standing)
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

    private func end(of interval: Interval) -> Timestamp {
        interval.start.adding(seconds: Double(self.plan.intervalSeconds))
    }

    /// The intervals that count as above: those of the newest unbroken run, or all within the stretch where breaches are counted.
    private func above(_ limit: AbsoluteLimit, _ cohort: KeyPath<Interval, CohortTally>) -> ArraySlice<Interval> {
        func isAbove(_ interval: Interval) -> Bool {
            limit.metric.value(of: interval[keyPath: cohort]).map { $0 > limit.above } ?? false
        }
        guard limit.breaches == nil else {
            let reach = Double(limit.intervals(of: self.plan) * self.plan.intervalSeconds)
            guard let newest = self.intervals.last?.start else { return [] }
            return self.intervals.filter { newest.seconds(since: $0.start) < reach && isAbove($0) }[...]
        }
        let step = Double(self.plan.intervalSeconds)
        var first = self.intervals.endIndex
        while first > self.intervals.startIndex {
            let candidate = self.intervals[first - 1]
            let isAdjacent =
                first == self.intervals.endIndex || self.intervals[first].start.seconds(since: candidate.start) == step
            guard isAdjacent, isAbove(candidate) else { break }
            first -= 1
        }
        return self.intervals[first...]
    }
}

extension AbsoluteLimit {
    /// The stretch in intervals of the plan, rounded up.
    func intervals(of plan: RolloutPlan) -> Int {
        (self.forSeconds + plan.intervalSeconds - 1) / plan.intervalSeconds
    }
}

extension CohortTally {
    /// Outcomes and latencies alone: the rest is large and counted elsewhere.
    var withoutDetail: CohortTally {
        CohortTally(
            outcomes: self.outcomes,
            latency: self.latency,
            connectFailureRun: self.connectFailureRun,
            assigned: self.assigned
        )
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
