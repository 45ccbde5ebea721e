package import RolloutCore

/// Where telemetry goes. The gateway calls it from a thread of its own, so it may block.
package protocol TelemetrySink: Sendable {
    /// Stores a window. A window that was stored before, known by its replica and sequence, must change nothing.
    ///
    /// - Throws: When it is not certain that the window is stored; the gateway tries again with the same window.
    func write(_ window: TelemetryWindow) throws
}
