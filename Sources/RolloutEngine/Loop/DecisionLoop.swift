package import Logging
package import RolloutCore
import Synchronization

/// Judges every open rollout once a tick, while it holds the lease.
///
/// All it knows between ticks is a cache: state, evidence and lease are in the store, so it can be killed at any statement.
package final class DecisionLoop: Sendable {
    package struct Configuration: Sendable {
        /// Time between two ticks.
        package var tick: Duration
        /// How long the lease outlives its holder.
        package var lease: Duration
        /// How long after the end of an interval its telemetry may still arrive in time: two flushes of a gateway.
        package var grace: Duration
        /// Names this process among those that compete for the lease; different for each start.
        package var holder: String

        package init(
            holder: String,
            tick: Duration = .seconds(1),
            lease: Duration = .seconds(10),
            grace: Duration = .seconds(2)
        ) {
            self.holder = holder
            self.tick = tick
            self.lease = lease
            self.grace = grace
        }
    }

    /// What one tick came to.
    package enum TickResult: Hashable, Sendable {
        /// Another process decides.
        case standby
        /// The rollouts judged and how many of them changed.
        case judged(open: Int, changed: Int)
    }

    package let configuration: Configuration
    private let store: any RolloutStore
    private let newSalt: @Sendable () -> Salt
    private let logger: Logger
    /// Nil where no outside metrics can be read: their checks then have no data.
    private let reader: ExternalReader?
    private let cache = Mutex(Cache())

    /// Ticks whose evidence is held in memory at a time while a judge catches up.
    private static let ticksPerPage = 500

    /// Judges that have folded what is committed, so that a tick folds only what is new.
    private struct Cache {
        var judges: [RolloutID: CachedJudge] = [:]
        var lastSweep: Timestamp?
        /// The first tick since which every tick had the lease and the list of rollouts.
        var watchedSince: Timestamp?
    }

    struct CachedJudge {
        private(set) var judge: Judge
        /// The last tick whose evidence is folded.
        private(set) var tick: Int64
        /// The newest interval whose outside readings are folded.
        private(set) var lastReading: Timestamp?

        init(plan: RolloutPlan) {
            self.judge = Judge(plan: plan)
            self.tick = 0
        }

        /// Takes in what was committed up to and including `tick`.
        mutating func fold(_ strata: [EvidenceStratum], tick: Int64) {
            self.judge.fold(strata)
            self.tick = tick
            let told = strata.lazy.filter { !$0.readings.isEmpty }.map(\.intervalStart).max()
            if let told { self.lastReading = max(self.lastReading ?? told, told) }
        }
    }

    /// - Parameter metrics: Answers external checks; nil leaves them without data.
    package init(
        store: any RolloutStore,
        configuration: Configuration,
        newSalt: @escaping @Sendable () -> Salt,
        metrics: (any ExternalMetrics)? = nil,
        logger: Logger
    ) {
        self.store = store
        self.configuration = configuration
        self.newSalt = newSalt
        self.logger = logger
        self.reader = metrics.map { ExternalReader(metrics: $0, logger: logger) }
    }

    /// One round: renews the lease and judges every open rollout. A rollout that can't be judged doesn't keep others from it.
    ///
    /// - Throws: When the lease or the list of rollouts can't be had, as with the database away; and what the last rollout failed with
    ///   that could not be judged, once all others are.
    package func tick() throws -> TickResult {
        guard try self.renewLease() != nil else {
            self.cache.withLock { cache in
                cache.judges.removeAll()
                cache.watchedSince = nil
            }
            return .standby
        }
        let (open, now) = try self.looking { try self.store.read { (try $0.openRollouts(), $0.now) } }
        self.cache.withLock { cache in
            cache.judges = cache.judges.filter { open.contains($0.key) }
            cache.watchedSince = cache.watchedSince ?? now
        }
        self.reader?.keep(only: Set(open))
        var changed = 0
        var failure: (any Error)?
        for id in open {
            // A round over many rollouts may take longer than the lease lasts.
            guard let fence = try self.renewLease() else { break }
            do {
                if try self.judge(id, fence: fence) { changed += 1 }
            } catch {
                failure = error
                self.logger.error(
                    "a rollout could not be judged",
                    metadata: ["rollout.id": "\(id)", "error": "\(error)"]
                )
            }
        }
        self.sweep(now)
        if let failure { throw failure }
        return .judged(open: open.count, changed: changed)
    }

    private func renewLease() throws -> Int64? {
        try self.looking {
            try self.store.acquireLease(holder: self.configuration.holder, duration: self.configuration.lease)
        }
    }

    /// Who fails here was blind for all rollouts; one that can't be judged blinds nobody for the others.
    private func looking<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            self.cache.withLock { $0.watchedSince = nil }
            throw error
        }
    }

    /// Gives the lease up, so that another process need not wait for it to expire.
    package func resign() throws {
        try self.store.releaseLease(holder: self.configuration.holder)
    }

    // MARK: One rollout

    private func judge(_ id: RolloutID, fence: Int64) throws -> Bool {
        let cached = try self.caughtUp(id)
        let watchedSince = self.cache.withLock { $0.watchedSince }
        let result = try self.store.write { transaction -> RolloutJudgement.Result? in
            guard try transaction.holdsLease(fence: fence) else { return nil }
            let judgement = RolloutJudgement(
                transaction: transaction,
                grace: self.configuration.grace,
                newSalt: self.newSalt,
                fence: fence,
                watchedSince: watchedSince ?? transaction.now,
                readings: self.reader?.answers(for: id) ?? [:]
            )
            return try judgement.run(id, cached: cached)
        }
        // Who has lost the lease may get it again: what is folded stays folded.
        self.cache.withLock { $0.judges[id] = result.map(\.judge) ?? cached }
        if let result, let reader = self.reader {
            reader.taken(result.takenReadings, for: id)
            if let rollout = result.rollout { reader.ask(for: rollout, now: result.at) }
        }
        guard let result, let decision = result.decision else { return false }
        self.logger.notice(
            "decided",
            metadata: [
                "rollout.id": "\(id)", "decision": "\(decision.kind.rawValue)", "reason": "\(decision.reason)",
                "weight": "\(decision.canaryWeight)",
            ]
        )
        return decision.kind != .hold
    }

    /// The cached judge, or one that has folded what is committed.
    ///
    /// After a restart that can be the evidence of days. It is read before the deciding transaction, because nobody's rollback
    /// shall wait for that; evidence once judged never changes.
    private func caughtUp(_ id: RolloutID) throws -> CachedJudge? {
        if let cached = self.cache.withLock({ $0.judges[id] }) { return cached }
        guard let rollout = try self.store.read({ try $0.rollout(id) }) else { return nil }
        var judge = CachedJudge(plan: rollout.plan)
        for start in stride(from: Int64(0), to: rollout.tick, by: Self.ticksPerPage) {
            let end = min(start + Int64(Self.ticksPerPage), rollout.tick)
            judge.fold(try self.store.read { try $0.evidence(of: rollout, after: start, through: end) }, tick: end)
        }
        return judge
    }

    /// Once a minute, forgets some of the telemetry that can't be judged any more; strata stay.
    private func sweep(_ now: Timestamp) {
        let isDue = self.cache.withLock { cache in
            if let last = cache.lastSweep, now.seconds(since: last) < 60 { return false }
            cache.lastSweep = now
            return true
        }
        guard isDue else { return }
        do {
            try self.store.forget(
                before: now.adding(seconds: -30 * 86_400),
                outsideRollouts: now.adding(seconds: -3_600)
            )
        } catch {
            self.logger.warning("old telemetry could not be deleted", metadata: ["error": "\(error)"])
        }
    }
}
