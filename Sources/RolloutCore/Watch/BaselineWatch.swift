import Statistics

/// Holds signals against a baseline's distributions, one stretch of time after the other.
struct BaselineWatch: Hashable, Sendable, Codable {
    private var signals: [Watched]
    private var minutes = 0
    private var from: Timestamp?

    private struct Watched: Hashable, Sendable, Codable {
        let name: SignalName
        let role: SignalRole
        let buckets: SignalBuckets
        let reference: BucketedSignal
        /// In the place of the thresholds; 0…1.
        let driftLimit: Double?
        var current: BucketedSignal
        var finding: WatchFinding?
        /// Stretches in a row that were found drifted.
        var run = 0
    }

    /// Without rows enough a stretch grows up to this many times `WatchSettings.baselineMinutes`.
    private static let longestStretch = 24
    /// Drifted stretches in a row that make a finding lasting.
    private static let lastingRun = 3

    init(_ baseline: Baseline) {
        let known = baseline.signals.sorted { $0.key < $1.key }.prefix(WatchLearning.signalLimit)
        self.signals = known.compactMap { name, signal in
            guard let tally = signal.tally, let buckets = SignalDrift.buckets(tally.values, signal.edges) else {
                return nil
            }
            return Watched(
                name: name,
                role: tally.role,
                buckets: buckets,
                reference: BucketedSignal(tally, in: buckets),
                driftLimit: signal.constraint.driftThreshold,
                current: BucketedSignal(buckets)
            )
        }
    }

    var findings: [WatchFinding] { self.signals.compactMap(\.finding) }

    /// - Parameter number: Of the first finding that is made.
    mutating func fold(
        _ tally: CohortTally,
        at minute: Timestamp,
        number: Int,
        settings: WatchSettings
    ) -> [WatchEvent] {
        guard !self.signals.isEmpty else { return [] }
        var isSeen = false
        for index in self.signals.indices {
            guard let seen = tally.detail.signals[self.signals[index].name], seen.rows > 0 else { continue }
            self.signals[index].current.merge(BucketedSignal(seen, in: self.signals[index].buckets))
            isSeen = true
        }
        guard isSeen else { return [] }
        self.from = self.from ?? minute
        self.minutes += 1
        guard self.minutes >= settings.baselineMinutes else { return [] }
        let report = self.report(settings)
        let isLongEnough = self.minutes >= Self.longestStretch * settings.baselineMinutes
        if report.verdict == .tooFew, !isLongEnough { return [] }
        let events = self.conclude(report, at: minute, number: number)
        self.minutes = 0
        self.from = nil
        for index in self.signals.indices { self.signals[index].current = BucketedSignal(self.signals[index].buckets) }
        return events
    }

    /// Each stretch is a look of its own: its part of the false alarms is as long as it is itself.
    private func report(_ settings: WatchSettings) -> DriftReport {
        var thresholds = settings.thresholds
        let share = WatchSubject.Aspect.baselineDistribution.budgetShare
        thresholds.falseDiscoveryRate = min(
            thresholds.falseDiscoveryRate,
            share * Double(settings.baselineMinutes) / settings.minutesBetweenFalseAlarms
        )
        let drifts = self.signals.map {
            SignalDrift($0.name, role: $0.role, reference: $0.reference, current: $0.current, in: $0.buckets)
        }
        let limits = self.signals.compactMap { signal in signal.driftLimit.map { (signal.name, $0) } }
        return DriftReport(drifts, limits: Dictionary(uniqueKeysWithValues: limits), missing: [], extra: [], thresholds)
    }

    private mutating func conclude(_ report: DriftReport, at minute: Timestamp, number: Int) -> [WatchEvent] {
        let drifts = Dictionary(uniqueKeysWithValues: report.signals.map { ($0.name, $0) })
        var events: [WatchEvent] = []
        var number = number
        for index in self.signals.indices {
            guard let drift = drifts[self.signals[index].name] else { continue }
            switch drift.verdict {
            case .drifted:
                self.signals[index].run += 1
                if var finding = self.signals[index].finding {
                    finding.severity = Self.severity(drift)
                    if finding.state == .temporary, self.signals[index].run >= Self.lastingRun {
                        finding.state = .lasting
                        finding.lastingAt = minute
                        events.append(WatchEvent(name: .findingPersisted, at: minute, finding: finding))
                    }
                    self.signals[index].finding = finding
                } else {
                    let finding = self.newFinding(drift, number: number, at: minute)
                    number += 1
                    self.signals[index].finding = finding
                    events.append(WatchEvent(name: finding.openingName, at: minute, finding: finding))
                }
            case .stable, .warning:
                self.signals[index].run = 0
                events += self.close(index, .recovered, at: minute)
            case .tooFew: break
            }
        }
        return events
    }

    private func newFinding(_ drift: SignalDrift, number: Int, at minute: Timestamp) -> WatchFinding {
        WatchFinding(
            number: number,
            kind: .driftDetected,
            subject: WatchSubject(.baselineDistribution, signal: drift.name),
            since: self.from ?? minute,
            detectedAt: minute,
            state: .temporary,
            severity: Self.severity(drift),
            message: "'\(drift.name)' has drifted from its baseline: \(drift.reasons.joined(separator: ", "))"
        )
    }

    private static func severity(_ drift: SignalDrift) -> WatchSeverity {
        let moved = drift.mostMoved
        var severity = WatchSeverity(
            question: moved.map(\.question) ?? "",
            bad: Int64(((moved?.currentShare ?? 0) * Double(drift.currentRows)).rounded()),
            units: drift.currentRows,
            now: moved?.currentShare,
            before: moved?.referenceShare
        )
        severity.stabilityIndexAdjusted = drift.distances.stabilityIndexAdjusted
        severity.jensenShannon = drift.distances.jensenShannon
        return severity
    }

    mutating func acknowledge(_ number: Int, at minute: Timestamp) -> [WatchEvent] {
        guard let index = self.signals.firstIndex(where: { $0.finding?.number == number }) else { return [] }
        let events = self.close(index, .acknowledged, at: minute)
        // A baseline can't be learnt anew: what is known and accepted is watched no more.
        self.signals.remove(at: index)
        return events
    }

    private mutating func close(_ index: Int, _ ending: WatchFinding.Ending, at minute: Timestamp) -> [WatchEvent] {
        guard var finding = self.signals[index].finding else { return [] }
        finding.state = .over
        finding.endedAt = minute
        finding.ending = ending
        self.signals[index].finding = nil
        return [WatchEvent(name: finding.closingName, at: minute, finding: finding)]
    }
}

extension DriftBucket {
    /// What it holds, in few words.
    var question: String {
        if let word { return "rows are '\(word)'" }
        switch (self.lower, self.upper) {
        case (nil, let upper?): return "rows lie below \(upper.short)"
        case (let lower?, nil): return "rows lie at or beyond \(lower.short)"
        case (let lower?, let upper?): return "rows lie in \(lower.short)…\(upper.short)"
        case (nil, nil): return "rows"
        }
    }
}
