package import RolloutCore

/// Whether one address of an upstream is worth a request, as far as one event loop can tell: a value without I/O.
///
/// What happens to requests ejects an address for a time, each time for longer; then one attempt shows whether it is back. How
/// often it happens matters less than how it fails:
/// - no connection: ejected at once, for the request can go elsewhere and so can the next;
/// - no whole answer, several times in a row: ejected, unless too many are already;
/// - answers of 500 and above: ejected only when the others answer well in the same time, because what a client sends can make every
///   server answer 500 or 503.
package struct UpstreamHealth: Equatable, Sendable {
    /// Why an address is left alone.
    package enum Cause: Equatable, Sendable, CaseIterable {
        /// No connection could be made.
        case unreachable
        /// Requests got no whole answer.
        case unanswered
        /// It answers with errors where the others don't.
        case errors
    }

    /// How requests are to treat it now.
    package enum Availability: Equatable, Sendable {
        /// A share of the requests, 0.1…1, below 1 while it starts slowly.
        case serving(share: Double)
        /// One request finds out whether it is back; tell `trialBegan`.
        case onTrial
        /// It is left alone, but can be connected as far as is known.
        case unfit
        /// No connection could be made.
        case unreachable
    }

    private enum State: Equatable, Sendable {
        case serving
        case ejected(Cause, until: LoopTime)
        /// An attempt is under way; when nothing came of it by then, another may begin.
        case onTrial(Cause, until: LoopTime)
    }

    private let rule: EjectionRule?
    private let slowStart: Duration
    private var state = State.serving
    /// Nil when it began at once, or has taken its whole share before.
    private var startedSlowlyAt: LoopTime?
    /// As the probe says; true without one.
    private var isReady = true
    /// Requests in a row without a whole answer.
    private var failures = 0
    private var recent = RecentAnswers()
    /// Ejections since it was last well for long.
    private var repetitions = 0
    private var lastEjectionEnd: LoopTime?
    /// Since the value was made.
    package private(set) var ejections: Int64 = 0

    /// Without a rule one that can't be connected is left alone for this long.
    private static let avoidance = Duration.seconds(1)
    private static let leastShare = 0.1

    /// - Parameter startsSlowlyAt: When it joins others that serve already; nil when all begin together.
    package init(_ settings: UpstreamSettings, startsSlowlyAt start: LoopTime? = nil) {
        self.rule = settings.ejection
        self.slowStart = .seconds(settings.slowStartSeconds)
        self.startedSlowlyAt = start
    }
}

// MARK: - What requests ask

extension UpstreamHealth {
    package func availability(at now: LoopTime) -> Availability {
        switch self.state {
        case .serving: return self.isReady ? .serving(share: self.share(at: now)) : .unfit
        case .ejected(.unreachable, _), .onTrial(.unreachable, _): return .unreachable
        case .ejected(_, let until), .onTrial(_, let until):
            return self.isReady && until <= now ? .onTrial : .unfit
        }
    }

    package var isEjected: Bool { self.state != .serving }

    /// It takes requests like any other, if perhaps a smaller share of them.
    package var isServing: Bool { self.state == .serving && self.isReady }

    /// A connection is to be tried, without a request that would have to wait for it; tell `trialBegan`.
    package func isConnectionDue(at now: LoopTime) -> Bool {
        switch self.state {
        case .ejected(.unreachable, let until), .onTrial(.unreachable, let until): until <= now
        case .ejected(.unanswered, _), .ejected(.errors, _), .onTrial(.unanswered, _), .onTrial(.errors, _), .serving:
            false
        }
    }

    package mutating func trialBegan(at now: LoopTime) {
        switch self.state {
        case .ejected(let cause, _), .onTrial(let cause, _):
            // An attempt whose end nobody tells, as when the client leaves, must not be the last.
            self.state = .onTrial(cause, until: now.adding(self.length))
        case .serving: break
        }
    }

    /// Linear, which model servers that compile or load on their first requests bear well.
    private func share(at now: LoopTime) -> Double {
        guard let start = self.startedSlowlyAt, self.slowStart > .zero else { return 1 }
        let share = Double(now.microseconds(since: start)) / Double(self.slowStart.microseconds)
        return min(1, max(Self.leastShare, share))
    }
}

// MARK: - What happened

extension UpstreamHealth {
    package mutating func connected(at now: LoopTime) {
        switch self.state {
        case .onTrial(.unreachable, _), .ejected(.unreachable, _): self.comeBack(at: now)
        case .serving, .ejected, .onTrial: break
        }
    }

