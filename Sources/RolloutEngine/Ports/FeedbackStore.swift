package import RolloutCore

/// Where labels live. Synchronous and blocking, as the store of rollouts.
package protocol FeedbackStore: Sendable {
    /// Runs `body` in one transaction in which nobody else records feedback about the model, so that what is told twice at once is
    /// counted once; repeats it when the store reports a conflict with another one.
    func record<Result>(for model: ModelName, _ body: (any FeedbackTransaction) throws -> Result) throws -> Result

    /// Models with kept feedback that is due for another look.
    func modelsWithDueFeedback() throws -> [ModelName]
}

/// What can be done with the labels of one model in one transaction.
package protocol FeedbackTransaction {
    /// The store's clock at the start of the transaction.
    var now: Timestamp { get }

    /// Nil when there is no such model.
    func model() throws -> Model?
    /// What all gateways sign request ids with.
    func stampKey() throws -> Salt
    /// What the model's routes were; a generation that wasn't this model's is missing.
    func routes(of generations: Set<Int64>) throws -> [Int64: LabelRoute]
    func predictions(_ ids: [PredictionID]) throws -> [PredictionID: StoredPrediction]
    /// The newest one of each key.
    func predictions(keys: [String]) throws -> [String: StoredPrediction]
    func labels(_ ids: [PredictionID]) throws -> [PredictionID: LabelValue]
    func labels(keys: [String]) throws -> [String: LabelValue]

    func insert(_ labels: [LabelRecord]) throws
    /// Adds labels to the cells that no tick has taken yet: their number grows with what the labels are about, not with how they are told.
    func add(_ cells: [LabelCell]) throws
    /// Keeps feedback for later, a few seconds at first; what is kept about the same reference already stays as it is.
    ///
    /// - Parameter limit: How many items of the model are kept at most, with those that are kept already.
    func keep(_ feedback: [PendingFeedback], limit: Int) throws
    func count(_ results: [FeedbackResult: Int]) throws

    /// Kept feedback that is due for another look, oldest first.
    func dueFeedback(limit: Int) throws -> [PendingFeedback]
    /// Forgets kept feedback whose fate is known.
    func dropPending(_ references: [Feedback.Reference]) throws
    /// Looks again a minute after each came, and from then on after as much time as has passed since.
    func postpone(_ references: [Feedback.Reference]) throws
}
