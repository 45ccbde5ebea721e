import Statistics

/// Watches a stable version without a planned end: errors, latency, data quality, drift, quality and class balance.
///
/// A state machine that is fed once a minute with what stable did in it, and whose whole state is a value of bounded size: stored and
/// read back, it goes on as if nothing had been. Made anew when another version becomes stable.
///
/// Everything but limits and baseline distributions is a share of units, held against a level frozen from stable's own past or allowed
/// by the baseline, by Shiryaev–Roberts detectors whose average run lengths share `minutesBetweenFalseAlarms` (Bonferroni). The bound
/// holds while the shares of later minutes vary about the level no more than those did that the level was learnt from: the level's own
/// uncertainty (99.9 % one-sided) and the dispersion from minute to minute, measured over the past, are in it, and so is a change
/// too small to matter. It doesn't hold against a world that does what it didn't do in the past that is known, such as a first night:
/// the level is learnt over an hour, then over two, four … up to a week. What such a change makes is a finding that ends by itself; one
/// that is large and comes again every day is found again every day.
package struct StableWatch: Hashable, Sendable, Codable {
    package let settings: WatchSettings
    private var subjects: [WatchedSubject]
    private var learning = WatchLearning()
    private var baseline: BaselineWatch?
    private var limits: [WatchedLimit]
    private var findingsMade = 0
    /// The newest minute that was taken in.
    package private(set) var lastMinute: Timestamp?

    /// - Parameter baseline: Its distributions and constraints are watched; nil when there is none.
    package init(settings: WatchSettings = .init(), baseline: Baseline? = nil) {
        self.settings = settings
        self.baseline = baseline.map(BaselineWatch.init)
        self.limits = settings.limits.map(WatchedLimit.init)
        self.subjects = [
            WatchedSubject(WatchSubject(.errorRate), .errors, [WatchQuestion("requests failed")]),
            WatchedSubject(
                WatchSubject(.clientAborts),
                .clientAborts,
                [WatchQuestion("requests were given up by their clients")]
            ),
            WatchedSubject(
                WatchSubject(.invalidOutputs),
                .invalidOutputs,
                [WatchQuestion("answers looked at could not be read")]
            ),
        ]
        self.subjects += baseline.map { Self.constrained($0, settings.tolerance) } ?? []
    }

    private static func constrained(_ baseline: Baseline, _ tolerance: ConstraintTolerance) -> [WatchedSubject] {
        baseline.signals.sorted { $0.key < $1.key }.prefix(WatchLearning.signalLimit).flatMap { name, signal in
            signal.constraint.allowances(tolerance).map { kind, aspect, allowed, question in
                WatchedSubject(
                    WatchSubject(aspect, signal: name),
                    role: signal.tally?.role ?? .feature,
                    .demand(name, signal.constraint, kind, tolerance),
                    [WatchQuestion(question, allowedShare: allowed)]
                )
            }
        }
    }

    /// Takes in what stable did in one minute.
    ///
    /// - Parameter minute: Its start. A minute that is not later than all before is left out: a level once frozen never changes.
    /// - Returns: What changed, in the order of the subjects.
    package mutating func fold(_ tally: CohortTally, minute: Timestamp) -> [WatchEvent] {
        if let lastMinute, minute <= lastMinute { return [] }
        self.lastMinute = minute
        let counts = self.subjects.reduce(into: [:]) { $0[$1.subject.aspect, default: 0] += 1 }
        var events: [WatchEvent] = []
        for index in self.subjects.indices {
            let aspect = self.subjects[index].subject.aspect
            let share = aspect.budgetShare / Double(counts[aspect] ?? 1)
            events += self.noting(
                self.subjects[index].fold(
                    tally,
                    at: minute,
                    threshold: LogDomain.threshold(alpha: min(1, share / self.settings.minutesBetweenFalseAlarms)),
                    number: self.findingsMade + 1,
                    settings: self.settings
                )
            )
        }
        for index in self.limits.indices {
            let number = self.findingsMade + 1
            events += self.noting(
                self.limits[index].fold(tally, at: minute, number: number, settings: self.settings)
            )
        }
        if let found = self.baseline?.fold(tally, at: minute, number: self.findingsMade + 1, settings: self.settings) {
            events += self.noting(found)
        }
        let known = Set(self.subjects.map(\.subject))
        self.subjects += self.learning.fold(tally, self.settings, constrained: known)
        return events
    }

    private mutating func noting(_ events: [WatchEvent]) -> [WatchEvent] {
        self.findingsMade = max(self.findingsMade, events.map(\.finding.number).max() ?? 0)
        return events
    }

    /// Takes the new level of a finding's subject for normal: it is learnt anew. Nothing when no such finding is open.
    package mutating func acknowledge(finding number: Int, at moment: Timestamp) -> [WatchEvent] {
        if let index = self.subjects.firstIndex(where: { $0.finding?.number == number }) {
            return self.subjects[index].close(.acknowledged, at: moment)
        }
        if let index = self.limits.firstIndex(where: { $0.finding?.number == number }) {
            return self.limits[index].close(.acknowledged, at: moment)
        }
        return self.baseline?.acknowledge(number, at: moment) ?? []
    }

    /// Findings that are open, by number.
    package var findings: [WatchFinding] {
        let open =
            self.subjects.compactMap(\.finding) + self.limits.compactMap(\.finding) + (self.baseline?.findings ?? [])
        return open.sorted { $0.number < $1.number }
    }

    /// Whether stable itself fails or is slow: a comparison with it then says little.
    package var isStableDegraded: Bool { self.findings.contains { $0.kind == .stableDegraded } }

    /// What is watched so far, and what is still being learnt.
    package var subjectsWatched: [WatchSubject] {
        self.subjects.filter { $0.isReady(self.settings) }.map(\.subject).sorted()
    }

    /// What the false alarms are bounded by, in plain words, for screens.
    package var guarantee: String {
        "at most one false alarm in \((self.settings.minutesBetweenFalseAlarms / 1_440).short) days over everything watched, while the world "
            + "changes no more than in the past that was learnt; limits stand outside this"
    }
}

extension SignalConstraint {
    /// The demands that can be watched as shares of rows, each with what it allows.
    fileprivate func allowances(
        _ tolerance: ConstraintTolerance
    ) -> [(ConstraintViolation.Kind, WatchSubject.Aspect, Double, String)] {
        var allowances: [(ConstraintViolation.Kind, WatchSubject.Aspect, Double, String)] = []
        if let completeness {
            // One row that lacks a value must not be a finding where all had one.
            let allowed = max(1 - completeness, tolerance.mistypedShare)
            allowances.append((.completeness, .missingValues, allowed, "rows have no value"))
        }
        if self.kind != nil {
            allowances.append(
                (.dataType, .mistypedValues, tolerance.mistypedShare, "rows have a value of another kind")
            )
        }
        if self.minimum != nil || self.maximum != nil {
            allowances.append((.range, .valuesOutOfRange, tolerance.outOfRangeShare, "rows lie outside the range"))
        }
        if self.domain != nil {
            let allowed = self.unseenShare ?? tolerance.unseenShare
            allowances.append(
                (.categoricalValues, .unseenWords, max(allowed, 1e-6), "rows have words outside the domain")
            )
        }
        return allowances
    }
}
