import ProxyCore
import RolloutCore

extension GatewayServer {
    /// Takes the traffic away from a canary on an operator's word, whether or not the controller and its store can be asked.
    ///
    /// Blocks until every loop has done so and the trip is on disk; not to be called on a loop. Repeating it does nothing more.
    package func trip(_ order: TripOrder) -> TripOrder.Result {
        let start = ContinuousClock.now
        let outcome = self.routes.trip(order.model) { route in
            let isKnown = order.rollout == nil || order.rollout == route?.rollout
            let canary = route?.rollout == nil ? nil : route?.arms.first { $0.cohort == .canary }?.version
            return Trip(
                id: .random(),
                model: order.model,
                rollout: order.rollout ?? route?.rollout,
                canary: isKnown ? canary : nil,
                generation: route?.generation ?? 0,
                cause: .operator(name: order.name, reason: order.reason),
                at: .now(),
                gateway: self.name
            )
        }
        let (effect, trip): (TripOrder.Result.Effect, Trip?) =
            switch outcome.addition {
            case .held(let made): (.done, made)
            case .already(let earlier): (.already, earlier)
            case .past: (.nothingToDo, nil)
            }
        return TripOrder.Result(
            effect: effect,
            trip: trip,
            isKept: outcome.isKept,
            isRecorded: trip.map { self.routes.isTold($0.id) } ?? false,
            duration: outcome.appliedAt - start
        )
    }

    package var state: GatewayState {
        let (routes, trips) = self.routes.view
        let load = self.loops.load
        return GatewayState(
            routes: routes,
            trips: trips.map { ($0, self.routes.isTold($0.id)) },
            inFlight: load.inFlight,
            connections: load.connections
        )
    }
}
