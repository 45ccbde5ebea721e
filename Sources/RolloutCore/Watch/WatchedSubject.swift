import Statistics

/// A subject with its questions, its detector, and the finding that is open about it.
struct WatchedSubject: Hashable, Sendable, Codable {
    let subject: WatchSubject
    /// Of the signal it is about.
    let role: SignalRole?
    let measure: WatchMeasure
    private var questions: [WatchQuestion]
    private var open: OpenFinding?

    private struct OpenFinding: Hashable, Sendable, Codable {
        var finding: WatchFinding
        /// The question that moved most, and whether upwards; what it has to stay within to be as before.
        let question: Int
        let isRise: Bool
        let bound: Double
        /// The newest minutes with units; at most `lastingMinutes`.
        var window: [ShareCount] = []
        /// Of every question, since the finding was made.
        var totals: [ShareCount]
    }

    init(_ subject: WatchSubject, role: SignalRole? = nil, _ measure: WatchMeasure, _ questions: [WatchQuestion]) {
        self.subject = subject
        self.role = role
        self.measure = measure
        self.questions = questions
    }

    var finding: WatchFinding? { self.open?.finding }
    func isReady(_ settings: WatchSettings) -> Bool { self.questions.contains { $0.isReady(settings) } }
    /// Minutes of its past that is known so far.
    var learntMinutes: Int { self.questions.map(\.past.minutes).max() ?? 0 }

    /// ln of the mean of R over questions and directions: a mean of e-detectors is one.
    var logR: Double {
        LogDomain.mean(self.questions.flatMap { [$0.rise] + [$0.fall].compactMap { $0 } }.map(\.detector.logR))
    }

    /// - Parameters:
    ///   - threshold: ln of the average run length that this subject has to keep.
    ///   - number: Of the finding, if there is one to be made.
    mutating func fold(
        _ tally: CohortTally,
        at minute: Timestamp,
        threshold: Double,
        number: Int,
        settings: WatchSettings
    ) -> [WatchEvent] {
        let counts = self.measure.counts(in: tally)
        guard counts.contains(where: { $0.units > 0 }) else { return [] }
        if self.open != nil { return self.follow(counts, at: minute, settings: settings) }
        let canLearn = self.logR < threshold / 2
        for (index, count) in counts.enumerated() where index < self.questions.count {
            self.questions[index].fold(
                count,
                at: minute,
                least: self.subject.aspect.leastChange,
                settings: settings,
                canLearn: canLearn
            )
        }
        guard self.logR >= threshold, let leading = self.leading else { return [] }
        let question = self.questions[leading.question]
        let trend = leading.isRise ? question.rise : question.fall ?? question.rise
        let before = question.allowedShare ?? question.past.share ?? 0
        guard let seen = leading.isRise ? trend.stretch.share : trend.stretch.inverted.share,
            let bound = question.asBefore(least: self.subject.aspect.leastChange),
            abs(seen - before) >= self.subject.aspect.leastChange
        else { return [] }
        let stretch = leading.isRise ? trend.stretch : trend.stretch.inverted
        var severity = WatchSeverity(
            question: question.name,
            bad: stretch.bad,
            units: stretch.units,
            now: seen,
            before: before
        )
        severity.logEvidence = self.logR
        severity.logThreshold = threshold
        let totals = self.questions.map { $0.recentStretch }
        self.describeDistribution(&severity, totals)
        let finding = WatchFinding(
            number: number,
            kind: self.kind(severity),
            subject: self.subject,
            since: trend.since ?? minute,
            detectedAt: minute,
            state: .temporary,
            severity: severity,
            message: self.message(severity)
        )
        self.open = OpenFinding(
            finding: finding,
            question: leading.question,
            isRise: leading.isRise,
            bound: leading.isRise ? bound.upperBound : bound.lowerBound,
            totals: self.questions.map { _ in ShareCount() }
        )
        return [WatchEvent(name: finding.openingName, at: minute, finding: finding)]
    }

    /// The question and direction that moved most, among those that moved far enough.
    private var leading: (question: Int, isRise: Bool)? {
        var best: (question: Int, isRise: Bool, logCusum: Double)?
        for (index, question) in self.questions.enumerated() {
            for (trend, isRise) in [(question.rise, true)] + (question.fall.map { [($0, false)] } ?? [])
            where trend.detector.logCusum > best?.logCusum ?? 0 {
                best = (index, isRise, trend.detector.logCusum)
            }
        }
        return best.map { ($0.question, $0.isRise) }
    }

    // MARK: An open finding

