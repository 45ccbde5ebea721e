import Glibc

/// How far a transaction is kept apart from others that run at the same time.
package enum PostgresIsolation: String, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

package enum PostgresAccess: String, Sendable {
    case readWrite = "READ WRITE"
    case readOnly = "READ ONLY"
}

/// How often a transaction is run again after a retryable error, and how long the thread sleeps before each time.
package struct PostgresRetry: Sendable {
    /// Times after the first.
    package let limit: Int
    /// Pause before the `n`th time, from 1.
    package let pause: @Sendable (_ attempt: Int) -> Duration

    package init(limit: Int, pause: @escaping @Sendable (_ attempt: Int) -> Duration) {
        self.limit = limit
        self.pause = pause
    }

    package static let never = PostgresRetry(limit: 0) { _ in .zero }

    /// Five more times, with a random pause below 4, 8, 16, 32 and 64 ms.
    package static let standard = PostgresRetry(limit: 5) { attempt in
        .microseconds(Int64.random(in: 0..<(2_000 << Int64(min(attempt, 10)))))
    }
}

extension PostgresConnection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// Throws what `body` throws, or a `PostgresError`. Statements that fail inside leave nothing to be saved: let
    /// their errors out. Transactions don't nest.
    package func transaction<Result>(
        isolation: PostgresIsolation = .readCommitted,
        access: PostgresAccess = .readWrite,
        _ body: (PostgresConnection) throws -> Result
    ) throws -> Result {
        precondition(!isInTransaction, "transactions don't nest")
        try runCommand("BEGIN ISOLATION LEVEL \(isolation.rawValue) \(access.rawValue)")
        let result: Result
        do {
            result = try body(self)
        } catch {
            rollBack()
            throw error
        }
        try commit()
        return result
    }

    /// A rollback that fails needs no report: it closes the session, which rolls back as well.
    private func rollBack() {
        guard isInTransaction else { return }
        do {
            try runCommand("ROLLBACK")
        } catch {
            close()
        }
    }

    private func commit() throws(PostgresError) {
        let tag: String?
        do {
            tag = try runCommand("COMMIT")
        } catch {
            switch error {
            case .server(let failure) where !failure.state.endsConnection: throw error
            case .connection(.closed): throw error
            default: throw .commitOutcomeUnknown(cause: error.description)
            }
        }
        guard tag == "COMMIT" else { throw .rolledBackAtCommit }
    }
}

extension PostgresPool {
    /// Runs `body` in a transaction on a connection of the pool, again from the start when it was in conflict with
    /// others or lost its connection before COMMIT.
    ///
    /// `body` may run several times: it must do nothing outside the database, and must let `PostgresError`s out.
    /// Throws what `body` throws, or a `PostgresError`; `commitOutcomeUnknown` is never retried.
    package func transaction<Result>(
        isolation: PostgresIsolation = .readCommitted,
        access: PostgresAccess = .readWrite,
        retry: PostgresRetry = .standard,
        _ body: (PostgresConnection) throws -> Result
    ) throws -> Result {
        var attempt = 0
        while true {
            do {
                return try withConnection { connection in
                    try connection.transaction(isolation: isolation, access: access, body)
                }
            } catch let error as PostgresError where error.isRetryable && attempt < retry.limit {
                attempt += 1
                usleep(UInt32(clamping: retry.pause(attempt).wholeMilliseconds * 1_000))
            }
        }
    }
}
