package import Logging
package import RolloutCore
import Synchronization

/// Watches every model's stable version once a minute, while the decision loop of this process holds the lease, and does what else has to
/// be done now and then: feedback that waits for its prediction, retention.
///
/// It has a thread and a connection of its own, takes no lock that a rollout needs, and never renews the lease.
package final class WatchLoop: Sendable {
    package struct Configuration: Sendable {
        /// As the decision loop names this process.
        package var holder: String
        /// How long after the end of a minute its telemetry may still arrive.
        package var grace: Duration
        /// How often feedback that waits for its prediction is looked for.
        package var reviewPeriod: Duration
        package var settings: WatchSettings

        package init(
            holder: String,
            grace: Duration = .seconds(10),
            reviewPeriod: Duration = .seconds(2),
            settings: WatchSettings = .init()
        ) {
            self.holder = holder
            self.grace = grace
            self.reviewPeriod = reviewPeriod
            self.settings = settings
        }
    }

    /// What one tick came to.
    package enum TickResult: Hashable, Sendable {
        /// Nothing is due.
        case idle
        /// Another process watches.
        case standby
        /// Models looked at, and events that were raised.
        case watched(models: Int, events: Int)
    }

    private let store: any WatchStore
    private let feedback: FeedbackCommands
    private let configuration: Configuration
    private let logger: Logger
    private let lastRound = Mutex<ContinuousClock.Instant?>(nil)
    private let lastReview = Mutex<ContinuousClock.Instant?>(nil)

    private static let period = Duration.seconds(60)
    /// How long the labels of one model are gathered in one round at most.
    private static let gatheringLimit = Duration.seconds(5)
    /// How often one round looks at a model that is behind, as after an outage: sixteen minutes a round.
    private static let looksPerRound = 8

    package init(
        store: any WatchStore,
        feedback: FeedbackCommands,
        configuration: Configuration,
        logger: Logger
    ) {
        self.store = store
        self.feedback = feedback
        self.configuration = configuration
        self.logger = logger
    }

    /// Does a round when the last one is a minute old, and looks at kept feedback in between; called every second or so, from one thread.
    ///
    /// - Throws: When the store is away.
    package func tick() throws -> TickResult {
        let now = ContinuousClock.now
        let isDue = self.lastRound.withLock { last in last.map { now - $0 >= Self.period } ?? true }
        guard isDue else {
            try self.reviewBetweenRounds(now)
            return .idle
        }
        let result = try self.round()
        // Who stands by looks again at once: the lease may come any moment.
        if result != .standby { self.lastRound.withLock { $0 = now } }
        return result
    }

    private func reviewBetweenRounds(_ now: ContinuousClock.Instant) throws {
        let period = self.configuration.reviewPeriod
        let isDue = self.lastReview.withLock { last in
            guard last.map({ now - $0 >= period }) ?? true else { return false }
            last = now
            return true
        }
        guard isDue, try self.store.heldFence(holder: self.configuration.holder) != nil else { return }
        self.reviewPending()
    }

    private func reviewPending() {
        self.attempt("kept feedback could not be reviewed") { _ = try self.feedback.reviewPending() }
    }

    /// One round over all models; what fails with one model is told and doesn't keep the others from theirs.
    package func round() throws -> TickResult {
        guard let fence = try self.store.heldFence(holder: self.configuration.holder) else { return .standby }
        self.attempt("old data could not be put in order") { try self.store.keepHouse() }
        self.reviewPending()
        var behind = try self.store.watchedModels()
        for model in behind {
            self.attempt("a model's labels could not be gathered", model) { try self.gatherLabels(of: model, fence) }
        }
        var watched: Set<ModelName> = []
        var raised = 0
        // All models have their look before one that is behind has its next.
        for _ in 0..<Self.looksPerRound where !behind.isEmpty {
            behind = behind.filter { model in
                guard let look = self.look(at: model, fence: fence) else { return false }
                watched.insert(model)
                raised += look.events.count
                return look.isBehind
            }
        }
        return .watched(models: watched.count, events: raised)
    }

    /// - Returns: Nil when the model could not be looked at, or another process watches by now.
    private func look(at model: ModelName, fence: Int64) -> WatchPass.Result? {
        var result: WatchPass.Result?
        self.attempt("a model could not be watched", model) {
            result = try self.store.watch(model, fence: fence) { transaction in
                try WatchPass(model: model, transaction: transaction, configuration: self.configuration).run()
            }
        }
        for event in result?.events ?? [] {
            self.logger.notice(
                "found",
                metadata: ["model": "\(model)", "event": "\(event.kind)", "message": "\(event.message)"]
            )
        }
        return result
    }

    /// Brings labels that came in very many small lots together, in short transactions, so that the watch can take them in at once.
    private func gatherLabels(of model: ModelName, _ fence: Int64) throws {
        let end = ContinuousClock.now + Self.gatheringLimit
        while try self.store.watch(model, fence: fence, { try $0.gatherLabels() }) == true, ContinuousClock.now < end {}
    }

    private func attempt(_ failure: Logger.Message, _ model: ModelName? = nil, _ body: () throws -> Void) {
        do {
            try body()
        } catch {
            var metadata: Logger.Metadata = ["error": "\(error)"]
            if let model { metadata["model"] = "\(model)" }
            self.logger.warning(failure, metadata: metadata)
        }
    }
}
