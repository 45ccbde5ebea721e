/// The last readings of a number that another system tells: a rule on breaches, not a test.
struct ExternalEvidence: CheckEvidence {
    private let rule: ExternalComparison
    private let intervalSeconds: Int
    /// Ascending by interval; the newest `stretch` ones.
    private var readings: [(interval: Timestamp, reading: ExternalReading)] = []
    /// Readings with a number, of all time.
    private(set) var canaryUnits: Int64 = 0
    /// The end of the newest interval with a number, of all time.
    private var newestNumber: Timestamp?

    init(_ rule: ExternalComparison, _ context: EvidenceContext) {
        self.rule = rule
        self.intervalSeconds = context.intervalSeconds
    }

    /// Intervals that are looked at.
    private var stretch: Int {
        guard let seconds = self.rule.forSeconds else { return self.rule.of }
        return (seconds + self.intervalSeconds - 1) / self.intervalSeconds
    }

    /// Breaches in the stretch that fail the check.
    private var needed: Int { self.rule.forSeconds == nil ? self.rule.breaches : self.stretch }

    /// A later reading of the same interval takes the place of an earlier one.
    mutating func fold(_ reading: ExternalReading, of interval: Timestamp) {
        self.readings.removeAll { $0.interval == interval }
        let place = self.readings.firstIndex { $0.interval > interval } ?? self.readings.endIndex
        self.readings.insert((interval, reading), at: place)
        if self.standing(reading) != .missing {
            self.canaryUnits += 1
            let end = interval.adding(seconds: Double(self.intervalSeconds))
            self.newestNumber = max(self.newestNumber ?? end, end)
        }
        guard let newest = self.readings.last?.interval else { return }
        let reach = Double(self.stretch * self.intervalSeconds)
        self.readings.removeAll { newest.seconds(since: $0.interval) >= reach }
    }

    /// What one reading says.
    private enum Standing { case breach, fine, missing }

    private func standing(_ reading: ExternalReading) -> Standing {
        guard reading.error == nil, let canary = reading.canary, canary.isFinite else { return .missing }
        if let above = self.rule.above, canary > above { return .breach }
        if let below = self.rule.below, canary < below { return .breach }
        guard let ratio = self.rule.maximumRatio else { return .fine }
        guard let stable = reading.stable, stable.isFinite, stable >= 0 else { return .missing }
        switch self.rule.direction {
        case .higher: return canary > ratio * stable ? .breach : .fine
        case .lower: return canary < stable / ratio ? .breach : .fine
        case .either: return canary > ratio * stable || canary < stable / ratio ? .breach : .fine
        }
    }

    var finding: EvidenceFinding {
        let standings = self.readings.map { self.standing($0.reading) }
        let told = standings.filter { $0 != .missing }.count
        let newest = self.readings.last { self.standing($0.reading) != .missing }?.reading
        var finding = EvidenceFinding(
            loss: "",
            measurement: Measurement(
                name: "external",
                unit: .readings,
                canary: MeasuredCohort(units: Int64(told), value: newest?.canary),
                stable: MeasuredCohort(units: Int64(told), value: newest?.stable)
            ),
            provenUnits: Int64(told)
        )
        finding.outsideAlpha = "a rule on readings has no known error rate"
        finding.newestReading = self.newestNumber
        finding.rule = self.verdict(breaches: standings.filter { $0 == .breach }.count, told: told)
        return finding
    }

    private func verdict(breaches: Int, told: Int) -> (Verdict, String) {
        let count = "\(breaches) of the last \(self.stretch) readings breach \(self.bounds)"
        if breaches >= self.needed { return (.fail, count) }
        if let last = self.readings.last, self.standing(last.reading) == .missing {
            return (.noData, last.reading.error.map { "no reading: \($0)" } ?? "the last reading has no number")
        }
        if told == 0 { return (.noData, "nothing was read yet") }
        if breaches > 0 { return (.inconclusive, count) }
        return told < self.needed
            ? (.inconclusive, "\(told) of \(self.needed) readings so far")
            : (.pass, "no reading breaches \(self.bounds)")
    }

    private var bounds: String {
        let bounds = [
            self.rule.above.map { "above \($0)" }, self.rule.below.map { "below \($0)" },
            self.rule.maximumRatio.map { "worse than stable by a factor of \($0)" },
        ]
        return bounds.compactMap { $0 }.joined(separator: " or ")
    }
}
