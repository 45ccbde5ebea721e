import Foundation
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
    ///
    /// Its times are brought to the database's clock, by which the loop judges: a gateway whose clock is off is judged all the same.
    package func write(_ window: TelemetryWindow) throws {
        try self.pool.transaction(isolation: .readCommitted, access: .readWrite, retry: .standard) { connection in
            let window = window.shifted(bySeconds: try self.clockSkew(connection))
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
            try Self.insert(window.predictions, connection)
            try Self.insert(window.payloads, connection)
            try Self.count(window.pinned, until: window.end, connection)
        }
    }

    /// Records the trip, once: one that is there already is left as it is. Its time is brought to the database's clock.
    package func record(_ trip: Trip) throws {
        _ = try self.pool.withConnection { connection in
            let moment = trip.at.adding(seconds: try self.clockSkew(connection))
            return try connection.execute(
                TripStatements.insert,
                try trip.parameters(replica: self.replica, happenedAt: moment)
            )
        }
    }

    private static func insert(_ predictions: [PredictionRecord], _ connection: PostgresConnection) throws {
        guard !predictions.isEmpty else { return }
        let rows = try StoredJSON.parameter(predictions.compactMap(InsertedPrediction.init))
        _ = try connection.execute(PredictionStatements.insert, [rows])
    }

    private static func insert(_ payloads: [PayloadSample], _ connection: PostgresConnection) throws {
        guard !payloads.isEmpty else { return }
        let rows = try StoredJSON.parameter(payloads.map(InsertedPayload.init))
        _ = try connection.execute(PredictionStatements.insertPayloads, [rows])
    }

    private static func count(
        _ pinned: [PinnedTally],
        until end: Timestamp,
        _ connection: PostgresConnection
    ) throws {
        guard !pinned.isEmpty else { return }
        let rows = try StoredJSON.parameter(InsertedPinned.rows(pinned))
        _ = try connection.execute(CareStatements.countPinned, [rows, end.parameter])
    }

    /// The database's clock less ours in seconds; 0 when they agree within one, as the way there takes some time, too.
    private func clockSkew(_ connection: PostgresConnection) throws -> Double {
        let ours = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
        let skew = try connection.query(ModelStatements.now).exactlyOne().timestamp("now").seconds(since: ours)
        return abs(skew) < 1 ? 0 : skew
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

extension TelemetryWindow {
    fileprivate func shifted(bySeconds seconds: Double) -> TelemetryWindow {
        guard seconds != 0 else { return self }
        return TelemetryWindow(
            replica: self.replica,
            sequence: self.sequence,
            start: self.start.adding(seconds: seconds),
            end: self.end.adding(seconds: seconds),
            droppedRequests: self.droppedRequests,
            cells: self.cells,
            predictions: self.predictions,
            payloads: self.payloads,
            pinned: self.pinned
        )
    }
}
