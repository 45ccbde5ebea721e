import PostgresClient

/// Looks into the database behind the service's back.
struct DatabaseProbe: Sendable {
    let url: String

    /// The column `number` of the only row.
    func number(_ statement: PostgresStatement) async throws -> Int64 {
        let url = self.url
        return try await blocking {
            let connection = try PostgresConnection(PostgresConfiguration(url: url))
            defer { connection.close() }
            return try connection.query(statement).exactlyOne().decode("number", as: Int64.self)
        }
    }

    /// Requests of all telemetry, whatever became of them.
    func countedRequests() async throws -> Int64 {
        try await self.number(
            PostgresStatement(
                "counted_requests",
                """
                SELECT coalesce(sum(success + client_error + server_error + timeout + connect_failure + upstream_failure + client_aborted
                    + gateway_failure + saturated),
                    0)::bigint AS number FROM telemetry_cells
                """
            )
        )
    }

    /// Waits until as many requests are counted as were served, which must be exactly that many at last.
    func awaitCounted(_ requests: Int, within seconds: Double = 15) async throws {
        var counted: Int64 = -1
        do {
            try await eventually("every request is counted once", within: seconds) {
                counted = try await self.countedRequests()
                return counted == Int64(requests)
            }
        } catch let error as NotInTime {
            throw NotInTime(description: "\(error); counted \(counted) of \(requests)")
        }
    }

    /// Requests of which telemetry tells no more than that they were.
    func droppedRequests() async throws -> Int64 {
        try await self.number(
            PostgresStatement(
                "dropped_requests",
                "SELECT coalesce(sum(dropped_requests), 0)::bigint AS number FROM telemetry_windows"
            )
        )
    }

    func telemetryRows() async throws -> Int64 {
        try await self.number(
            PostgresStatement(
                "telemetry_rows",
                "SELECT ((SELECT count(*) FROM telemetry_windows) + (SELECT count(*) FROM telemetry_cells))::bigint AS number"
            )
        )
    }
}
