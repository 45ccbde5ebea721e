import CPostgres

/// The rows a statement gave, in the server's order.
///
/// Confined to the thread that asked; decode what must travel.
package struct PostgresRows: Sequence {
    let result: PostgresResult
    let statement: String
    private let columns: [String: Int32]

    init(_ result: PostgresResult, of statement: String) {
        self.result = result
        self.statement = statement
        var columns: [String: Int32] = [:]
        for index in 0..<PQnfields(result.handle) {
            columns[String(cString: PQfname(result.handle, index))] = index
        }
        self.columns = columns
    }

    package var count: Int { result.rowCount }

    package var isEmpty: Bool { count == 0 }

    /// Names of the columns, in no particular order.
    package var columnNames: [String] { Array(columns.keys) }

    package subscript(index: Int) -> PostgresRow {
        precondition(index >= 0 && index < count, "row \(index) of \(count)")
        return PostgresRow(rows: self, index: Int32(index))
    }

    package func makeIterator() -> AnyIterator<PostgresRow> {
        var next = 0
        return AnyIterator {
            guard next < count else { return nil }
            defer { next += 1 }
            return self[next]
        }
    }

    /// The one row that there must be.
    package func exactlyOne() throws(PostgresError) -> PostgresRow {
        guard count == 1 else { throw .rowCount(statement: statement, expected: "one row", actual: count) }
        return self[0]
    }

    /// The row that there may be.
    package func atMostOne() throws(PostgresError) -> PostgresRow? {
        guard count <= 1 else { throw .rowCount(statement: statement, expected: "at most one row", actual: count) }
        return isEmpty ? nil : self[0]
    }

    /// All rows, each turned into a value.
    package func decode<Value, Failure: Error>(
        _ transform: (PostgresRow) throws(Failure) -> Value
    ) throws(Failure) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for index in 0..<count { values.append(try transform(self[index])) }
        return values
    }

    func position(of column: String) -> Int32? { columns[column] }
}

/// One row; columns are read by name.
package struct PostgresRow {
    let rows: PostgresRows
    let index: Int32

    /// The value of a column, checked against the type the server gave it.
    ///
    /// Ask for an optional where the column can be NULL.
    package func decode<Value: PostgresDecodable>(
        _ column: String,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard let position = rows.position(of: column) else {
            throw failure(column, type, "there is no such column")
        }
        do {
            return try Value.decode(cell(at: position))
        } catch {
            throw failure(column, type, error.reason)
        }
    }

    private func cell(at position: Int32) -> PostgresCell {
        let handle = rows.result.handle
        let type = PostgresType(rawValue: PQftype(handle, position))
        guard PQgetisnull(handle, index, position) == 0 else { return PostgresCell(type: type, bytes: nil) }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(handle, index, position),
            count: Int(PQgetlength(handle, index, position))
        )
        return PostgresCell(type: type, bytes: bytes)
    }

    private func failure(_ column: String, _ type: Any.Type, _ reason: String) -> PostgresError {
        .decoding(
            PostgresError.DecodingFailure(
                statement: rows.statement,
                column: column,
                requested: "\(type)",
                reason: reason
            )
        )
    }
}
