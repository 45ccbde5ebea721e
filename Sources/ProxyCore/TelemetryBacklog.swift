package import RolloutCore

/// Turns what was counted into numbered windows, each of which is written exactly once, in bounded memory.
///
/// A write that fails may have been done all the same. So a window that was handed out is handed out again unchanged until
/// it is known to be written: the store knows it by its number. Meanwhile later counts are merged, but only within one
/// cohort, rollout and generation, and become the next window.
package struct TelemetryBacklog: Equatable, Sendable {
    /// What is kept beside the window in doubt.
    package struct Limits: Equatable, Sendable {
        /// About 8 KiB each, beside what follows.
        package var cells: Int
        /// Bytes of the cells' distributions.
        package var detailBytes: Int
        /// Predictions that wait for labels.
        package var predictions: Int
        /// Bytes of payloads that models asked to keep.
        package var payloadBytes: Int

        package init(
            cells: Int = 4_096,
            detailBytes: Int = 67_108_864,
            predictions: Int = 20_000,
            payloadBytes: Int = 16_777_216
        ) {
            precondition(cells > 0, "a backlog must hold at least one cell")
            self.cells = cells
            self.detailBytes = detailBytes
            self.predictions = predictions
            self.payloadBytes = payloadBytes
        }
    }

    private let replica: String
    private let limits: Limits
    private var sequence: Int64 = 0
    /// Handed out and not known to be written.
    private var inDoubt: TelemetryWindow?
    private var pending: [TelemetryCell.Key: CohortTally] = [:]
    private var pendingStart: Timestamp
    private var pendingEnd: Timestamp
    private var droppedRequests: Int64 = 0
    private var detailBytes = 0
    /// The oldest come first.
    private var predictions: [PredictionRecord] = []
    private var payloads: [PayloadSample] = []
    private var payloadBytes = 0
    private var droppedRecords = 0
    /// One entry a version.
    private var pinned: [PinnedTally] = []

    /// - Parameter replica: New at each start of a gateway.
    package init(replica: String, start: Timestamp, limits: Limits = Limits()) {
        self.replica = replica
        self.limits = limits
        self.pendingStart = start
        self.pendingEnd = start
    }

    package var pendingCells: Int { self.pending.count }
    package var isEmpty: Bool { self.inDoubt == nil && self.hasNothingPending }

    private var hasNothingPending: Bool {
        self.pending.isEmpty && self.droppedRequests == 0 && self.predictions.isEmpty && self.payloads.isEmpty
            && self.pinned.isEmpty
    }

    /// Takes what was counted and kept up to `end`.
    package mutating func add(
        _ cells: [TelemetryCell],
        predictions: [PredictionRecord] = [],
        payloads: [PayloadSample] = [],
        pinned: [PinnedTally] = [],
        until end: Timestamp
    ) {
        if self.hasNothingPending { self.pendingStart = self.pendingEnd }
        self.pendingEnd = max(self.pendingEnd, end)
        for cell in cells { self.add(cell) }
        self.add(predictions)
        self.add(payloads)
        for tally in pinned { self.add(tally) }
    }

    private mutating func add(_ tally: PinnedTally) {
        let known = self.pinned.firstIndex { $0.model == tally.model && $0.version == tally.version }
        if let known {
            self.pinned[known].outcomes.merge(tally.outcomes)
        } else {
            self.pinned.append(tally)
        }
    }

    private mutating func add(_ cell: TelemetryCell) {
        if self.pending[cell.key] == nil, self.pending.count == self.limits.cells { self.dropOldest() }
        var tally = self.pending.removeValue(forKey: cell.key) ?? CohortTally()
        self.detailBytes -= tally.detail.footprint
        tally.merge(cell.tally)
        let footprint = tally.detail.footprint
        if self.detailBytes + footprint > self.limits.detailBytes { tally.detail.dropSignals() }
        self.detailBytes += tally.detail.footprint
        self.pending[cell.key] = tally
    }

    /// The oldest give way: by time, hence in all cohorts alike.
    private mutating func add(_ more: [PredictionRecord]) {
        self.predictions += more
        let excess = self.predictions.count - self.limits.predictions
        if excess <= 0 { return }
        self.predictions.removeFirst(excess)
        self.droppedRecords += excess
    }

    private mutating func add(_ more: [PayloadSample]) {
        self.payloads += more
        self.payloadBytes += more.reduce(0) { $0 + $1.size }
        var excess = 0
        while self.payloadBytes > self.limits.payloadBytes {
            self.payloadBytes -= self.payloads[excess].size
            excess += 1
        }
        self.payloads.removeFirst(excess)
        self.droppedRecords += excess
    }

    /// The window to write now: the one in doubt, else everything that was added since; nil when there is nothing.
    package mutating func next() -> TelemetryWindow? {
        if let window = self.inDoubt { return window }
        if self.isEmpty { return nil }
        self.sequence += 1
        let window = TelemetryWindow(
            replica: self.replica,
            sequence: self.sequence,
            start: self.pendingStart,
            end: self.pendingEnd,
            droppedRequests: self.droppedRequests,
            cells: self.pending.map { TelemetryCell(key: $0.key, tally: $0.value) }.sorted {
                Self.precedes($0.key, $1.key)
            },
            predictions: self.predictions,
            payloads: self.payloads,
            pinned: self.pinned.sorted { ($0.model, $0.version) < ($1.model, $1.version) }
        )
        self.pending.removeAll()
        self.detailBytes = 0
        self.predictions.removeAll()
        self.payloads.removeAll()
        self.payloadBytes = 0
        self.pinned.removeAll()
        self.droppedRequests = 0
        self.pendingStart = self.pendingEnd
        self.inDoubt = window
        return window
    }

    /// The window that was handed out is stored.
    package mutating func written() { self.inDoubt = nil }

    /// How many predictions and payloads were given up since the last time, for want of room.
    package mutating func takeDroppedRecords() -> Int {
        defer { self.droppedRecords = 0 }
        return self.droppedRecords
    }

    /// Gives up the cell of the lowest generation, whose evidence is the oldest, and counts its requests.
    private mutating func dropOldest() {
        guard let oldest = self.pending.keys.min(by: Self.isOlder) else { return }
        guard let tally = self.pending.removeValue(forKey: oldest) else { return }
        self.droppedRequests += tally.outcomes.total + (tally.detail.pairs?.outcomes.total ?? 0)
        self.detailBytes -= tally.detail.footprint
    }

    private static func isOlder(_ a: TelemetryCell.Key, _ b: TelemetryCell.Key) -> Bool {
        a.generation == b.generation ? self.precedes(a, b) : a.generation < b.generation
    }

    /// The order of cells in a window, so that equal windows are equal values.
    private static func precedes(_ a: TelemetryCell.Key, _ b: TelemetryCell.Key) -> Bool {
        (a.model, a.version, a.cohort.rawValue, a.rollout?.number ?? 0, a.generation)
            < (b.model, b.version, b.cohort.rawValue, b.rollout?.number ?? 0, b.generation)
    }
}

extension PayloadSample {
    /// Bytes of its texts.
    fileprivate var size: Int { self.request.utf8.count + self.response.utf8.count }
}
