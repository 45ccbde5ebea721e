import PostgresClient
import RolloutCore
import RolloutEngine

extension PostgresRolloutTransaction {
    /// As many as anybody looks at; a rollout has one for each gateway, as a rule.
    private static let listedTrips: Int64 = 100

    func waitingTrip(of rollout: RolloutID) throws -> StoredTrip? {
        try self.connection.query(TripStatements.selectWaiting, [.int64(rollout.number)]).atMostOne().map(
            StoredTrip.init(row:)
        )
    }

    func trips(of rollout: RolloutID) throws -> [StoredTrip] {
        try self.connection.query(
            TripStatements.selectByRollout,
            [.int64(rollout.number), .int64(Self.listedTrips)]
        ).map(StoredTrip.init(row:))
    }

    func answer(_ trip: TripID, with decision: Int64) throws {
        let changed = try self.connection.execute(TripStatements.answer, [.text(trip.text), .int64(decision)])
        guard changed == 1 else { throw CorruptRow(description: "trip \(trip) has vanished or was answered") }
    }

    func acknowledge(_ trip: TripID) throws {
        let changed = try self.connection.execute(TripStatements.acknowledge, [.text(trip.text)])
        guard changed == 1 else { throw CorruptRow(description: "trip \(trip) has vanished or was answered") }
    }
}
