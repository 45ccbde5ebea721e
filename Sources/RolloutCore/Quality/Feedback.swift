/// What a user tells about one row of an earlier prediction.
package struct Feedback: Hashable, Sendable {
    /// Which prediction it is about.
    package enum Reference: Hashable, Sendable {
        /// The text of `x-serin-request-id`, and the row within the request.
        case request(String, row: Int)
        /// The user's own name of the row.
        case key(String)
    }

    package let reference: Reference
    package let label: LabelValue
    /// When the user has it; else it is looked up.
    package let prediction: Prediction?
    /// Names of slices and their values.
    package let slices: [String: String]

    package init(reference: Reference, label: LabelValue, prediction: Prediction? = nil, slices: [String: String] = [:])
    {
        self.reference = reference
        self.label = label
        self.prediction = prediction
        self.slices = slices
    }
}

/// What became of one feedback.
package enum FeedbackResult: String, Hashable, Sendable, Codable, CaseIterable {
    /// Its label counts from now on.
    case counted
    /// The same was told before.
    case duplicate
    /// Another label was told before, which stays.
    case conflicting
    /// No such prediction is known (yet); kept, and counted when the prediction turns up.
    case unknown
    /// The rollout it belongs to has ended: kept and shown, without effect on it.
    case late
    /// Neither the feedback nor a stored row says what was predicted.
    case withoutPrediction
    /// No version is judged by the request: it was pinned, or stable answered in the canary's place, or the answer came too late.
    case notJudged
}
