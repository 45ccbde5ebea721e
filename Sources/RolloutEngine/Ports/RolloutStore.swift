package import RolloutCore

/// Where rollouts live. Everything a body does commits together or not at all.
///
/// Synchronous and blocking: called from the control plane's own threads.
package protocol RolloutStore: Sendable {
    /// Runs `body` in one transaction and repeats it when the store reports a conflict with another one, so a body must
    /// have no effect but through its transaction.
    func write<Result>(_ body: (any RolloutTransaction) throws -> Result) throws -> Result

    /// Runs `body` on one consistent view.
    func read<Result>(_ body: (any RolloutView) throws -> Result) throws -> Result

    /// Takes the lease when it is free or expired, or renews it when `holder` has it.
    ///
    /// - Returns: The fence under which `holder` may decide until `duration` from now; nil while another holds the lease.
    func acquireLease(holder: String, duration: Duration) throws -> Int64?

    /// Gives the lease up at once, if `holder` has it.
    func releaseLease(holder: String) throws

    /// Forgets, in a bounded number of rows, gateways not seen and telemetry not of open rollouts since `limit`. Strata stay.
    ///
    /// - Parameter outsideRollouts: The same limit for what was counted outside rollouts, which only screens of the last minutes show.
    func forget(before limit: Timestamp, outsideRollouts: Timestamp) throws
}

/// What can be read in one consistent view.
package protocol RolloutView: EvidenceView {
    /// The store's clock at the start of the transaction: the same for all that commits together.
    var now: Timestamp { get }

    func models() throws -> [Model]
    func model(_ name: ModelName) throws -> Model?
    /// Newest first.
    func versions(of model: ModelName) throws -> [ModelVersion]
    func version(_ name: VersionName, of model: ModelName) throws -> ModelVersion?
    func rollout(_ id: RolloutID) throws -> Rollout?
    /// The one open rollout of the model.
    func openRollout(of model: ModelName) throws -> Rollout?
    /// Newest first.
    func rollouts(of model: ModelName, limit: Int) throws -> [Rollout]
    /// Of all models, in the order of their start.
    func openRollouts() throws -> [RolloutID]
    /// The newest rollout that was promoted, restored since or not.
    func latestPromoted(of model: ModelName) throws -> Rollout?
    /// Oldest first.
    func decisions(of rollout: RolloutID) throws -> [Decision]
    /// The newest finding, kept up to date while the rollout is open.
    func finding(of rollout: RolloutID) throws -> StoredFinding?
    /// All strata taken into judgement up to and including `tick`, in the order of folding.
    func evidence(of rollout: Rollout, through tick: Int64) throws -> [EvidenceStratum]
    /// The same without the first ticks: only those above `start`.
    func evidence(of rollout: Rollout, after start: Int64, through tick: Int64) throws -> [EvidenceStratum]
    /// Both cohorts since `moment`, the open interval included.
    func recentEvidence(of rollout: RolloutID, since moment: Timestamp) throws -> RecentEvidence
    /// From when on the rollout's newest `count` canary requests ended; nil when there are fewer since `start`.
    func start(ofNewest count: Int, canaryRequestsOf rollout: RolloutID, notBefore start: Timestamp) throws
        -> Timestamp?
    /// Telemetry that began before `cutoff` and that no tick has taken in yet; nil when there is none.
    func waitingTelemetry(of rollout: RolloutID, before cutoff: Timestamp) throws -> WaitingTelemetry?
    /// Labels of intervals that ended by `cutoff`.
    func waitingLabels(of rollout: RolloutID, before cutoff: Timestamp) throws -> WaitingLabels
    /// Judged canary requests of the rollout, whether taken into judgement or not.
    func canaryRequests(of rollout: RolloutID) throws -> Int64
    /// What each version of the model did since `moment`, on whatever route.
    func traffic(of model: ModelName, since moment: Timestamp) throws -> [VersionTraffic]
    func route(of model: ModelName) throws -> CommittedRoute?
    /// What gateways did to the rollout by themselves, oldest first; a hundred at most.
    func trips(of rollout: RolloutID) throws -> [StoredTrip]
    /// The oldest of them that has no answer.
    func waitingTrip(of rollout: RolloutID) throws -> StoredTrip?
    func gateways() throws -> [GatewayReport]
    func routeGeneration() throws -> Int64
    /// What all gateways sign request ids with; tokens are signed with what follows from it.
    func stampKey() throws -> Salt
    /// Oldest first, with ids above `id`.
    func events(after id: Int64, model: ModelName?, limit: Int) throws -> [Event]
    func latestEventID() throws -> Int64
    /// Who holds the lease and until when; nil when nobody does.
    func leaseHolder() throws -> String?
}

/// What can be done in one transaction.
package protocol RolloutTransaction: RolloutView {
    /// Waits until no other transaction is changing this model, and keeps others waiting until the end of this one.
    func lock(_ model: ModelName) throws -> Model?
    /// Whether `fence` is the current lease's and the lease hasn't expired; holds the lease in place until the end.
    func holdsLease(fence: Int64) throws -> Bool

    func insert(_ model: Model) throws
    /// Takes the place of the version's baseline, if it has one.
    func save(_ baseline: StoredBaseline) throws
    func setSignals(_ signals: ModelSignals, of model: ModelName) throws
    func insert(_ version: ModelVersion) throws
    func setState(_ state: VersionState, of version: VersionName, model: ModelName) throws
    /// - Parameter make: Builds the rollout once its id is known.
    func insertRollout(_ make: (RolloutID) -> Rollout) throws -> Rollout
    /// - Throws: When the stored rollout's sequence isn't `expected` any more.
    func save(_ rollout: Rollout, expectedSequence expected: Int64) throws
    /// The number of the route that this transaction publishes, or of what else it changes that gateways need; transactions that take one
    /// commit in its order, and gateways hear of it then.
    func nextGeneration() throws -> Int64
    func publish(_ route: CommittedRoute) throws
    func append(_ decision: Decision) throws
    func append(_ event: NewEvent) throws
    func saveFinding(_ finding: StoredFinding, of rollout: RolloutID) throws
    /// Keeps which of its rollout's decisions followed a trip that had no answer.
    func answer(_ trip: TripID, with decision: Int64) throws
    /// Keeps that the rollout goes on in spite of a trip that had no answer; the next route of its model says so.
    func acknowledge(_ trip: TripID) throws
    /// Takes all evidence of intervals that ended by `cutoff` into judgement as `tick`.
    ///
    /// - Parameters:
    ///   - labels: Whether the labels of these intervals are taken in, too.
    ///   - readings: Kept with the strata of their intervals.
    func takeEvidence(
        of rollout: Rollout,
        tick: Int64,
        before cutoff: Timestamp,
        labels: Bool,
        readings: IntervalReadings
    ) throws -> [EvidenceStratum]
}

/// Tells that new events may have been committed.
package protocol EventSignal: Sendable {
    /// Waits for a commit of events, at most `timeout`; may return early. Blocking.
    ///
    /// - Throws: When the store is away; the next call connects anew.
    func wait(timeout: Duration) throws
}
