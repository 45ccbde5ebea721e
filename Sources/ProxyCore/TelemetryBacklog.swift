package import RolloutCore

/// Turns what was counted into numbered windows, each of which is written exactly once, in bounded memory.
///
/// A write that fails may have been done all the same. So a window that was handed out is handed out again unchanged until
/// it is known to be written: the store knows it by its number. Meanwhile later counts are merged, but only within one
/// cohort, rollout and generation, and become the next window.
package struct TelemetryBacklog: Equatable, Sendable {
    private let replica: String
    private let cellLimit: Int
    private var sequence: Int64 = 0
    /// Handed out and not known to be written.
    private var inDoubt: TelemetryWindow?
    private var pending: [TelemetryCell.Key: CohortTally] = [:]
    private var pendingStart: Timestamp
    private var pendingEnd: Timestamp
    private var droppedRequests: Int64 = 0

    /// - Parameters:
    ///   - replica: New at each start of a gateway.
    ///   - cellLimit: Cells kept beside the window in doubt; about 8 KiB each.
    package init(replica: String, start: Timestamp, cellLimit: Int = 4_096) {
        precondition(cellLimit > 0, "a backlog must hold at least one cell")
        self.replica = replica
        self.cellLimit = cellLimit
        self.pendingStart = start
        self.pendingEnd = start
    }

    package var pendingCells: Int { self.pending.count }
    package var isEmpty: Bool { self.inDoubt == nil && self.pending.isEmpty && self.droppedRequests == 0 }

    /// Takes what was counted up to `end`.
    package mutating func add(_ cells: [TelemetryCell], until end: Timestamp) {
        if self.pending.isEmpty && self.droppedRequests == 0 { self.pendingStart = self.pendingEnd }
        self.pendingEnd = max(self.pendingEnd, end)
        for cell in cells {
            if self.pending[cell.key] == nil, self.pending.count == self.cellLimit { self.dropOldest() }
            self.pending[cell.key, default: CohortTally()].merge(cell.tally)
        }
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
            }
        )
        self.pending.removeAll()
        self.droppedRequests = 0
        self.pendingStart = self.pendingEnd
        self.inDoubt = window
        return window
    }

    /// The window that was handed out is stored.
    package mutating func written() { self.inDoubt = nil }

    /// Gives up the cell of the lowest generation, whose evidence is the oldest, and counts its requests.
    private mutating func dropOldest() {
        guard let oldest = self.pending.keys.min(by: Self.isOlder) else { return }
        self.droppedRequests += self.pending.removeValue(forKey: oldest)?.outcomes.total ?? 0
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
