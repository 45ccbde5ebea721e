import CPostgres
import Glibc

extension PostgresConnection {
    /// Writes many rows with `COPY table (columns) FROM STDIN (FORMAT binary)`.
    ///
    /// Each value must have the type of its column exactly: `int32` for integer, `int64` for bigint, `double` for
    /// double precision, `text` for text and enums, `json` for jsonb. All rows are written or none.
    /// - Returns: rows written.
    @discardableResult
    package func copyIn(
        _ statement: PostgresStatement,
        rows: some Sequence<[PostgresParameter]>
    ) throws(PostgresError) -> Int {
        try send(statement.name) { PQsendQuery($0, statement.sql) }
        try expectCopyIn(statement)
        var wire = WireBytes()
        wire.append(CopyFormat.head)
        do {
            for row in rows {
                try CopyFormat.append(row, of: statement, to: &wire)
                if wire.bytes.count >= CopyFormat.chunk { try put(&wire, statement) }
            }
            wire.append(CopyFormat.end)
            try put(&wire, statement)
        } catch {
            try endCopy(statement, abandoning: "the client could not encode a row")
            _ = try? finish(statement.name)
            throw error
        }
        try endCopy(statement, abandoning: nil)
        return try finish(statement.name)?.affectedRows ?? 0
    }

    private func expectCopyIn(_ statement: PostgresStatement) throws(PostgresError) {
        guard let result = try nextResult(statement.name) else {
            throw givenUp(because: .connection(.lost("no answer to '\(statement.name)'")))
        }
        if result.status == PGRES_COPY_IN { return }
        if let failure = result.failure(of: statement.name) {
            try finish(statement.name)
            throw noted(failure)
        }
        throw givenUp(because: .connection(.lost("'\(statement.name)' is no COPY FROM STDIN")))
    }

    private func put(_ wire: inout WireBytes, _ statement: PostgresStatement) throws(PostgresError) {
        let handle = try openHandle()
        let outcome = wire.bytes.withUnsafeBytes { buffer in
            PQputCopyData(handle, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count))
        }
        // In non-blocking mode 0 means that libpq could not even buffer the data.
        guard outcome == 1 else { throw lost(handle) }
        try flush(handle, statement.name)
        wire.removeAll()
    }

    private func endCopy(_ statement: PostgresStatement, abandoning reason: String?) throws(PostgresError) {
        let handle = try openHandle()
        guard PQputCopyEnd(handle, reason) == 1 else { throw lost(handle) }
        try flush(handle, statement.name)
    }
}

/// The binary file format of COPY (PostgreSQL manual, COPY, "Binary Format").
private enum CopyFormat {
    /// Signature, flags, and length of the extension, both 0.
    static let head: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + Array(repeating: 0, count: 8)
    static let end: [UInt8] = [0xFF, 0xFF]
    /// Rows are sent when this many bytes have been gathered.
    static let chunk = 64 * 1024

    static func append(
        _ row: [PostgresParameter],
        of statement: PostgresStatement,
        to wire: inout WireBytes
    ) throws(PostgresError) {
        wire.append(Int16(clamping: row.count))
        for (index, value) in row.enumerated() {
            let lengthAt = wire.bytes.count
            wire.append(Int32(-1))
            do {
                guard try value.appendNatural(to: &wire) else { continue }
            } catch {
                throw .encoding(
                    PostgresError.EncodingFailure(statement: statement.name, parameter: index + 1, reason: error.reason)
                )
            }
            wire.overwrite(at: lengthAt, with: Int32(clamping: wire.bytes.count - lengthAt - 4))
        }
    }
}
