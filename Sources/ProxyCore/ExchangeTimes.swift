import RolloutCore

/// When one request reached its stages, as far as it came, and what it was answered.
package struct ExchangeTimes: Equatable, Sendable {
    /// The head was complete.
    package let startedAt: LoopTime
    /// A connection carried it; of the last attempt, when there were several.
    package var sentAt: LoopTime?
    /// Its last byte was on its way, too.
    package var completedAt: LoopTime?
    /// The head of the answer was there.
    package var answeredAt: LoopTime?
    /// Of that head; 0 before it.
    package var status = 0

    package init(
        startedAt: LoopTime,
        sentAt: LoopTime? = nil,
        completedAt: LoopTime? = nil,
        answeredAt: LoopTime? = nil,
        status: Int = 0
    ) {
        self.startedAt = startedAt
        self.sentAt = sentAt
        self.completedAt = completedAt
        self.answeredAt = answeredAt
        self.status = status
    }

    /// The microseconds that are compared between versions, for a request that ended at `end` with `outcome`.
    ///
    /// A request that was sent is measured from there: a canary with little traffic opens connections more often than stable,
    /// which is not its doing. Waiting in vain is measured from the start.
    func latency(of outcome: Outcome, endingAt end: LoopTime) -> Int64 {
        switch outcome {
        case .success, .clientError, .serverError, .upstreamFailure:
            end.microseconds(since: self.sentAt ?? self.startedAt)
        case .timeout, .connectFailure, .clientAborted, .gatewayFailure, .saturated:
            end.microseconds(since: self.startedAt)
        }
    }

    /// Where the time of a whole answer went; nil for any other outcome.
    func parts(of outcome: Outcome, endingAt end: LoopTime) -> LatencyParts? {
        switch outcome {
        case .success, .clientError, .serverError:
            guard let sentAt = self.sentAt, let answeredAt = self.answeredAt else { return nil }
            return LatencyParts(
                requests: 1,
                connect: sentAt.microseconds(since: self.startedAt),
                firstByte: answeredAt.microseconds(since: sentAt),
                transfer: end.microseconds(since: answeredAt)
            )
        case .timeout, .connectFailure, .upstreamFailure, .clientAborted, .gatewayFailure, .saturated: return nil
        }
    }
}
