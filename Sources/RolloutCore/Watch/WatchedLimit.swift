/// A limit with the newest minutes that were held against it.
struct WatchedLimit: Hashable, Sendable, Codable {
    let limit: WatchLimit
    private var minutes: [Minute] = []
    private(set) var finding: WatchFinding?

    private struct Minute: Hashable, Sendable, Codable {
        let at: Timestamp
        let isBroken: Bool
    }

    init(_ limit: WatchLimit) { self.limit = limit }

    mutating func fold(_ tally: CohortTally, at minute: Timestamp, number: Int, settings: WatchSettings) -> [WatchEvent]
    {
        guard let value = self.limit.value(of: tally) else { return [] }
        self.minutes.append(Minute(at: minute, isBroken: value > self.limit.above))
        let kept = max(self.limit.of, settings.lastingMinutes)
        if self.minutes.count > kept { self.minutes.removeFirst(self.minutes.count - kept) }
        let newest = self.minutes.suffix(self.limit.of)
        let isBroken = newest.filter(\.isBroken).count >= self.limit.breaches
        // No document can carry an infinite number.
        let shown = value.isFinite ? value : nil
        guard var finding else {
            return isBroken ? self.begin(shown, tally, at: minute, number: number, newest) : []
        }
        finding.severity.now = shown
        if !isBroken {
            self.finding = finding
            return self.close(.recovered, at: minute)
        }
        var events: [WatchEvent] = []
        let broken = self.minutes.filter { $0.isBroken && $0.at >= finding.since }
        if finding.state == .temporary, broken.count >= settings.lastingBreaches {
            finding.state = .lasting
            finding.lastingAt = minute
            events = [WatchEvent(name: .findingPersisted, at: minute, finding: finding)]
        }
        self.finding = finding
        return events
    }

    private mutating func begin(
        _ value: Double?,
        _ tally: CohortTally,
        at minute: Timestamp,
        number: Int,
        _ newest: ArraySlice<Minute>
    ) -> [WatchEvent] {
        let limit = self.limit
        let unit = limit.metric == .errorRate ? "" : " ms"
        let finding = WatchFinding(
            number: number,
            kind: .stableDegraded,
            subject: WatchSubject(.limit, limit: limit.metric),
            since: newest.first { $0.isBroken }?.at ?? minute,
            detectedAt: minute,
            state: .temporary,
            severity: WatchSeverity(
                question: limit.metric.rawValue,
                bad: Int64(newest.filter(\.isBroken).count),
                units: Int64(newest.count),
                now: value,
                before: limit.above
            ),
            message:
                "\(limit.metric.rawValue) above \(limit.above.short)\(unit) in \(newest.filter(\.isBroken).count) of "
                + "the last \(newest.count) minutes"
        )
        self.finding = finding
        return [WatchEvent(name: finding.openingName, at: minute, finding: finding)]
    }

    mutating func close(_ ending: WatchFinding.Ending, at minute: Timestamp) -> [WatchEvent] {
        guard var finding = self.finding else { return [] }
        finding.state = .over
        finding.endedAt = minute
        finding.ending = ending
        self.finding = nil
        self.minutes = []
        return [WatchEvent(name: finding.closingName, at: minute, finding: finding)]
    }
}
