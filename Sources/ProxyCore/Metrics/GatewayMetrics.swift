package import RolloutCore

/// What a gateway tells of itself at one moment.
package struct GatewayMetrics: Equatable, Sendable {
    package var startedAt: Timestamp
    /// Of the route snapshot that it routes by; 0 before the first.
    package var generation: Int64 = 0
    package var traffic = TrafficTotals()
    /// Requests that named their version.
    package private(set) var pinned: [LoopMetrics.VersionKey: OutcomeCounts] = [:]
    /// All event loops together.
    package var loops = LoopMetrics()
    package var telemetry = TelemetryMetrics()
    /// Payloads that were drawn to be read and could not be.
    package var droppedPayloads: Int64 = 0
    /// For each model how often the gateway has taken the canary's traffic away by itself, and whether it does now.
    package var trips: [ModelName: TripMetrics] = [:]

    package init(startedAt: Timestamp) { self.startedAt = startedAt }

    /// Versions that pinned requests named; more are not told apart.
    private static let pinnedLimit = 256

    package mutating func add(_ pinned: [PinnedTally]) {
        for tally in pinned {
            let key = LoopMetrics.VersionKey(model: tally.model, version: tally.version)
            guard self.pinned[key] != nil || self.pinned.count < Self.pinnedLimit else { continue }
            self.pinned[key, default: OutcomeCounts()].merge(tally.outcomes)
        }
    }
}

/// What one event loop, or several together, have open and have done.
package struct LoopMetrics: Equatable, Sendable {
    package var clientConnections = 0
    package var inFlight = 0
    /// Answers that the gateway gave itself to requests that no route took, by status.
    package var unrouted: [Int: Int64] = [:]
    package var versions: [VersionKey: GateMetrics] = [:]
    /// By the upstream's URL.
    package var upstreams: [String: UpstreamMetrics] = [:]

    package struct VersionKey: Hashable, Sendable {
        package let model: ModelName
        package let version: VersionName

        package init(model: ModelName, version: VersionName) {
            self.model = model
            self.version = version
        }
    }

    package init() {}

    package mutating func merge(_ other: LoopMetrics) {
        self.clientConnections += other.clientConnections
        self.inFlight += other.inFlight
        self.unrouted.merge(other.unrouted, uniquingKeysWith: +)
        for (key, metrics) in other.versions { self.versions[key, default: GateMetrics()].merge(metrics) }
        for (name, metrics) in other.upstreams { self.upstreams[name, default: UpstreamMetrics()].merge(metrics) }
    }
}

/// One version's requests at one moment, and what its limit has done.
package struct GateMetrics: Equatable, Sendable {
    package var inFlight = 0
    package var waiting = 0
    package var totals = GateTotals()

    package init() {}

    package mutating func merge(_ other: GateMetrics) {
        self.inFlight += other.inFlight
        self.waiting += other.waiting
        self.totals.merge(other.totals)
    }
}

/// One upstream's connections at one moment, and what was found out about it.
package struct UpstreamMetrics: Equatable, Sendable {
    /// Addresses, once for each event loop.
    package var endpoints = 0
    /// Of these, the ones that take requests.
    package var serving = 0
    package var idle = 0
    /// Connections that carry a request or are being made.
    package var pending = 0
    package var ejections: Int64 = 0
    package var probes = ProbeTotals()

    package init() {}

    package mutating func merge(_ other: UpstreamMetrics) {
        self.endpoints += other.endpoints
        self.serving += other.serving
        self.idle += other.idle
        self.pending += other.pending
        self.ejections += other.ejections
        self.probes.merge(other.probes)
    }
}

/// What waits to be written to the control plane, and what was given up.
package struct TelemetryMetrics: Equatable, Sendable {
    /// Cells that wait.
    package var pendingCells = 0
    package var writtenWindows: Int64 = 0
    /// Writes that failed and are repeated.
    package var failedWrites: Int64 = 0
    /// Predictions and payloads that were given up for want of room.
    package var droppedRecords: Int64 = 0

    package init() {}
}

/// What the gateway did to a model's canary by itself.
package struct TripMetrics: Equatable, Sendable {
    package var trips: Int64
    package var isTripped: Bool

    package init(trips: Int64, isTripped: Bool) {
        self.trips = trips
        self.isTripped = isTripped
    }
}
