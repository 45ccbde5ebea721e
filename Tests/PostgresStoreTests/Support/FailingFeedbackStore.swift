import RolloutCore
import RolloutEngine
import Synchronization

/// A store of labels that breaks down at the n-th thing asked of its transactions.
final class FailingFeedbackStore: FeedbackStore {
    private let base: any FeedbackStore
    private let remaining: Mutex<Int>

    /// - Parameter calls: How many calls still work; the end of a transaction's body counts as one.
    init(_ base: any FeedbackStore, after calls: Int) {
        self.base = base
        self.remaining = Mutex(calls)
    }

    var hasFailed: Bool { self.remaining.withLock { $0 < 0 } }

    fileprivate func strike() throws {
        let left = self.remaining.withLock { remaining in
            remaining -= 1
            return remaining
        }
        if left < 0 { throw FailingStore.Breakdown() }
    }

    func record<Result>(for model: ModelName, _ body: (any FeedbackTransaction) throws -> Result) throws -> Result {
        try self.base.record(for: model) { transaction in
            let result = try body(FailingFeedbackTransaction(base: transaction, store: self))
            try self.strike()
            return result
        }
    }

    func modelsWithDueFeedback() throws -> [ModelName] { try self.base.modelsWithDueFeedback() }
}

private struct FailingFeedbackTransaction: FeedbackTransaction {
    let base: any FeedbackTransaction
    let store: FailingFeedbackStore

    private func guarded<Value>(_ call: () throws -> Value) throws -> Value {
        try self.store.strike()
        return try call()
    }

    var now: Timestamp { self.base.now }

    func model() throws -> Model? { try self.guarded { try self.base.model() } }
    func stampKey() throws -> Salt { try self.guarded { try self.base.stampKey() } }
    func routes(of generations: Set<Int64>) throws -> [Int64: LabelRoute] {
        try self.guarded { try self.base.routes(of: generations) }
    }
    func predictions(_ ids: [PredictionID]) throws -> [PredictionID: StoredPrediction] {
        try self.guarded { try self.base.predictions(ids) }
    }
    func predictions(keys: [String]) throws -> [String: StoredPrediction] {
        try self.guarded { try self.base.predictions(keys: keys) }
    }
    func labels(_ ids: [PredictionID]) throws -> [PredictionID: LabelValue] {
        try self.guarded { try self.base.labels(ids) }
    }
    func labels(keys: [String]) throws -> [String: LabelValue] { try self.guarded { try self.base.labels(keys: keys) } }
    func insert(_ labels: [LabelRecord]) throws { try self.guarded { try self.base.insert(labels) } }
    func add(_ cells: [LabelCell]) throws { try self.guarded { try self.base.add(cells) } }
    func keep(_ feedback: [PendingFeedback], limit: Int) throws {
        try self.guarded { try self.base.keep(feedback, limit: limit) }
    }
    func count(_ results: [FeedbackResult: Int]) throws { try self.guarded { try self.base.count(results) } }
    func dueFeedback(limit: Int) throws -> [PendingFeedback] {
        try self.guarded { try self.base.dueFeedback(limit: limit) }
    }
    func dropPending(_ references: [Feedback.Reference]) throws {
        try self.guarded { try self.base.dropPending(references) }
    }
    func postpone(_ references: [Feedback.Reference]) throws {
        try self.guarded { try self.base.postpone(references) }
    }
}
