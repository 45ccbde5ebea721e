import Dispatch
import Foundation

/// The two threads beside the event loops, which may block: one follows the routes, one writes the telemetry.
struct GatewayThreads: Sendable {
    private let routeSignal = StopSignal()
    private let telemetrySignal = StopSignal()
    private let running = DispatchGroup()

    init(
        routes: @escaping @Sendable (StopSignal) -> Void,
        telemetry: @escaping @Sendable (StopSignal) -> Void
    ) {
        self.start("serin-routes", self.routeSignal, routes)
        self.start("serin-telemetry", self.telemetrySignal, telemetry)
    }

    /// Returns when both have ended.
    func stop() {
        self.routeSignal.stop()
        self.telemetrySignal.stop()
        self.running.wait()
    }

    private func start(_ name: String, _ signal: StopSignal, _ body: @escaping @Sendable (StopSignal) -> Void) {
        let running = self.running
        running.enter()
        let thread = Thread {
            body(signal)
            running.leave()
        }
        thread.name = name
        thread.start()
    }
}
