package import PostgresClient
package import RolloutCore
package import RolloutEngine

/// Labels in PostgreSQL.
package struct PostgresFeedbackStore: FeedbackStore {
    private let pool: PostgresPool

    package init(pool: PostgresPool) { self.pool = pool }

    package func record<Result>(
        for model: ModelName,
        _ body: (any FeedbackTransaction) throws -> Result
    ) throws -> Result {
        try self.pool.transaction(isolation: .readCommitted, access: .readWrite, retry: .standard) { connection in
            _ = try connection.query(LabelStatements.orderFeedback, [.text(model.text)])
            let now = try connection.query(ModelStatements.now).exactlyOne().timestamp("now")
            return try body(PostgresFeedbackTransaction(connection: connection, name: model, now: now))
        }
    }

    package func modelsWithDueFeedback() throws -> [ModelName] {
        try self.pool.withConnection { connection in
            try connection.query(LabelStatements.modelsWithDuePending).map { try ModelName($0.decode("name")) }
        }
    }
}
