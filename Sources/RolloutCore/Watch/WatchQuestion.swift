import Statistics

/// A share that is watched: is it as it was, or as it is allowed to be?
struct WatchQuestion: Hashable, Sendable, Codable {
    /// In few words, after a count: `requests failed`.
    let name: String
    /// Watched from its first minute on where a constraint says what is allowed; else against its own past.
    let allowedShare: Double?
    private(set) var past = ShareHistory()
    /// What came since without anything amiss, and becomes part of the past once it is as much as the past: so the level is learnt over
    /// longer and longer times, up to a week.
    private var newer = ShareHistory()
    private(set) var rise = Trend()
    /// Nil where less isn't worse.
    private(set) var fall: Trend?

    /// One direction.
    struct Trend: Hashable, Sendable, Codable {
        fileprivate(set) var detector = ShareRiseDetector()
        /// When it began, if it did; and all since.
        fileprivate(set) var since: Timestamp?
        fileprivate(set) var stretch = ShareCount()
    }

    /// Odds beyond the level that still count as before.
    private static let tolerance = 1.15
    private static let longestPast = 10_080

    init(_ name: String, allowedShare: Double? = nil, isTwoSided: Bool = false) {
        self.name = name
        self.allowedShare = allowedShare
        self.fall = isTwoSided ? Trend() : nil
    }

    func isReady(_ settings: WatchSettings) -> Bool {
        self.allowedShare != nil
            || (self.past.minutes >= max(1, settings.referenceMinutes / 2)
                && self.past.units >= settings.referenceUnits / 2)
    }

    /// What counts as not worse: at most the upper, at least the lower; nil while it isn't known.
    func asBefore(least: Double) -> ClosedRange<Double>? {
        if let allowedShare { return 0...allowedShare }
        return self.past.nullShares(tolerance: Self.tolerance, least: least / 2)
    }

    /// - Parameter canLearn: Whether nothing is amiss, so that what is seen may become normal.
    mutating func fold(
        _ count: ShareCount,
        at minute: Timestamp,
        least: Double,
        settings: WatchSettings,
        canLearn: Bool
    ) {
        guard count.units > 0 else { return }
        guard self.isReady(settings), let range = self.asBefore(least: least) else {
            self.past.add(count)
            return
        }
        let factor = self.past.temperingFactor
        self.rise.fold(count, nullShare: range.upperBound, factor: factor, at: minute)
        self.fall?.fold(count.inverted, nullShare: 1 - range.lowerBound, factor: factor, at: minute)
        guard canLearn else { return }
        if self.allowedShare != nil {
            // For its dispersion only.
            self.past.add(count)
            return
        }
        self.newer.add(count)
        if self.newer.minutes >= max(self.past.minutes, settings.referenceMinutes), self.past.minutes < Self.longestPast
        {
            self.past.merge(self.newer)
            self.newer = ShareHistory()
        }
    }

    /// Since the newest onset in either direction.
    var recentStretch: ShareCount {
        let (rise, fall) = (self.rise, self.fall)
        guard let fall, fall.stretch.units > rise.stretch.units else { return rise.stretch }
        return fall.stretch.inverted
    }

    /// Watches on from nothing, with the level that is known.
    mutating func restart() {
        self.rise = Trend()
        self.fall = self.fall.map { _ in Trend() }
    }

    /// Forgets the level, too.
    mutating func relearn() {
        self.restart()
        self.past = ShareHistory()
        self.newer = ShareHistory()
    }
}

extension WatchQuestion.Trend {
    fileprivate mutating func fold(_ count: ShareCount, nullShare: Double, factor: Double, at minute: Timestamp) {
        if self.since == nil { self.since = minute }
        self.detector.fold(bad: count.bad, units: count.units, nullShare: nullShare, temperedBy: factor)
        self.stretch = self.stretch + count
        if self.detector.logCusum == 0 {
            self.since = nil
            self.stretch = ShareCount()
        }
    }
}
