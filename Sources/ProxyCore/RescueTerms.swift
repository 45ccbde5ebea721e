package import RolloutCore

/// A plan's rescue as a gateway applies it, and what it makes of the ends of requests.
///
/// In the evidence nobody is rescued: whatever would have a canary's request repeated ends a request of *either* cohort as far as it
/// is counted. Which requests these are follows from what the version did alone, so two equal versions count alike, however often
/// and however fast stable stands in.
package struct RescueTerms: Equatable, Sendable {
    package let serverErrors: Bool
    /// From the whole request being sent to the head of the answer; nil waits as long as the gateway does.
    package let patience: Duration?
    /// Bytes of the largest body that is kept to be sent again.
    package let bodyLimit: Int

    package init(_ rule: RescueRule) {
        self.serverErrors = rule.serverErrors
        self.patience = rule.afterMilliseconds.map { .milliseconds($0) }
        self.bodyLimit = rule.maximumBodyBytes
    }

    /// When the answer is late; nil while the request is not wholly sent, and where nobody minds.
    package func lateAt(_ times: ExchangeTimes) -> LoopTime? {
        guard let patience = self.patience, let completedAt = times.completedAt else { return nil }
        return completedAt.adding(patience)
    }

    /// Whether the head of the answer came late, or hadn't come by `now` and was late then.
    package func isLate(_ times: ExchangeTimes, at now: LoopTime) -> Bool {
        guard let limit = self.lateAt(times) else { return false }
        return times.answeredAt ?? now > limit
    }

    /// As what a request counts that ended at `end` with `outcome`, and until when it is measured.
    func counted(_ outcome: Outcome, _ times: ExchangeTimes, endingAt end: LoopTime) -> (
        outcome: Outcome, end: LoopTime
    ) {
        if let limit = self.lateAt(times), self.isLate(times, at: end) { return (.timeout, limit) }
        if self.serverErrors, times.status >= 500, let answeredAt = times.answeredAt {
            return (.serverError, answeredAt)
        }
        return (outcome, end)
    }
}
