package import RolloutCore

/// Holds what one gateway sees of a rollout against the plan's hard stop: the same rule, by the same words, as the controller's judge,
/// but on this gateway's requests alone and at once instead of a tick later.
///
/// Looks back by samples of running totals, so a request costs its loop a count and nothing more. A look costs a search among the
/// samples; it is worth one only when a canary request has failed, and ten times a second besides.
package struct TripDetector: Sendable {
    private struct Sample {
        var at: LoopTime
        var totals: TripTotals
    }

    package let rule: HardStop
    /// Ascending in time and in what the canary was asked; never empty. Each says: up to this moment, no more than this.
    private var samples: [Sample]
    /// Samples are this far apart at least.
    private let spacing: Duration
    /// When the next one is due.
    private var due: LoopTime
    private let stretch: Duration
    /// How far back requests are looked for when they come slowly.
    private let reach: Duration

    /// How many samples fit into the stretch of the rule: what a look may be off by.
    private static let samplesPerStretch = 32
    /// As the controller has it.
    private static let leastReach = Duration.seconds(900)

    /// - Parameter time: When this gateway began to route the rollout.
    package init(_ rule: HardStop, at time: LoopTime) {
        self.rule = rule
        self.stretch = .seconds(rule.withinSeconds)
        self.reach = max(Self.leastReach, self.stretch)
        self.spacing = max(.milliseconds(100), self.stretch / Self.samplesPerStretch)
        self.samples = [Sample(at: time, totals: TripTotals())]
        self.due = time.adding(self.spacing)
    }

    /// Remembers the totals of this moment; to be called ten times a second or so, and never with less than before.
    package mutating func sample(_ totals: TripTotals, at time: LoopTime) {
        let last = self.samples.count - 1
        if self.samples[last].totals.canaryAsked == totals.canaryAsked {
            // Nothing was asked since: the stretch that begins here may as well begin now.
            self.samples[last] = Sample(at: time, totals: totals)
        } else if time >= self.due {
            self.samples.append(Sample(at: time, totals: totals))
            self.due = time.adding(self.spacing)
        }
        self.forget(totals, at: time)
    }

    /// - Parameter totals: Never less than before.
    /// - Returns: What broke the rule; nil while it is kept, and while stable fails as badly.
    package func finding(_ totals: TripTotals, _ runs: TripRuns, at time: LoopTime) -> RecentEvidence? {
        let recent = totals - self.base(for: totals, at: time).totals
        let isSuspicious =
            runs.canary >= Int64(self.rule.connectFailures)
            || (recent.canaryAsked >= Int64(self.rule.requests)
                && Double(recent.canaryUnserved) >= self.rule.errorShare * Double(recent.canaryAsked))
        guard isSuspicious else { return nil }
        let evidence = RecentEvidence(
            canary: TripTotals.outcomes(recent.canary),
            stable: TripTotals.outcomes(recent.stable),
            connectFailureRun: runs.canary,
            stableConnectFailureRun: runs.stable
        )
        switch self.rule.assess(evidence).verdict {
        case .fail: return evidence
        case .pass, .inconclusive, .noData, .error, .warming: return nil
        }
    }

    /// Where the stretch begins: the last seconds of the rule, or further back until it holds the requests that the rule needs.
    private func base(for totals: TripTotals, at time: LoopTime) -> Sample {
        let asked = totals.canaryAsked
        let recent = self.samples[self.firstIndex { !$0.at.isBefore(time, by: self.stretch) }]
        guard asked - recent.totals.canaryAsked < Int64(self.rule.requests) else { return recent }
        // The newest sample that leaves enough requests after it.
        let beyond = self.firstIndex(orEnd: true) {
            asked - $0.totals.canaryAsked < Int64(self.rule.requests)
        }
        guard beyond > 0, !self.samples[beyond - 1].at.isBefore(time, by: self.reach) else { return recent }
        return self.samples[beyond - 1]
    }

    /// Drops what no stretch can begin with any more.
    private mutating func forget(_ totals: TripTotals, at time: LoopTime) {
        let asked = totals.canaryAsked
        let next = self.samples.dropFirst().prefix { sample in
            sample.at.isBefore(time, by: self.reach)
                || (sample.at.isBefore(time, by: self.stretch)
                    && asked - sample.totals.canaryAsked >= Int64(self.rule.requests))
        }
        self.samples.removeFirst(next.count)
    }

    /// The first sample that is `wanted`, by bisection, for what once true stays true; without one the last, or the end.
    private func firstIndex(orEnd: Bool = false, _ wanted: (Sample) -> Bool) -> Int {
        var (low, high) = (0, self.samples.count)
        while low < high {
            let middle = (low + high) / 2
            if wanted(self.samples[middle]) { high = middle } else { low = middle + 1 }
        }
        return orEnd ? low : min(low, self.samples.count - 1)
    }

    /// For tests: what it takes up.
    var sampleCount: Int { self.samples.count }
}

extension LoopTime {
    fileprivate func isBefore(_ time: LoopTime, by duration: Duration) -> Bool {
        time.microseconds - self.microseconds > duration.microseconds
    }
}
