package import RolloutCore

/// A trip that a gateway holds, as the gateway itself tells it.
package struct LocalTripResponse: Codable, Equatable, Sendable {
    package let id: TripID
    package let model: ModelName
    /// Absent while the gateway knows of no rollout.
    package let rollout: RolloutID?
    /// Whose weight is 0; absent while the gateway knows of none.
    package let canary: VersionName?
    package let at: Timestamp
    package let actor: String
    package let cause: RollbackCause
    package let reason: String
    /// Whether the controller's store has it.
    package let isRecorded: Bool

    package init(_ trip: Trip, isRecorded: Bool) {
        self.id = trip.id
        self.model = trip.model
        self.rollout = trip.rollout
        self.canary = trip.canary
        self.at = trip.at
        self.actor = trip.actor.description
        self.cause = trip.cause.rollback
        self.reason = trip.reason
        self.isRecorded = isRecorded
    }
}

/// `POST /v1/models/{model}/rollback` at a gateway's own socket.
package struct LocalRollbackResponse: Codable, Equatable, Sendable {
    /// False when an earlier trip keeps the canary at no weight already, and when there is nothing to keep so.
    package let changed: Bool
    package let message: String
    /// Absent when there was nothing to do.
    package let trip: LocalTripResponse?
    /// From the order to the moment from which no event loop of this gateway sends the canary a new request.
    package let milliseconds: Double
    /// Whether it lasts through a restart of the gateway: its file is written.
    package let isKept: Bool

    package init(changed: Bool, message: String, trip: LocalTripResponse?, milliseconds: Double, isKept: Bool) {
        self.changed = changed
        self.message = message
        self.trip = trip
        self.milliseconds = milliseconds
        self.isKept = isKept
    }
}
