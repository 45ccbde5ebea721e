package import RolloutCore

/// What a gateway does at one moment.
package struct GatewayState: Sendable {
    /// As applied: without the trials that have tripped. Generation 0 before the first routes.
    package let routes: RouteSnapshot
    /// Trips that stand against the routes that came, oldest first, and whether the controller's store has each.
    package let trips: [(trip: Trip, isRecorded: Bool)]
    /// Requests whose answer isn't complete.
    package let inFlight: Int
    /// Of clients.
    package let connections: Int
}
