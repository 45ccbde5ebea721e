import RolloutCore
import RolloutEngine
import Synchronization

/// A store that breaks down at the n-th thing asked of its transactions: what a process sees that is killed there.
final class FailingStore: RolloutStore {
    struct Breakdown: Error {}

    private let base: any RolloutStore
    private let remaining: Mutex<Int>

    /// - Parameter calls: How many calls still work; the end of a transaction's body counts as one.
    init(_ base: any RolloutStore, after calls: Int) {
        self.base = base
        self.remaining = Mutex(calls)
    }

    /// Whether it has broken down.
    var hasFailed: Bool { self.remaining.withLock { $0 < 0 } }

    fileprivate func strike() throws {
        let left = self.remaining.withLock { remaining in
            remaining -= 1
            return remaining
        }
        if left < 0 { throw Breakdown() }
    }

    func write<Result>(_ body: (any RolloutTransaction) throws -> Result) throws -> Result {
        try self.base.write { transaction in
            let result = try body(FailingTransaction(base: transaction, store: self))
            try self.strike()
            return result
        }
    }

    func read<Result>(_ body: (any RolloutView) throws -> Result) throws -> Result {
        try self.base.read { view in try body(view) }
    }

    func acquireLease(holder: String, duration: Duration) throws -> Int64? {
        try self.base.acquireLease(holder: holder, duration: duration)
    }

    func releaseLease(holder: String) throws { try self.base.releaseLease(holder: holder) }
    func forget(before limit: Timestamp, outsideRollouts: Timestamp) throws {
        try self.base.forget(before: limit, outsideRollouts: outsideRollouts)
    }
}

private struct FailingTransaction: RolloutTransaction {
    let base: any RolloutTransaction
    let store: FailingStore

    private func guarded<Value>(_ call: () throws -> Value) throws -> Value {
        try self.store.strike()
        return try call()
    }

    var now: Timestamp { self.base.now }

    func models() throws -> [Model] { try self.guarded { try self.base.models() } }
    func model(_ name: ModelName) throws -> Model? { try self.guarded { try self.base.model(name) } }
    func versions(of model: ModelName) throws -> [ModelVersion] {
        try self.guarded { try self.base.versions(of: model) }
    }
    func version(_ name: VersionName, of model: ModelName) throws -> ModelVersion? {
        try self.guarded { try self.base.version(name, of: model) }
    }
    func rollout(_ id: RolloutID) throws -> Rollout? { try self.guarded { try self.base.rollout(id) } }
    func openRollout(of model: ModelName) throws -> Rollout? {
        try self.guarded { try self.base.openRollout(of: model) }
    }
    func rollouts(of model: ModelName, limit: Int) throws -> [Rollout] {
        try self.guarded { try self.base.rollouts(of: model, limit: limit) }
    }
    func openRollouts() throws -> [RolloutID] { try self.guarded { try self.base.openRollouts() } }
    func latestPromoted(of model: ModelName) throws -> Rollout? {
        try self.guarded { try self.base.latestPromoted(of: model) }
    }
    func decisions(of rollout: RolloutID) throws -> [Decision] {
        try self.guarded { try self.base.decisions(of: rollout) }
    }
    func finding(of rollout: RolloutID) throws -> StoredFinding? {
        try self.guarded { try self.base.finding(of: rollout) }
    }
    func evidence(of rollout: Rollout, through tick: Int64) throws -> [EvidenceStratum] {
        try self.guarded { try self.base.evidence(of: rollout, through: tick) }
    }
    func evidence(of rollout: Rollout, after start: Int64, through tick: Int64) throws -> [EvidenceStratum] {
        try self.guarded { try self.base.evidence(of: rollout, after: start, through: tick) }
    }
    func quality(of model: ModelName, since: Timestamp) throws -> [QualityRecord] {
        try self.guarded { try self.base.quality(of: model, since: since) }
    }
    func pinnedRequests(of model: ModelName, since: Timestamp) throws -> [PinnedTally] {
        try self.guarded { try self.base.pinnedRequests(of: model, since: since) }
    }
    func rescues(of rollout: RolloutID) throws -> RescueTally {
        try self.guarded { try self.base.rescues(of: rollout) }
    }
    func stampKey() throws -> Salt { try self.guarded { try self.base.stampKey() } }
    func feedbackTotals(of model: ModelName, since: Timestamp) throws -> FeedbackTotals {
        try self.guarded { try self.base.feedbackTotals(of: model, since: since) }
    }
    func payloads(of version: VersionName, model: ModelName, before: Timestamp?, limit: Int) throws -> [PayloadSample] {
        try self.guarded { try self.base.payloads(of: version, model: model, before: before, limit: limit) }
    }
    func baseline(of version: VersionName, model: ModelName) throws -> StoredBaseline? {
        try self.guarded { try self.base.baseline(of: version, model: model) }
    }
    func minutes(of version: VersionName, model: ModelName, since: Timestamp, before limit: Timestamp?) throws
        -> [VersionMinute]
    {
        try self.guarded { try self.base.minutes(of: version, model: model, since: since, before: limit) }
    }
    func watch(of model: ModelName) throws -> StoredWatch? { try self.guarded { try self.base.watch(of: model) } }
    func save(_ baseline: StoredBaseline) throws { try self.guarded { try self.base.save(baseline) } }
    func recentEvidence(of rollout: RolloutID, since moment: Timestamp) throws -> RecentEvidence {
        try self.guarded { try self.base.recentEvidence(of: rollout, since: moment) }
    }
    func start(ofNewest count: Int, canaryRequestsOf rollout: RolloutID, notBefore start: Timestamp) throws
        -> Timestamp?
    {
        try self.guarded { try self.base.start(ofNewest: count, canaryRequestsOf: rollout, notBefore: start) }
    }
    func waitingTelemetry(of rollout: RolloutID, before cutoff: Timestamp) throws -> WaitingTelemetry? {
        try self.guarded { try self.base.waitingTelemetry(of: rollout, before: cutoff) }
    }
    func waitingLabels(of rollout: RolloutID, before cutoff: Timestamp) throws -> WaitingLabels {
        try self.guarded { try self.base.waitingLabels(of: rollout, before: cutoff) }
    }
    func canaryRequests(of rollout: RolloutID) throws -> Int64 {
        try self.guarded { try self.base.canaryRequests(of: rollout) }
    }
    func traffic(of model: ModelName, since moment: Timestamp) throws -> [VersionTraffic] {
        try self.guarded { try self.base.traffic(of: model, since: moment) }
    }
    func route(of model: ModelName) throws -> CommittedRoute? { try self.guarded { try self.base.route(of: model) } }
    func gateways() throws -> [GatewayReport] { try self.guarded { try self.base.gateways() } }
    func routeGeneration() throws -> Int64 { try self.guarded { try self.base.routeGeneration() } }
    func events(after id: Int64, model: ModelName?, limit: Int) throws -> [Event] {
        try self.guarded { try self.base.events(after: id, model: model, limit: limit) }
    }
    func latestEventID() throws -> Int64 { try self.guarded { try self.base.latestEventID() } }
    func leaseHolder() throws -> String? { try self.guarded { try self.base.leaseHolder() } }

