import PostgresClient
import RolloutCore
import RolloutEngine

extension StoredTrip {
    init(row: PostgresRow) throws {
        var trip: Trip = try StoredJSON.decode(row.decode("trip", as: String.self))
        trip.at = try row.timestamp("happened_at")
        self.init(
            trip: trip,
            replica: try row.decode("replica"),
            recordedAt: try row.timestamp("recorded_at"),
            decision: try row.decode("decision"),
            acknowledgedAt: try row.optionalTimestamp("acknowledged_at")
        )
    }
}

extension Trip {
    /// - Parameter moment: When it happened, by the store's clock.
    func parameters(replica: String, happenedAt moment: Timestamp) throws -> [PostgresParameter] {
        [
            .text(self.id.text), .text(self.model.text), .optional(self.rollout?.number), .text(replica),
            try StoredJSON.parameter(self), moment.parameter,
        ]
    }
}
