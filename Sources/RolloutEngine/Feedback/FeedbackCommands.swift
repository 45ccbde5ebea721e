package import RolloutCore

/// Takes in what users tell about predictions. Everything may be told again: it counts once.
package struct FeedbackCommands: Sendable {
    /// Items that one call takes.
    package static let itemLimit = 10_000
    /// Items of one transaction: nobody's labels wait long for those of others.
    static let batchSize = 1_000

    let store: any FeedbackStore

    package init(store: any FeedbackStore) { self.store = store }

    /// Records feedback about predictions of one model.
    ///
    /// Every 1 000 items are a transaction of their own; when one fails, those before it are counted, and the whole call may be repeated.
    ///
    /// - Returns: One outcome an item, in their order.
    /// - Throws: `CommandError.unknownModel`, `CommandError.tooManyItems`.
    package func record(_ items: [Feedback], model name: ModelName) throws -> [FeedbackOutcome] {
        guard items.count <= Self.itemLimit else {
            throw CommandError.tooManyItems(items.count, limit: Self.itemLimit)
        }
        var outcomes: [FeedbackOutcome] = []
        for start in stride(from: 0, to: max(1, items.count), by: Self.batchSize) {
            let batch = items[start..<min(start + Self.batchSize, items.count)]
            outcomes += try self.store.record(for: name) { transaction in
                guard let model = try transaction.model() else { throw CommandError.unknownModel(name) }
                return try Self.record(Array(batch), model, transaction)
            }
        }
        return outcomes
    }

    private static func record(_ items: [Feedback], _ model: Model, _ transaction: any FeedbackTransaction) throws
        -> [FeedbackOutcome]
    {
        let received = items.map { ReceivedFeedback(feedback: $0, at: transaction.now) }
        let batch = try FeedbackBatch(received, model: model, transaction: transaction)
        let findings = batch.findings()
        try batch.commit(findings)
        try transaction.keep(
            zip(items, findings).compactMap { item, finding in
                finding.pending.map {
                    PendingFeedback(
                        feedback: item,
                        reason: $0.reason,
                        receivedAt: transaction.now,
                        isHopeful: $0.isHopeful
                    )
                }
            }
        )
        return findings.map(\.outcome)
    }

    /// Looks again at kept feedback whose prediction was not known when it came; called once a minute or so.
    ///
    /// - Returns: How many items have found their prediction.
    @discardableResult
    package func reviewPending() throws -> Int {
        var found = 0
        for name in try self.store.modelsWithDueFeedback() {
            found += try self.store.record(for: name) { transaction in
                guard let model = try transaction.model() else { return 0 }
                return try Self.review(model, transaction)
            }
        }
        return found
    }

    private static func review(_ model: Model, _ transaction: any FeedbackTransaction) throws -> Int {
        let due = try transaction.dueFeedback(limit: Self.batchSize)
        guard !due.isEmpty else { return 0 }
        let received = due.map { ReceivedFeedback(feedback: $0.feedback, at: $0.receivedAt) }
        let batch = try FeedbackBatch(received, model: model, transaction: transaction)
        let findings = batch.findings()
        let settled = zip(due, findings).filter { $0.1.pending == nil }
        let open = zip(due, findings).filter { $0.1.pending != nil }
        try batch.commit(findings, counting: settled.map(\.1))
        try transaction.dropPending(settled.map(\.0.feedback.reference))
        try transaction.postpone(open.map(\.0.feedback.reference))
        return settled.count
    }
}
