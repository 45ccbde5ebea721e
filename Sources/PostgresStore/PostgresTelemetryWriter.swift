package import PostgresClient
package import RolloutCore

/// Writes telemetry windows and gateway reports for one gateway.
package struct PostgresTelemetryWriter: Sendable {
    private let pool: PostgresPool
    private let replica: String
    private let name: String

    /// - Parameters:
    ///   - replica: Of this start of the gateway; the same as in its windows.
    ///   - name: What people call the gateway.
    package init(pool: PostgresPool, replica: String, name: String) {
        self.pool = pool
        self.replica = replica
        self.name = name
    }

    /// Writes the window with all its cells, once: a window that is there already is left as it is.
    package func write(_ window: TelemetryWindow) throws {
        try self.pool.transaction(isolation: .readCommitted, access: .readWrite, retry: .standard) { connection in
            let inserted = try connection.execute(
                TelemetryStatements.insertWindow,
                [
                    .text(window.replica), .int64(window.sequence), window.start.parameter, window.end.parameter,
                    .int64(window.droppedRequests),
                ]
            )
            guard inserted == 1 else { return }
            for cell in window.cells {
                _ = try connection.execute(TelemetryStatements.insertCell, cell.parameters(of: window))
            }
        }
    }

    /// Tells that this gateway is alive and routes by `generation`.
    package func report(appliedGeneration generation: Int64) throws {
        _ = try self.pool.withConnection {
            try $0.execute(
                LeadershipStatements.reportGateway,
                [.text(self.replica), .text(self.name), .int64(generation)]
            )
        }
    }
}
