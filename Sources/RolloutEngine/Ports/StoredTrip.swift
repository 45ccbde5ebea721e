package import RolloutCore

/// A trip that a gateway has told, and what came of it.
package struct StoredTrip: Hashable, Sendable {
    /// By the store's clock.
    package let trip: Trip
    /// The start of the gateway that told it.
    package let replica: String
    package let recordedAt: Timestamp
    /// The rollout's decision that followed it; nil when the rollout has ended without it.
    package let decision: Int64?
    /// When the controller went on in spite of it.
    package let acknowledgedAt: Timestamp?

    package init(
        trip: Trip,
        replica: String,
        recordedAt: Timestamp,
        decision: Int64? = nil,
        acknowledgedAt: Timestamp? = nil
    ) {
        self.trip = trip
        self.replica = replica
        self.recordedAt = recordedAt
        self.decision = decision
        self.acknowledgedAt = acknowledgedAt
    }
}
