package import RolloutCore
import Statistics

/// A request that stable answered and the canary was asked as well, once nothing more can be learned of it.
package struct MirroredPair: Equatable, Sendable {
    /// One of the two, as far as it went.
    package struct Side: Equatable, Sendable {
        package let outcome: Outcome
        package let times: ExchangeTimes
        package let endedAt: LoopTime

        package init(outcome: Outcome, times: ExchangeTimes, endedAt: LoopTime) {
            self.outcome = outcome
            self.times = times
            self.endedAt = endedAt
        }
    }

    /// Index in the table's `arms`.
    package let canaryArm: Int
    package let stable: Side
    /// Nil when the copy was given up before its end.
    package let canary: Side?

    package init(canaryArm: Int, stable: Side, canary: Side?) {
        self.canaryArm = canaryArm
        self.stable = stable
        self.canary = canary
    }
}

extension PairTally {
    /// - Parameter terms: Both sides are counted as they are where requests are split.
    mutating func add(_ pair: MirroredPair, terms: RescueTerms?) {
        guard let canary = pair.canary, let ends = pair.ends(canary, terms) else {
            self.abandoned += 1
            return
        }
        self.outcomes[stable: ends.stable.outcome, canary: ends.canary.outcome] += 1
        guard ends.stable.outcome.isAnswer, ends.canary.outcome.isAnswer else { return }
        self.stableLatency.record(
            microseconds: pair.stable.times.latency(of: ends.stable.outcome, endingAt: ends.stable.end)
        )
        self.canaryLatency.record(
            microseconds: canary.times.latency(of: ends.canary.outcome, endingAt: ends.canary.end)
        )
    }
}

extension MirroredPair {
    fileprivate typealias End = (outcome: Outcome, end: LoopTime)

    /// How both count; nil for a pair that says nothing.
    fileprivate func ends(_ canary: Side, _ terms: RescueTerms?) -> (stable: End, canary: End)? {
        let copy = canary.end(terms)
        let original = self.stable.end(terms)
        guard copy.outcome.isJudged else { return nil }
        if original.outcome.isJudged { return (original, copy) }
        // A client that left before stable began to answer was failed by stable, if the canary had answered by then. Of any other the end
        // at stable stays unknown, and to count the canary's alone would be unfair to it.
        let hadCanaryAnswered = !copy.outcome.isError && canary.endedAt <= self.stable.endedAt
        let hasLeftUnanswered = original.outcome == .clientAborted && self.stable.times.answeredAt == nil
        return hasLeftUnanswered && hadCanaryAnswered ? (original, copy) : nil
    }
}

extension MirroredPair.Side {
    fileprivate func end(_ terms: RescueTerms?) -> (outcome: Outcome, end: LoopTime) {
        terms?.counted(self.outcome, self.times, endingAt: self.endedAt) ?? (self.outcome, self.endedAt)
    }
}

extension Outcome {
    /// Whether it says something about the version's answers.
    fileprivate var isJudged: Bool {
        switch self {
        case .success, .clientError, .serverError, .timeout, .connectFailure, .upstreamFailure: true
        case .clientAborted, .gatewayFailure, .saturated: false
        }
    }

    /// Whether a whole answer came.
    fileprivate var isAnswer: Bool {
        switch self {
        case .success, .clientError, .serverError: true
        case .timeout, .connectFailure, .upstreamFailure, .clientAborted, .gatewayFailure, .saturated: false
        }
    }
}
