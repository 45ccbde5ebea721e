import Dispatch
import Foundation

/// The threads beside the event loops, which may block: one follows the routes, one writes the telemetry, one reads payloads, and two
/// are for trips, which wait for neither.
struct GatewayThreads: Sendable {
    private let routeSignal = StopSignal()
    private let telemetrySignal = StopSignal()
    private let running = DispatchGroup()
    private let reading = DispatchGroup()
    private let tap: PayloadTap
    private let trips: TripThreads

    /// How long the reader of payloads may take to end; what it has not read by then is dropped.
    private static let readerPatience = DispatchTimeInterval.seconds(2)

    init(
        routes: @escaping @Sendable (StopSignal) -> Void,
        telemetry: @escaping @Sendable (StopSignal) -> Void,
        trips: TripThreads,
        reader: TapReader
    ) {
        self.tap = reader.tap
        self.trips = trips
        let (routeSignal, telemetrySignal) = (self.routeSignal, self.telemetrySignal)
        self.start("serin-routes", in: self.running) { routes(routeSignal) }
        self.start("serin-telemetry", in: self.running) { telemetry(telemetrySignal) }
        self.start("serin-trips", in: self.running) { trips.act() }
        self.start("serin-trip-tell", in: self.running) { trips.tell() }
        self.start("serin-tap", in: self.reading) { reader.run() }
    }

    /// Returns when all have ended but a reader that is stuck.
    func stop() {
        self.routeSignal.stop()
        self.tap.close()
        _ = self.reading.wait(timeout: .now() + Self.readerPatience)
        self.tap.abandon()
        self.trips.stop()
        // Last, so that it writes what the others found.
        self.telemetrySignal.stop()
        self.running.wait()
    }

    private func start(_ name: String, in running: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
        running.enter()
        let thread = Thread {
            body()
            running.leave()
        }
        thread.name = name
        thread.start()
    }
}
