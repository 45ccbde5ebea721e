import Logging
import ProxyCore
import RolloutCore

/// The telemetry thread: drains the loops' counters and the tap at each interval and writes them as windows.
struct TelemetryFlusher {
    let sink: any TelemetrySink
    let loops: TrafficLoops
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
        backlog.add(
            self.loops.drainCounters() + found.cells,
            predictions: found.predictions,
            payloads: found.samples,
            until: self.now()
        )
        let dropped = backlog.takeDroppedRecords() + found.droppedRecords
        if dropped > 0 {
            self.logger.warning("there was no room for predictions or payloads", metadata: ["dropped": "\(dropped)"])
        }
        do {
            while let window = backlog.next() {
                try self.sink.write(window)
                backlog.written()
            }
            if wasFailing { self.logger.info("telemetry can be written again") }
            return true
        } catch {
            if !wasFailing {
                self.logger.warning("telemetry can't be written; keeping it", metadata: ["error": "\(error)"])
            }
            return false
        }
    }
}
