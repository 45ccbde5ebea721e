import Logging
import ProxyCore
import RolloutCore

/// The telemetry thread: drains the loops' counters and the tap at each interval and writes them as windows.
struct TelemetryFlusher {
    let sink: any TelemetrySink
    let loops: TrafficLoops
    /// Trips that keep canaries at no weight now.
    let trips: @Sendable () -> [Trip]
    let interval: Duration
    let replica: String
    let now: @Sendable () -> Timestamp
    let logger: Logger

    /// How often the last windows are tried when the gateway stops.
    private static let lastAttempts = 3

    func run(until signal: StopSignal) {
        var backlog = TelemetryBacklog(replica: self.replica, start: self.now())
        var isFailing = false
        while !signal.wait(atMost: self.interval) { isFailing = !self.flush(&backlog, wasFailing: isFailing) }
        for _ in 0..<Self.lastAttempts where self.flush(&backlog, wasFailing: isFailing) { return }
        self.logger.error("telemetry is lost: the last windows could not be written")
    }

    /// - Returns: false when something is left to be written.
    private func flush(_ backlog: inout TelemetryBacklog, wasFailing: Bool) -> Bool {
        let found = self.loops.tap.takeHarvest()
        let cells = self.loops.drainCounters() + found.cells
        let pinned = self.loops.drainPinned()
        backlog.add(
            cells,
            predictions: found.predictions,
            payloads: found.samples,
            pinned: pinned,
            until: self.now()
        )
        let dropped = backlog.takeDroppedRecords() + found.droppedRecords
        if dropped > 0 {
            self.logger.warning("there was no room for predictions or payloads", metadata: ["dropped": "\(dropped)"])
        }
        // Before anything is written, which may take long.
        self.report(cells, pinned, dropped: dropped)
        defer { self.loops.metricsBoard.update { $0.telemetry.pendingCells = backlog.pendingCells } }
        do {
            while let window = backlog.next() {
                try self.sink.write(window)
                backlog.written()
                self.loops.metricsBoard.update { $0.telemetry.writtenWindows += 1 }
            }
            if wasFailing { self.logger.info("telemetry can be written again") }
            return true
        } catch {
            if !wasFailing {
                self.logger.warning("telemetry can't be written; keeping it", metadata: ["error": "\(error)"])
            }
            self.loops.metricsBoard.update { $0.telemetry.failedWrites += 1 }
            return false
        }
    }

    /// Shows what has been counted to those who watch the gateway.
    private func report(_ cells: [TelemetryCell], _ pinned: [PinnedTally], dropped: Int) {
        let (loops, generation) = self.loops.metrics()
        self.loops.metricsBoard.note(self.trips())
        self.loops.metricsBoard.update { metrics in
            metrics.loops = loops
            metrics.generation = generation
            metrics.traffic.add(cells)
            metrics.add(pinned)
            metrics.droppedPayloads += cells.reduce(0) { $0 + $1.tally.detail.payloads.dropped }
            metrics.telemetry.droppedRecords += Int64(dropped)
        }
    }
}
