import CPostgres

/// Owner of one answer of the server. It is complete and never changes, and needs no connection to be read.
final class PostgresResult {
    let handle: OpaquePointer

    init(owning handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQclear(handle)
    }

    var status: ExecStatusType { PQresultStatus(handle) }

    var rowCount: Int { Int(PQntuples(handle)) }

    /// Name of the command that was run, such as `COMMIT`.
    var command: String { String(cString: PQcmdStatus(handle)) }

    /// Rows inserted, updated, deleted, copied or selected; 0 for other commands.
    var affectedRows: Int { Int(String(cString: PQcmdTuples(handle))) ?? 0 }

    var parameterTypes: [PostgresType] {
        (0..<PQnparams(handle)).map { PostgresType(rawValue: PQparamtype(handle, $0)) }
    }

    /// The error that the server reported in this answer, if it is one.
    func failure(of statement: String) -> PostgresError? {
        switch status {
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR: break
        default: return nil
        }
        let message = field(diagnosticMessage) ?? String(cString: PQresultErrorMessage(handle))
        guard let state = field(diagnosticState) else { return .connection(.lost(message.trimmingLineEnd)) }
        return .server(
            PostgresError.ServerFailure(
                state: SQLState(rawValue: state),
                message: message,
                detail: field(diagnosticDetail),
                hint: field(diagnosticHint),
                constraint: field(diagnosticConstraint),
                table: field(diagnosticTable),
                column: field(diagnosticColumn),
                statement: statement,
                position: field(diagnosticPosition).flatMap { Int($0) }
            )
        )
    }

    private func field(_ code: Int32) -> String? {
        PQresultErrorField(handle, code).map { String(cString: $0) }
    }
}

extension String {
    /// libpq's own messages end with a line feed.
    var trimmingLineEnd: String {
        var text = self
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
