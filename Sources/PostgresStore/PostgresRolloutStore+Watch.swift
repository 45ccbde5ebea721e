import PostgresClient
package import RolloutCore
package import RolloutEngine

extension PostgresRolloutStore: WatchStore {
    package func heldFence(holder: String) throws -> Int64? {
        try self.pool.withConnection { connection in
            try connection.query(WatchStatements.heldFence, [.text(holder)]).atMostOne()?.decode(
                "fence",
                as: Int64.self
            )
        }
    }

    package func watchedModels() throws -> [ModelName] {
        try self.pool.withConnection { connection in
            try connection.query(WatchStatements.watchedModels).map { try ModelName($0.decode("name")) }
        }
    }

    package func watch<Result>(
        _ model: ModelName,
        fence: Int64?,
        _ body: (any WatchTransaction) throws -> Result
    ) throws -> Result? {
        try self.pool.transaction(isolation: .readCommitted, access: .readWrite, retry: .standard) { connection in
            _ = try connection.query(WatchStatements.orderWatches, [.text(model.text)])
            if let fence, try connection.query(WatchStatements.isHeld, [.int64(fence)]).isEmpty { return nil }
            let now = try connection.query(ModelStatements.now).exactlyOne().timestamp("now")
            return try body(PostgresWatchTransaction(connection: connection, model: model, now: now))
        }
    }

    package func keepHouse() throws {
        let predictionDays = PostgresParameter.int32(Int32(ModelSignals().predictionDays))
        let labelDays = PostgresParameter.int32(Int32(Model.leastLabelDays))
        let chores: [(PostgresStatement, [PostgresParameter])] = [
            (PredictionStatements.keepPredictions, [predictionDays]), (PredictionStatements.keepPayloads, []),
            (LabelStatements.keepLabels, [labelDays]), (PredictionStatements.forgetPredictions, [predictionDays]),
            (PredictionStatements.forgetPayloads, []),
            (ProfileStatements.forgetMinutes, []), (WatchStatements.forgetHours, []),
            (WatchStatements.forgetFindings, []), (TelemetryStatements.forgetDetails, []),
        ]
        var failure: (any Error)?
        for (statement, parameters) in chores {
            // Each is a transaction of its own, and one that others are in the way of doesn't keep the rest from its turn.
            do { _ = try self.pool.withConnection { try $0.query(statement, parameters) } } catch { failure = error }
        }
        do { try self.forgetPending(predictionDays) } catch { failure = error }
        if let failure { throw failure }
    }

    private static let forgottenAtOnce = 20_000
    private static let forgettingLimit = Duration.seconds(5)

    /// Kept feedback can come faster than a round forgets one lot of it: forgets on until there is little left, within limits.
    private func forgetPending(_ predictionDays: PostgresParameter) throws {
        let end = ContinuousClock.now + Self.forgettingLimit
        let scope = [predictionDays, .int64(Int64(Self.forgottenAtOnce))]
        while try self.pool.withConnection({ try $0.execute(LabelStatements.forgetPending, scope) })
            >= Self.forgottenAtOnce, ContinuousClock.now < end
        {}
    }
}