    private mutating func follow(_ counts: [ShareCount], at minute: Timestamp, settings: WatchSettings) -> [WatchEvent]
    {
        guard var open = self.open else { return [] }
        for (index, count) in counts.enumerated() where index < open.totals.count {
            open.totals[index] = open.totals[index] + count
        }
        let count = counts[open.question]
        guard count.units > 0 else { return [] }
        open.window.append(count)
        if open.window.count > settings.lastingMinutes { open.window.removeFirst() }
        open.finding.severity.bad += count.bad
        open.finding.severity.units += count.units
        let isBad = { (count: ShareCount) in
            count.share.map { open.isRise ? $0 > open.bound : $0 < open.bound } ?? false
        }
        let quiet = open.window.suffix(settings.quietMinutes)
        open.finding.severity.now = quiet.reduce(ShareCount(), +).share
        var events: [WatchEvent] = []
        let badQuiet = quiet.filter(isBad).count
        if quiet.count >= settings.quietMinutes, 10 * badQuiet <= 3 * quiet.count,
            !isBad(quiet.reduce(ShareCount(), +))
        {
            self.open = open
            return self.close(.recovered, at: minute)
        }
        if open.finding.state == .temporary, open.window.filter(isBad).count >= settings.lastingBreaches {
            open.finding.state = .lasting
            open.finding.lastingAt = minute
            self.describeDistribution(&open.finding.severity, open.totals)
            events.append(WatchEvent(name: .findingPersisted, at: minute, finding: open.finding))
        }
        self.open = open
        if let lastingAt = open.finding.lastingAt, settings.relearnMinutes > 0,
            minute.seconds(since: lastingAt) >= Double(60 * settings.relearnMinutes)
        {
            events += self.close(.becameNormal, at: minute)
        }
        return events
    }

    /// Ends the open finding; nothing when there is none.
    mutating func close(_ ending: WatchFinding.Ending, at minute: Timestamp) -> [WatchEvent] {
        guard var finding = self.open?.finding else { return [] }
        finding.state = .over
        finding.endedAt = minute
        finding.ending = ending
        self.open = nil
        for index in self.questions.indices {
            switch ending {
            case .recovered: self.questions[index].restart()
            case .acknowledged, .becameNormal: self.questions[index].relearn()
            }
        }
        return [WatchEvent(name: finding.closingName, at: minute, finding: finding)]
    }

    // MARK: In words

    /// How the whole distribution differs from its past, where the questions are its parts.
    private func describeDistribution(_ severity: inout WatchSeverity, _ totals: [ShareCount]) {
        guard self.measure.classes != nil else { return }
        let then = self.questions.map(\.past.bad)
        // Each question counts since its own onset: shares of one whole again.
        let units = Double(totals.map(\.units).max() ?? 0)
        let now = totals.map { Int64((($0.share ?? 0) * units).rounded()) }
        if let stability = PopulationStability(reference: then, current: now) {
            severity.stabilityIndexAdjusted = stability.adjusted
        }
        severity.jensenShannon = DistributionDistance.jensenShannon(now, then)
        let (balance, before) = (CategoryBalance(now), CategoryBalance(then))
        severity.evenness = balance?.evenness
        severity.evennessBefore = before?.evenness
        severity.imbalanceRatio = balance?.imbalanceRatio
        severity.imbalanceRatioBefore = before?.imbalanceRatio
    }

    private func kind(_ severity: WatchSeverity) -> WatchFinding.Kind {
        switch self.subject.aspect {
        case .errorRate, .clientAborts, .latency, .limit: return .stableDegraded
        case .invalidOutputs, .missingValues, .mistypedValues, .unseenWords, .valuesOutOfRange:
            return .dataQualityViolated
        case .accuracy, .absoluteError: return .qualityDegraded
        case .baselineDistribution: return .driftDetected
        case .distribution, .labels:
            let isOutput = self.role != .feature
            return isOutput && severity.isLessBalanced ? .classImbalance : .driftDetected
        }
    }

    private func message(_ severity: WatchSeverity) -> String {
        let now = severity.now?.percent ?? "?"
        let about = self.subject.signal.map { " of '\($0)'" } ?? ""
        let before = severity.before?.percent ?? "?"
        let reference = self.questions.contains { $0.allowedShare != nil } ? "allowed are" : "before it was"
        return "\(now) of\(about) \(severity.question) (\(severity.bad) of \(severity.units)); \(reference) \(before)"
    }
}

extension WatchSeverity {
    /// Classes have become less even by a tenth; or by less, with the extremes twice as far apart.
    fileprivate var isLessBalanced: Bool {
        guard let now = self.evenness, let before = self.evennessBefore else { return false }
        if now <= before - 0.1 { return true }
        guard now <= before - 0.05, let ratio = self.imbalanceRatio, let old = self.imbalanceRatioBefore else {
            return false
        }
        return ratio >= 2 * old
    }
}
