package import Statistics

/// What one gateway counted in one stretch of time: the only thing that goes from the traffic plane to the control plane.
///
/// A window is written exactly once however often its write is retried: the store keeps (replica, sequence) unique.
package struct TelemetryWindow: Hashable, Sendable {
    /// A new one at each start of a gateway, so numbers are never used twice; the text of a UUID.
    package let replica: String
    /// 1, 2, 3 … within the replica.
    package let sequence: Int64
    package let start: Timestamp
    package let end: Timestamp
    /// Requests whose counts were given up before this window because memory was bounded; the checks they belonged to have no data.
    package let droppedRequests: Int64
    package let cells: [TelemetryCell]
    /// Predictions that wait for their labels: a bounded sample, at most a configured number a second.
    package let predictions: [PredictionRecord]
    /// Payloads that a model asked to keep.
    package let payloads: [PayloadSample]
    /// One entry a version that had pinned requests; they are in no cell.
    package let pinned: [PinnedTally]

    package init(
        replica: String,
        sequence: Int64,
        start: Timestamp,
        end: Timestamp,
        droppedRequests: Int64,
        cells: [TelemetryCell],
        predictions: [PredictionRecord] = [],
        payloads: [PayloadSample] = [],
        pinned: [PinnedTally] = []
    ) {
        self.replica = replica
        self.sequence = sequence
        self.start = start
        self.end = end
        self.droppedRequests = droppedRequests
        self.cells = cells
        self.predictions = predictions
        self.payloads = payloads
        self.pinned = pinned
    }
}

/// One cohort's counts in a window, under one generation of its model's route.
package struct TelemetryCell: Hashable, Sendable {
    package struct Key: Hashable, Sendable {
        package let model: ModelName
        package let version: VersionName
        package let cohort: Cohort
        package let rollout: RolloutID?
        /// Of the model's route when the request was routed.
        package let generation: Int64

        package init(model: ModelName, version: VersionName, cohort: Cohort, rollout: RolloutID?, generation: Int64) {
            self.model = model
            self.version = version
            self.cohort = cohort
            self.rollout = rollout
            self.generation = generation
        }
    }

    package let key: Key
    package var tally: CohortTally

    package init(key: Key, tally: CohortTally) {
        self.key = key
        self.tally = tally
    }
}

/// The counts of one cohort over some time.
package struct CohortTally: Hashable, Sendable {
    /// Requests routed to the cohort in this time, whenever they end: a slow version has fewer outcomes than requests, but not fewer of these.
    package var assigned: Int64
    package var outcomes: OutcomeCounts
    /// Microseconds from the request being sent to the last byte of the answer, so that making connections, which a small canary
    /// does more often, isn't compared. Time-outs and failed connections count from the complete request head; requests the client
    /// broke off aren't in it.
    package var latency: LatencyHistogram
    /// The longest run of requests in a row, on any one loop, for which no connection could be made.
    package var connectFailureRun: Int64
    /// Signals, parts and labels; empty for what has none.
    package var detail: CohortDetail

    /// - Parameter assigned: Nil when every request that was routed has ended in this time, too.
    package init(
        outcomes: OutcomeCounts = .init(),
        latency: LatencyHistogram = .init(),
        connectFailureRun: Int64 = 0,
        assigned: Int64? = nil,
        detail: CohortDetail = .init()
    ) {
        self.assigned = assigned ?? outcomes.total
        self.outcomes = outcomes
        self.latency = latency
        self.connectFailureRun = connectFailureRun
        self.detail = detail
    }

    package mutating func merge(_ other: CohortTally) {
        self.assigned += other.assigned
        self.outcomes.merge(other.outcomes)
        self.latency.merge(other.latency)
        self.connectFailureRun = max(self.connectFailureRun, other.connectFailureRun)
        self.detail.merge(other.detail)
    }
}
