import CPostgres

extension PostgresConnection {
    /// Runs a statement and gives its rows.
    ///
    /// It is prepared at its first use in the session. Outside a transaction it is a transaction of its own.
    @discardableResult
    package func query(
        _ statement: PostgresStatement,
        _ parameters: [PostgresParameter] = []
    ) throws(PostgresError) -> PostgresRows {
        PostgresRows(try run(statement, parameters), of: statement.name)
    }

    /// Runs a statement whose rows are of no interest.
    /// - Returns: rows inserted, updated or deleted.
    @discardableResult
    package func execute(
        _ statement: PostgresStatement,
        _ parameters: [PostgresParameter] = []
    ) throws(PostgresError) -> Int {
        try run(statement, parameters).affectedRows
    }

    /// Runs any number of statements separated by semicolons, in one transaction unless one is open or the script
    /// has its own. Each statement has the time limit of a statement.
    package func execute(script: String) throws(PostgresError) {
        try runCommand(script)
    }

    /// Prepares a statement without running it, which checks it against the schema.
    package func prepare(_ statement: PostgresStatement) throws(PostgresError) {
        _ = try parameterTypes(of: statement)
    }

    /// Runs SQL without parameters and gives the command tag of its last statement.
    @discardableResult
    func runCommand(_ sql: String) throws(PostgresError) -> String? {
        let label = Self.label(ofScript: sql)
        guard !sql.utf8.contains(0) else {
            throw .encoding(
                PostgresError.EncodingFailure(statement: label, parameter: 0, reason: "the script contains NUL")
            )
        }
        try send(label) { PQsendQuery($0, sql) }
        return try finish(label)?.command
    }

    private func run(
        _ statement: PostgresStatement,
        _ parameters: [PostgresParameter]
    ) throws(PostgresError) -> PostgresResult {
        let types = try parameterTypes(of: statement)
        let encoded = try EncodedParameters(parameters, as: types, for: statement)
        try send(statement.name) { handle in
            encoded.withPointers { values, lengths, formats in
                PQsendQueryPrepared(
                    handle,
                    statement.name,
                    encoded.count,
                    values,
                    lengths,
                    formats,
                    WireFormat.binary.rawValue
                )
            }
        }
        return try answered(statement)
    }

    /// The types the server expects for `$1`, `$2`, …: it infers them once, when the statement is prepared.
    private func parameterTypes(of statement: PostgresStatement) throws(PostgresError) -> [PostgresType] {
        if let types = preparedTypes[statement.name] { return types }
        try send(statement.name) { PQsendPrepare($0, statement.name, statement.sql, 0, nil) }
        try finish(statement.name)
        try send(statement.name) { PQsendDescribePrepared($0, statement.name) }
        let types = try answered(statement).parameterTypes
        preparedTypes[statement.name] = types
        return types
    }

    private func answered(_ statement: PostgresStatement) throws(PostgresError) -> PostgresResult {
        guard let result = try finish(statement.name) else {
            throw givenUp(because: .connection(.lost("no answer to '\(statement.name)'")))
        }
        return result
    }
}
