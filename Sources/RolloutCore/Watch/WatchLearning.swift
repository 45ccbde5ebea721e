import Statistics

/// What is seen until it is known where a thing's values lie, so that questions can be asked of it.
struct WatchLearning: Hashable, Sendable, Codable {
    private var latency = Learnt(LatencyHistogram())
    private var signals: [SignalName: Learnt<SignalTally>] = [:]
    private var quality = Learnt(QualityCounts())
    /// Signals that are known already, or beyond the bound.
    private var known: Set<SignalName> = []

    /// More signals than this aren't watched.
    static let signalLimit = 64

    private struct Learnt<Tally: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
        var tally: Tally
        var minutes = 0
        var isDone = false

        init(_ tally: Tally) { self.tally = tally }

        func isEnough(units: Int64, _ settings: WatchSettings) -> Bool {
            !self.isDone && self.minutes >= (settings.referenceMinutes + 1) / 2 && units >= settings.referenceUnits / 2
        }
    }

    /// - Returns: The subjects whose questions can be asked from the next minute on.
    mutating func fold(_ tally: CohortTally, _ settings: WatchSettings, constrained: Set<WatchSubject>)
        -> [WatchedSubject]
    {
        self.foldLatency(tally.latency, settings)
            + self.foldSignals(tally.detail.signals, settings, constrained)
            + self.foldQuality(tally.detail.quality.overall, settings)
    }

    private mutating func foldLatency(_ latency: LatencyHistogram, _ settings: WatchSettings) -> [WatchedSubject] {
        guard !self.latency.isDone, !latency.isEmpty else { return [] }
        self.latency.tally.merge(latency)
        self.latency.minutes += 1
        let past = self.latency.tally
        guard self.latency.isEnough(units: past.count, settings),
            let exceedance = LatencyExceedance(priorStable: past, quantiles: Self.quantiles, shift: 0)
        else { return [] }
        self.latency = Learnt(LatencyHistogram())
        self.latency.isDone = true
        // Five buckets of two percent: a tenth slower is as before.
        let buckets = exceedance.thresholdBuckets.map { min($0 + 5, LatencyHistogram.bucketCount - 2) }
        let questions = zip(Self.quantiles, buckets).map { quantile, bucket in
            WatchQuestion(
                "requests took longer than \((LatencyHistogram.upperBound(of: bucket) / 1_000).short) ms, "
                    + "a tenth beyond the p\(Int(quantile * 100)) there was"
            )
        }
        return [WatchedSubject(WatchSubject(.latency), .latency(beyond: buckets), questions)]
    }

    private static let quantiles = [0.5, 0.9, 0.99]

    private mutating func foldSignals(
        _ seen: [SignalName: SignalTally],
        _ settings: WatchSettings,
        _ constrained: Set<WatchSubject>
    ) -> [WatchedSubject] {
        var subjects: [WatchedSubject] = []
        for (name, tally) in seen.sorted(by: { $0.key < $1.key }) where tally.rows > 0 && !self.known.contains(name) {
            if self.signals[name] == nil, self.signals.count + self.known.count >= Self.signalLimit { continue }
            var learnt = self.signals[name] ?? Learnt(SignalTally(role: tally.role, values: tally.values.emptied))
            learnt.tally.merge(tally)
            learnt.minutes += 1
            self.signals[name] = learnt
            guard learnt.isEnough(units: learnt.tally.rows, settings) else { continue }
            self.signals[name] = nil
            self.known.insert(name)
            subjects += Self.subjects(name, learnt.tally).filter { !constrained.contains($0.subject) }
        }
        return subjects
    }

    private static func subjects(_ name: SignalName, _ past: SignalTally) -> [WatchedSubject] {
        var subjects = [
            WatchedSubject(
                WatchSubject(.missingValues, signal: name),
                role: past.role,
                .missing(name),
                [WatchQuestion("rows have no value")]
            ),
            WatchedSubject(
                WatchSubject(.mistypedValues, signal: name),
                role: past.role,
                .mistyped(name),
                [WatchQuestion("rows have a value of another kind")]
            ),
        ]
        if let buckets = SignalBuckets.watched(past.values) {
            subjects.append(
                WatchedSubject(
                    WatchSubject(.distribution, signal: name),
                    role: past.role,
                    .distribution(name, buckets),
                    buckets.questionNames.map { WatchQuestion($0, isTwoSided: true) }
                )
            )
        }
        return subjects
    }

    private mutating func foldQuality(_ counts: QualityCounts, _ settings: WatchSettings) -> [WatchedSubject] {
        guard !self.quality.isDone, counts.labelled > 0 else { return [] }
        self.quality.tally.merge(counts)
        self.quality.minutes += 1
        let past = self.quality.tally
        guard self.quality.isEnough(units: past.labelled, settings) else { return [] }
        self.quality = Learnt(QualityCounts())
        self.quality.isDone = true
        var subjects: [WatchedSubject] = []
        if let balance = ClassBalance(labels: past) {
            let ranked = balance.shares.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(20).map(\.key)
            subjects = [
                WatchedSubject(
                    WatchSubject(.accuracy),
                    .accuracy,
                    [WatchQuestion("labelled rows were predicted wrongly")]
                ),
                WatchedSubject(
                    WatchSubject(.labels),
                    .labels(ranked),
                    (ranked + [SignalBuckets.otherWords]).map {
                        WatchQuestion("labels are '\($0)'", isTwoSided: true)
                    }
                ),
            ]
        }
        let cuts = [0.5, 0.9].compactMap { past.absoluteErrors.quantileBucket($0) }
        if !past.absoluteErrors.isEmpty {
            let questions = cuts.map {
                WatchQuestion("labelled rows were off by \(ValueGrid.number.lowerBound(of: $0 + 1).short) or more")
            }
            subjects.append(WatchedSubject(WatchSubject(.absoluteError), .absoluteError(beyond: cuts), questions))
        }
        return subjects
    }
}

extension SignalValues {
    /// The same kind without a row.
    fileprivate var emptied: SignalValues {
        switch self {
        case .numbers(let numbers): .numbers(NumberTally(grid: numbers.grid))
        case .classes: .classes(ClassTally())
        }
    }
}