    func trips(of rollout: RolloutID) throws -> [StoredTrip] { try self.guarded { try self.base.trips(of: rollout) } }
    func waitingTrip(of rollout: RolloutID) throws -> StoredTrip? {
        try self.guarded { try self.base.waitingTrip(of: rollout) }
    }
    func answer(_ trip: TripID, with decision: Int64) throws {
        try self.guarded { try self.base.answer(trip, with: decision) }
    }
    func acknowledge(_ trip: TripID) throws { try self.guarded { try self.base.acknowledge(trip) } }

    func lock(_ model: ModelName) throws -> Model? { try self.guarded { try self.base.lock(model) } }
    func holdsLease(fence: Int64) throws -> Bool { try self.guarded { try self.base.holdsLease(fence: fence) } }
    func insert(_ model: Model) throws { try self.guarded { try self.base.insert(model) } }
    func setSignals(_ signals: ModelSignals, of model: ModelName) throws {
        try self.guarded { try self.base.setSignals(signals, of: model) }
    }
    func insert(_ version: ModelVersion) throws { try self.guarded { try self.base.insert(version) } }
    func setState(_ state: VersionState, of version: VersionName, model: ModelName) throws {
        try self.guarded { try self.base.setState(state, of: version, model: model) }
    }
    func insertRollout(_ make: (RolloutID) -> Rollout) throws -> Rollout {
        try self.guarded { try self.base.insertRollout(make) }
    }
    func save(_ rollout: Rollout, expectedSequence expected: Int64) throws {
        try self.guarded { try self.base.save(rollout, expectedSequence: expected) }
    }
    func nextGeneration() throws -> Int64 { try self.guarded { try self.base.nextGeneration() } }
    func publish(_ route: CommittedRoute) throws { try self.guarded { try self.base.publish(route) } }
    func append(_ decision: Decision) throws { try self.guarded { try self.base.append(decision) } }
    func append(_ event: NewEvent) throws { try self.guarded { try self.base.append(event) } }
    func saveFinding(_ finding: StoredFinding, of rollout: RolloutID) throws {
        try self.guarded { try self.base.saveFinding(finding, of: rollout) }
    }
    func takeEvidence(
        of rollout: Rollout,
        tick: Int64,
        before cutoff: Timestamp,
        labels: Bool,
        readings: IntervalReadings
    ) throws -> [EvidenceStratum] {
        try self.guarded {
            try self.base.takeEvidence(of: rollout, tick: tick, before: cutoff, labels: labels, readings: readings)
        }
    }
}

/// A store in which something happens each time before a transaction begins.
struct InterruptedStore: RolloutStore {
    let base: any RolloutStore
    let beforeWrite: @Sendable () throws -> Void

    func write<Result>(_ body: (any RolloutTransaction) throws -> Result) throws -> Result {
        try self.beforeWrite()
        return try self.base.write(body)
    }

    func read<Result>(_ body: (any RolloutView) throws -> Result) throws -> Result { try self.base.read(body) }
    func acquireLease(holder: String, duration: Duration) throws -> Int64? {
        try self.base.acquireLease(holder: holder, duration: duration)
    }
    func releaseLease(holder: String) throws { try self.base.releaseLease(holder: holder) }
    func forget(before limit: Timestamp, outsideRollouts: Timestamp) throws {
        try self.base.forget(before: limit, outsideRollouts: outsideRollouts)
    }
}
