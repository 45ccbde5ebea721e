package import PostgresClient
package import RolloutCore
package import RolloutEngine

/// Rollouts in PostgreSQL.
package struct PostgresRolloutStore: RolloutStore {
    let pool: PostgresPool

    package init(pool: PostgresPool) { self.pool = pool }

    package func write<Result>(_ body: (any RolloutTransaction) throws -> Result) throws -> Result {
        do {
            return try self.transaction(.readWrite, body)
        } catch let error as PostgresError where error.sqlState == .uniqueViolation {
            // Two transactions made the same thing at once and the other one won: seen from its result, this one decides anew.
            return try self.transaction(.readWrite, body)
        }
    }

    package func read<Result>(_ body: (any RolloutView) throws -> Result) throws -> Result {
        try self.transaction(.readOnly, body)
    }

    /// Writers lock what they decide on, so they read what others committed while they waited; readers want one moment.
    private func transaction<Result>(_ access: PostgresAccess, _ body: (PostgresRolloutTransaction) throws -> Result)
        throws -> Result
    {
        let isolation: PostgresIsolation = access == .readWrite ? .readCommitted : .repeatableRead
        return try self.pool.transaction(isolation: isolation, access: access, retry: .standard) { connection in
            let now = try connection.query(ModelStatements.now).exactlyOne().timestamp("now")
            return try body(PostgresRolloutTransaction(connection: connection, now: now))
        }
    }

    package func acquireLease(holder: String, duration: Duration) throws -> Int64? {
        let parts = duration.components
        let seconds = Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
        return try self.pool.withConnection { connection in
            try connection.query(LeadershipStatements.acquire, [.text(holder), .double(seconds)]).atMostOne()?.decode(
                "fence",
                as: Int64.self
            )
        }
    }

    package func releaseLease(holder: String) throws {
        _ = try self.pool.withConnection { try $0.execute(LeadershipStatements.release, [.text(holder)]) }
    }

    package func forget(before limit: Timestamp, outsideRollouts: Timestamp) throws {
        try self.pool.withConnection { connection in
            _ = try connection.execute(EvidenceStatements.forgetCells, [outsideRollouts.parameter])
            _ = try connection.execute(TelemetryStatements.forgetWindows, [limit.parameter])
            _ = try connection.execute(LeadershipStatements.forgetGateways, [limit.parameter])
        }
    }
}

/// Every statement the store uses, so that a test can hold all of them against the schema.
package enum StoreStatements {
    package static let all: [PostgresStatement] =
        ModelStatements.all + RolloutStatements.all + RouteStatements.all + TelemetryStatements.all
        + EvidenceStatements.all + PredictionStatements.all + LabelStatements.all + ProfileStatements.all
        + WatchStatements.all + LeadershipStatements.all + TripStatements.all + CareStatements.all
}
