package import RolloutCore

/// What became of one feedback, and why it is not counted.
package struct FeedbackOutcome: Hashable, Sendable {
    package let result: FeedbackResult
    /// In plain words; nil where the result says it all.
    package let reason: String?

    package init(_ result: FeedbackResult, reason: String? = nil) {
        self.result = result
        self.reason = reason
    }
}

/// Feedback about a prediction that isn't known: kept, because the prediction may still be on its way.
package struct PendingFeedback: Hashable, Sendable {
    package let feedback: Feedback
    package let reason: String
    package let receivedAt: Timestamp
    /// Whether looking again may find the prediction.
    package let isHopeful: Bool

    package init(feedback: Feedback, reason: String, receivedAt: Timestamp, isHopeful: Bool) {
        self.feedback = feedback
        self.reason = reason
        self.receivedAt = receivedAt
        self.isHopeful = isHopeful
    }
}
