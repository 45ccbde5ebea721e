package import RolloutCore

/// Takes in what users tell about predictions. Everything may be told again: it counts once.
package struct FeedbackCommands: Sendable {
    /// Items that one call takes.
    package static let itemLimit = 10_000
    /// Items of one transaction: nobody's labels wait long for those of others.
    static let batchSize = 1_000
    /// Items of one model that are kept for later at most; what comes beyond them is counted only.
    static let keptLimit = 100_000
    /// Batches of one model that one review looks at: nobody else's feedback waits long for those of one model.
    private static let batchesPerReview = 10

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
            },
            limit: Self.keptLimit
        )
        return findings.map(\.outcome)
    }

    /// Looks again at kept feedback whose prediction was not known when it came; called every few seconds.
    ///
    /// - Returns: How many items are kept no longer: they have found their prediction, or none can come any more.
    /// - Throws: The first error, after all models have had their turn.
    @discardableResult
    package func reviewPending() throws -> Int {
        var settled = 0
        var failure: (any Error)?
        for name in try self.store.modelsWithDueFeedback() {
            do { settled += try self.reviewPending(of: name) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
        return settled
    }

    private func reviewPending(of name: ModelName) throws -> Int {
        var settled = 0
        for _ in 0..<Self.batchesPerReview {
            let batch = try self.store.record(for: name) { transaction in
                guard let model = try transaction.model() else { return Review(looked: 0, settled: 0) }
                return try Self.review(model, transaction)
            }
            settled += batch.settled
            guard batch.looked == Self.batchSize else { break }
        }
        return settled
    }

    /// What became of one batch of kept feedback, in items.
    private struct Review {
        let looked: Int
        let settled: Int
    }

    private static func review(_ model: Model, _ transaction: any FeedbackTransaction) throws -> Review {
        let due = try transaction.dueFeedback(limit: Self.batchSize)
        guard !due.isEmpty else { return Review(looked: 0, settled: 0) }
        let received = due.map { ReceivedFeedback(feedback: $0.feedback, at: $0.receivedAt) }
        let batch = try FeedbackBatch(received, model: model, transaction: transaction)
        let findings = batch.findings()
        let settled = zip(due, findings).filter { $0.1.pending == nil }
        let open = zip(due, findings).filter { $0.1.pending != nil }
        // What stays unknown was counted as that when it came.
        try batch.commit(findings, counting: settled.map(\.1).filter { $0.outcome.result != .unknown })
        try transaction.dropPending(settled.map(\.0.feedback.reference))
        try transaction.postpone(open.map(\.0.feedback.reference))
        return Review(looked: due.count, settled: settled.count)
    }
}
