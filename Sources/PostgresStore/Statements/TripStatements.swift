import PostgresClient

enum TripStatements {
    static let all = [insert, selectWaiting, selectByRollout, answer, acknowledge]

    /// Affects no row when the trip is there already.
    static let insert = PostgresStatement(
        "insert_trip",
        """
        INSERT INTO trips (id, model, rollout, replica, trip, happened_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO NOTHING
        """
    )
    /// The first one decides; those of other gateways say the same.
    static let selectWaiting = PostgresStatement(
        "select_waiting_trip",
        """
        SELECT trip, replica, happened_at, recorded_at, decision, acknowledged_at FROM trips
        WHERE rollout = $1 AND decision IS NULL AND acknowledged_at IS NULL ORDER BY happened_at, id LIMIT 1
        """
    )
    static let selectByRollout = PostgresStatement(
        "select_trips",
        """
        SELECT trip, replica, happened_at, recorded_at, decision, acknowledged_at FROM trips
        WHERE rollout = $1 ORDER BY happened_at, id LIMIT $2
        """
    )
    static let answer = PostgresStatement(
        "answer_trip",
        "UPDATE trips SET decision = $2 WHERE id = $1 AND decision IS NULL AND acknowledged_at IS NULL"
    )
    static let acknowledge = PostgresStatement(
        "acknowledge_trip",
        "UPDATE trips SET acknowledged_at = now() WHERE id = $1 AND decision IS NULL AND acknowledged_at IS NULL"
    )
}