    package mutating func connectFailed(at now: LoopTime, random: inout some RandomNumberGenerator) {
        switch self.state {
        case .serving, .onTrial: self.eject(.unreachable, at: now, random: &random)
        case .ejected: break  // One of several attempts that began before.
        }
    }

    /// The head of an answer is there.
    ///
    /// - Parameter isError: Its status is 500 or above.
    /// - Returns: Whether it should be ejected, which depends on the others: ask `eject(_:beside:…)`.
    package mutating func answered(
        isError: Bool,
        at now: LoopTime,
        random: inout some RandomNumberGenerator
    ) -> Cause? {
        self.recent.count(isError: isError, at: now)
        switch self.state {
        case .serving:
            guard isError, let rule, let share = self.recent.errorShare(ofAtLeast: rule.answers, at: now) else {
                return nil
            }
            return share >= rule.errorShare ? .errors : nil
        case .onTrial(.errors, _) where isError:
            self.eject(.errors, at: now, random: &random)
            return nil
        case .onTrial:
            self.comeBack(at: now)
            return nil
        case .ejected: return nil
        }
    }

    /// A whole answer went by.
    package mutating func completed() { self.failures = 0 }

    /// A request that was sent got no whole answer, and its client was still there.
    ///
    /// - Returns: As for `answered`.
    package mutating func broke(at now: LoopTime, random: inout some RandomNumberGenerator) -> Cause? {
        self.failures += 1
        switch self.state {
        case .serving:
            guard let rule, self.failures >= rule.failures else { return nil }
            return .unanswered
        case .onTrial:
            self.eject(.unanswered, at: now, random: &random)
            return nil
        case .ejected: return nil
        }
    }

    /// The active probe has found out.
    package mutating func probed(isReady: Bool, at now: LoopTime) {
        if isReady && !self.isReady { self.startedSlowlyAt = now }
        self.isReady = isReady
    }

    /// Ejects it for what requests told, unless the others forbid.
    ///
    /// - Parameter others: The further addresses of the version.
    package mutating func eject(
        _ cause: Cause,
        beside others: [UpstreamHealth],
        at now: LoopTime,
        random: inout some RandomNumberGenerator
    ) {
        guard let rule, self.state == .serving else { return }
        let allowed = max(1, Int(rule.share * Double(others.count + 1)))
        let ejected = others.count { $0.isEjected }
        guard ejected < allowed, others.contains(where: \.isServing) else { return }
        if cause == .errors, !self.isOutlier(among: others, rule, at: now) { return }
        self.eject(cause, at: now, random: &random)
    }

    /// The others must have answered enough to tell, and much better.
    private func isOutlier(among others: [UpstreamHealth], _ rule: EjectionRule, at now: LoopTime) -> Bool {
        var pooled = RecentAnswers.Counts()
        for other in others { pooled.merge(other.recent.counts(at: now)) }
        guard let own = self.recent.errorShare(ofAtLeast: rule.answers, at: now),
            pooled.answers * 2 >= rule.answers
        else { return false }
        return Double(pooled.errors) * 4 < own * Double(pooled.answers)
    }

    private mutating func comeBack(at now: LoopTime) {
        self.state = .serving
        self.startedSlowlyAt = now
        self.failures = 0
        self.recent = RecentAnswers()
        self.lastEjectionEnd = now
    }

    private mutating func eject(
        _ cause: Cause,
        at now: LoopTime,
        random: inout some RandomNumberGenerator
    ) {
        if let end = self.lastEjectionEnd, end.adding(self.longest) <= now { self.repetitions = 0 }
        self.repetitions += 1
        self.ejections += 1
        self.failures = 0
        let jitter = Double.random(in: 0.8...1.2, using: &random)
        let microseconds = Double(self.length.microseconds) * jitter
        self.state = .ejected(cause, until: now.adding(.microseconds(Int64(microseconds))))
    }

    /// Of the present ejection, without jitter.
    private var length: Duration {
        guard let rule else { return Self.avoidance }
        // Doubled 30 times it is longer than any longest.
        let factor = 1 << min(30, max(0, self.repetitions - 1))
        return min(self.longest, .seconds(rule.seconds) * factor)
    }

    private var longest: Duration { self.rule.map { .seconds($0.maximumSeconds) } ?? Self.avoidance }
}
