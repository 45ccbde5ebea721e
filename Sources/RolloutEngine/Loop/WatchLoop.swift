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
        package var settings: WatchSettings

        package init(holder: String, grace: Duration = .seconds(10), settings: WatchSettings = .init()) {
            self.holder = holder
            self.grace = grace
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

    private static let period = Duration.seconds(60)

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

    /// Does a round when the last one is a minute old; called every second or so, from one thread.
    ///
    /// - Throws: When the store is away.
    package func tick() throws -> TickResult {
        let now = ContinuousClock.now
        let isDue = self.lastRound.withLock { last in last.map { now - $0 >= Self.period } ?? true }
        guard isDue else { return .idle }
        let result = try self.round()
        // Who stands by looks again at once: the lease may come any moment.
        if result != .standby { self.lastRound.withLock { $0 = now } }
        return result
    }

    /// One round over all models; what fails with one model is told and doesn't keep the others from theirs.
    package func round() throws -> TickResult {
        guard let fence = try self.store.heldFence(holder: self.configuration.holder) else { return .standby }
        self.attempt("old data could not be put in order") { try self.store.keepHouse() }
        self.attempt("kept feedback could not be reviewed") { _ = try self.feedback.reviewPending() }
        var (watched, raised) = (0, 0)
        for model in try self.store.watchedModels() {
            self.attempt("a model could not be watched", model) {
                let events = try self.store.watch(model, fence: fence) { transaction in
                    try WatchPass(model: model, transaction: transaction, configuration: self.configuration).run()
                }
                guard let events else { return }
                watched += 1
                raised += events.count
                for event in events {
                    self.logger.notice(
                        "found",
                        metadata: ["model": "\(model)", "event": "\(event.kind)", "message": "\(event.message)"]
                    )
                }
            }
        }
        return .watched(models: watched, events: raised)
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
