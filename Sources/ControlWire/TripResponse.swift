package import RolloutCore

/// What a gateway did by itself, as the controller has it.
package struct TripResponse: Codable, Equatable, Sendable {
    package let id: TripID
    /// When the canary lost its traffic there.
    package let at: Timestamp
    /// What people call the gateway.
    package let gateway: String
    /// `gateway:NAME` for a hard stop that it met by itself, `operator:NAME` for an order by hand.
    package let actor: String
    /// `hardStop` or `operator`.
    package let cause: RollbackCause
    package let reason: String
    /// When the controller heard of it.
    package let recordedAt: Timestamp
    /// Number of the decision that followed it; absent when the rollout ended without it.
    package let decision: Int64?
    /// When the controller went on in spite of it; absent otherwise.
    package let acknowledgedAt: Timestamp?

    package init(_ trip: Trip, recordedAt: Timestamp, decision: Int64?, acknowledgedAt: Timestamp?) {
        self.id = trip.id
        self.at = trip.at
        self.gateway = trip.gateway
        self.actor = trip.actor.description
        self.cause = trip.cause.rollback
        self.reason = trip.reason
        self.recordedAt = recordedAt
        self.decision = decision
        self.acknowledgedAt = acknowledgedAt
    }
}
