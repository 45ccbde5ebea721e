package import RolloutCore

/// Where the watch over stable versions lives, with all that has to be done now and then. Synchronous and blocking.
package protocol WatchStore: Sendable {
    /// The fence of the lease while `holder` has it; it isn't renewed, so a watch never keeps a lease alive for a loop that is dead.
    func heldFence(holder: String) throws -> Int64?
    func watchedModels() throws -> [ModelName]

    /// Runs `body` in one transaction in which nobody else watches the model.
    ///
    /// - Parameter fence: Nil for people, who need no lease.
    /// - Returns: Nil when `fence` isn't the current lease's any more: nothing was done.
    func watch<Result>(
        _ model: ModelName,
        fence: Int64?,
        _ body: (any WatchTransaction) throws -> Result
    ) throws -> Result?

    /// Makes room for the days to come and forgets, in a bounded number of rows, what has been kept for long enough.
    func keepHouse() throws
}

/// What can be done about one model's watch in one transaction.
package protocol WatchTransaction {
    /// The store's clock at the start of the transaction.
    var now: Timestamp { get }

    /// The committed state; nil before the first look.
    func state() throws -> WatchState?
    /// Nil while the model has none.
    func stableVersion() throws -> VersionName?
    func baseline(of version: VersionName) throws -> StoredBaseline?
    /// When the oldest telemetry that is still there began, at or after `start`.
    func oldestTelemetry(since start: Timestamp) throws -> Timestamp?
    /// The telemetry of windows that began in `span`, by version and minute.
    func telemetry(in span: Range<Timestamp>) throws -> [VersionName: [VersionMinute]]
    func insert(_ minutes: [VersionMinute], of version: VersionName) throws
    /// Where there are more labels that no tick waits for than `settleLabels` moves at once: merges as many rows as it would move.
    ///
    /// - Returns: False when there are few enough.
    func gatherLabels() throws -> Bool
    /// Moves labels that no tick waits for into the hours, in a bounded number of rows.
    ///
    /// - Returns: What was moved, by version, whatever cohort it was in.
    func settleLabels() throws -> [VersionName: QualityTally]
    /// - Throws: When somebody else has saved since the state was read.
    func save(_ state: WatchState) throws
    func save(_ findings: [WatchFinding], of state: WatchState) throws
    /// Appended last: who appends keeps the loop's decisions waiting until the end of the transaction.
    func append(_ events: [NewEvent]) throws
}

/// How far a model's watch has come.
package struct WatchState: Hashable, Sendable {
    /// Of the version in `watch`; nil while the model has none that is stable.
    package var version: VersionName?
    package var startedAt: Timestamp
    package var rolledThrough: Timestamp
    package var watch: StableWatch?
    /// 0 before it is first saved.
    package let revision: Int64

    package init(
        version: VersionName?,
        startedAt: Timestamp,
        rolledThrough: Timestamp,
        watch: StableWatch?,
        revision: Int64
    ) {
        self.version = version
        self.startedAt = startedAt
        self.rolledThrough = rolledThrough
        self.watch = watch
        self.revision = revision
    }
}
