/// What can go wrong between us and PostgreSQL.
package enum PostgresError: Error, Sendable, Equatable {
    /// The server refused a statement; the connection is still good unless the state says that it ended.
    case server(ServerFailure)
    /// No connection could be opened, or an open one was lost.
    case connection(ConnectionFailure)
    /// A limit on waiting was reached.
    case timeout(Timeout)
    /// A parameter does not fit what the statement expects; nothing was sent.
    case encoding(EncodingFailure)
    /// A column does not hold what the reader asks for.
    case decoding(DecodingFailure)
    /// A statement gave another number of rows than its reader can accept.
    case rowCount(statement: String, expected: String, actual: Int)
    /// The connection was lost while COMMIT was under way: the transaction may or may not have happened.
    /// Read the database before doing it again.
    case commitOutcomeUnknown(cause: String)
    /// COMMIT was asked for, but an earlier error in the transaction had been swallowed, so the server rolled back.
    case rolledBackAtCommit
    /// The pool has been closed.
    case poolClosed(pool: String)

    /// The same transaction may succeed when it is run again from its start on a fresh connection.
    ///
    /// True for serialization failures, deadlocks and connections lost before COMMIT was sent. A statement outside
    /// a transaction that loses its connection may have taken effect: only a caller that knows it to be idempotent
    /// may repeat it.
    package var isRetryable: Bool {
        switch self {
        case .server(let failure): failure.state.isConflict || failure.state.endsConnection
        case .connection: true
        case .timeout, .encoding, .decoding, .rowCount, .commitOutcomeUnknown, .rolledBackAtCommit, .poolClosed: false
        }
    }

    /// The state the server gave, when the server answered at all.
    package var sqlState: SQLState? {
        guard case .server(let failure) = self else { return nil }
        return failure.state
    }

    /// The constraint that was violated, when that is what happened.
    package var violatedConstraint: String? {
        guard case .server(let failure) = self else { return nil }
        return failure.constraint
    }
}

extension PostgresError {
    /// An error message of the server, with the names it gives to what was violated.
    package struct ServerFailure: Sendable, Equatable {
        package let state: SQLState
        package let message: String
        package let detail: String?
        package let hint: String?
        package let constraint: String?
        package let table: String?
        package let column: String?
        /// Name of the statement that failed, or the beginning of the script.
        package let statement: String
        /// Where in the SQL the error was found, in characters from 1.
        package let position: Int?

        package init(
            state: SQLState,
            message: String,
            detail: String? = nil,
            hint: String? = nil,
            constraint: String? = nil,
            table: String? = nil,
            column: String? = nil,
            statement: String,
            position: Int? = nil
        ) {
            self.state = state
            self.message = message
            self.detail = detail
            self.hint = hint
            self.constraint = constraint
            self.table = table
            self.column = column
            self.statement = statement
            self.position = position
        }
    }

    package enum ConnectionFailure: Sendable, Equatable {
        /// No session could be opened; the text says why.
        case refused(String)
        /// An open session ended; the text says why.
        case lost(String)
        /// `close()` was called before.
        case closed
    }

    package enum Timeout: Sendable, Equatable {
        /// No session within this time.
        case connect(after: Duration)
        /// No answer to a statement within this time; the connection was given up.
        case response(statement: String, after: Duration)
        /// No free connection in the pool within this time.
        case pool(name: String, connections: Int, after: Duration)
    }

    package struct EncodingFailure: Sendable, Equatable {
        package let statement: String
        /// Position of the parameter, from 1 like `$1`.
        package let parameter: Int
        package let reason: String

        package init(statement: String, parameter: Int, reason: String) {
            self.statement = statement
            self.parameter = parameter
            self.reason = reason
        }
    }

    package struct DecodingFailure: Sendable, Equatable {
        package let statement: String
        package let column: String
        /// Swift type that was asked for.
        package let requested: String
        package let reason: String

        package init(statement: String, column: String, requested: String, reason: String) {
            self.statement = statement
            self.column = column
            self.requested = requested
            self.reason = reason
        }
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .server(let failure): failure.description
        case .connection(.refused(let reason)): "cannot connect to PostgreSQL: \(reason)"
        case .connection(.lost(let reason)): "connection to PostgreSQL lost: \(reason)"
        case .connection(.closed): "connection to PostgreSQL is closed"
        case .timeout(.connect(let limit)): "no connection to PostgreSQL within \(limit)"
        case .timeout(.response(let statement, let limit)):
            "no answer from PostgreSQL to '\(statement)' within \(limit), connection given up"
        case .timeout(.pool(let name, let connections, let limit)):
            "all \(connections) connections of pool '\(name)' were in use for \(limit)"
        case .encoding(let failure):
            "parameter $\(failure.parameter) of '\(failure.statement)': \(failure.reason)"
        case .decoding(let failure):
            "column '\(failure.column)' of '\(failure.statement)' as \(failure.requested): \(failure.reason)"
        case .rowCount(let statement, let expected, let actual):
            "'\(statement)' gave \(actual) rows where \(expected) was expected"
        case .commitOutcomeUnknown(let cause): "outcome of COMMIT unknown: \(cause)"
        case .rolledBackAtCommit: "transaction was rolled back at COMMIT because a statement in it had failed"
        case .poolClosed(let pool): "pool '\(pool)' is closed"
        }
    }
}

extension PostgresError.ServerFailure: CustomStringConvertible {
    package var description: String {
        var text = "'\(statement)' failed with \(state): \(message)"
        if let detail { text += "; \(detail)" }
        if let hint { text += "; hint: \(hint)" }
        if let position { text += "; at character \(position)" }
        return text
    }
}
