import RolloutCore

/// One look at one model in one transaction: rolls its telemetry up into minutes, feeds the watch, commits what it found.
struct WatchPass {
    let model: ModelName
    let transaction: any WatchTransaction
    let configuration: WatchLoop.Configuration

    /// What one look came to.
    struct Result {
        let events: [NewEvent]
        /// Whether minutes are waiting that the next look takes in.
        let isBehind: Bool
    }

    /// Minutes that one look takes in at most: after an outage they are worked off look by look, so that no transaction gets long.
    static let minutesPerLook = 2
    /// How far back the first look goes, and any look after a long outage: telemetry outside rollouts isn't kept for longer.
    private static let reachSeconds = 3_600.0

    func run() throws -> Result {
        let stored = try self.transaction.state()
        var state = stored ?? self.fresh
        let stable = try self.transaction.stableVersion()
        try self.follow(stable, &state, isNew: stored == nil)
        let (events, isBehind) = try self.advance(&state)
        try self.transaction.save(state)
        // An event's finding is the finding as it was then; the last one of each number is what it is now.
        let findings = Dictionary(events.map { ($0.finding.number, $0.finding) }) { _, later in later }
        try self.transaction.save(findings.values.sorted { $0.number < $1.number }, of: state)
        let raised = events.map { NewEvent($0, of: state.version, self.model) }
        try self.transaction.append(raised)
        return Result(events: raised, isBehind: isBehind)
    }

    private var fresh: WatchState {
        let start = self.transaction.now.floored(toSeconds: 60).adding(seconds: -60)
        return WatchState(version: nil, startedAt: self.transaction.now, rolledThrough: start, watch: nil, revision: 0)
    }

    /// Another version, or another baseline of the same one, is watched from its own beginning.
    private func follow(_ stable: VersionName?, _ state: inout WatchState, isNew: Bool) throws {
        let baseline = try stable.flatMap { try self.transaction.baseline(of: $0) }
        let isRebased = baseline.map { $0.createdAt > state.startedAt } ?? false
        guard isNew || stable != state.version || isRebased else { return }
        state.version = stable
        state.startedAt = self.transaction.now
        state.watch = stable.map { _ in
            StableWatch(settings: self.configuration.settings, baseline: baseline?.baseline)
        }
    }

    /// Takes whole minutes in whose telemetry has had time to arrive, oldest first.
    private func advance(_ state: inout WatchState) throws -> ([WatchEvent], isBehind: Bool) {
        let now = self.transaction.now
        let end = now.adding(seconds: -self.configuration.grace.inSeconds).floored(toSeconds: 60)
        let reach = max(state.rolledThrough, now.adding(seconds: -Self.reachSeconds).floored(toSeconds: 60))
        // Minutes without telemetry, as after an outage, need no look of their own.
        let start = try self.transaction.oldestTelemetry(since: reach)?.floored(toSeconds: 60) ?? end
        let limit = min(end, start.adding(seconds: Double(60 * Self.minutesPerLook)))
        guard end > state.rolledThrough else { return ([], false) }
        let telemetry = start < limit ? try self.transaction.telemetry(in: start..<limit) : [:]
        for (version, minutes) in telemetry.sorted(by: { $0.key < $1.key }) {
            try self.transaction.insert(minutes, of: version)
        }
        let labels = try self.transaction.settleLabels()
        var minutes = state.version.flatMap { telemetry[$0] } ?? []
        if let quality = state.version.flatMap({ labels[$0] }) {
            // Labels are watched in the minute in which they come, whenever their predictions were made.
            if minutes.isEmpty {
                minutes.append(VersionMinute(minute: limit.adding(seconds: -60), tally: CohortTally()))
            }
            minutes[minutes.count - 1].tally.detail.quality.merge(quality)
        }
        var events: [WatchEvent] = []
        for minute in minutes { events += state.watch?.fold(minute.tally, minute: minute.minute) ?? [] }
        state.rolledThrough = max(state.rolledThrough, limit)
        return (events, limit < end)
    }
}

extension Duration {
    fileprivate var inSeconds: Double {
        Double(self.components.seconds) + Double(self.components.attoseconds) * 1e-18
    }
}

extension NewEvent {
    fileprivate init(_ event: WatchEvent, of version: VersionName?, _ model: ModelName) {
        self.init(kind: EventKind(event.name), model: model, version: version, message: event.message)
    }
}

extension WatchEvent {
    fileprivate var message: String {
        switch self.name {
        case .findingPersisted: "it lasts: \(self.finding.message)"
        case .stableRecovered, .qualityRecovered, .dataQualityRestored, .driftEnded, .classImbalanceEnded:
            "it is over: \(self.finding.message)"
        case .stableDegraded, .qualityDegraded, .dataQualityViolated, .driftDetected, .classImbalanceDetected:
            self.finding.message
        }
    }
}
