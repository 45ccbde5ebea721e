import ProxyCore
import RolloutCore
import Synchronization

/// What the gateway tells of itself at `/-/metrics`: put together beside the traffic, read on its loops.
final class MetricsBoard: Sendable {
    private struct State {
        var metrics = GatewayMetrics(startedAt: .now())
        /// Trips that are counted and still held.
        var held: Set<TripID> = []
    }

    private let state = Mutex(State())

    func update(_ change: (inout GatewayMetrics) -> Void) { self.state.withLock { change(&$0.metrics) } }

    /// - Parameter held: The trips that keep canaries at no weight now.
    func note(_ held: [Trip]) {
        self.state.withLock { state in
            for model in state.metrics.trips.keys { state.metrics.trips[model]?.isTripped = false }
            for trip in held {
                var metrics = state.metrics.trips[trip.model] ?? TripMetrics(trips: 0, isTripped: true)
                metrics.isTripped = true
                if !state.held.contains(trip.id) { metrics.trips += 1 }
                state.metrics.trips[trip.model] = metrics
            }
            state.held = Set(held.map(\.id))
        }
    }

    var text: String { self.state.withLock { $0.metrics }.prometheusText }
}
