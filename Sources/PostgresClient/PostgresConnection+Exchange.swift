import CPostgres
import Glibc

/// Sending and receiving on the non-blocking socket.
extension PostgresConnection {
    /// The label in errors for SQL that has no name: its beginning.
    static func label(ofScript script: String) -> String {
        String(script.prefix(60))
    }

    /// Hands a request to libpq and waits until all of it has been sent.
    func send(_ statement: String, _ request: (OpaquePointer) -> Int32) throws(PostgresError) {
        let handle = try openHandle()
        guard request(handle) == 1 else { throw lost(handle) }
        try flush(handle, statement)
    }

    /// Sends what libpq still holds, reading meanwhile, since a server that can't write doesn't read either.
    func flush(_ handle: OpaquePointer, _ statement: String) throws(PostgresError) {
        let deadline = Deadline(after: configuration.responseTimeout)
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1: break
            default: throw lost(handle)
            }
            try wait(handle, for: POLLIN | POLLOUT, until: deadline, statement)
            guard PQconsumeInput(handle) == 1 else { throw lost(handle) }
        }
    }

    func wait(
        _ handle: OpaquePointer,
        for events: Int32,
        until deadline: Deadline,
        _ statement: String
    ) throws(PostgresError) {
        guard Self.pollSocket(of: handle, for: events, until: deadline) else {
            throw givenUp(because: .timeout(.response(statement: statement, after: deadline.limit)))
        }
    }

    /// The next result of the request under way; nil when the server is ready for another request.
    func nextResult(_ statement: String) throws(PostgresError) -> PostgresResult? {
        let handle = try openHandle()
        let deadline = Deadline(after: configuration.responseTimeout)
        while PQisBusy(handle) == 1 {
            try wait(handle, for: POLLIN, until: deadline, statement)
            guard PQconsumeInput(handle) == 1 else { throw lost(handle) }
        }
        return PQgetResult(handle).map { PostgresResult(owning: $0) }
    }

    /// Reads all results of a request; the last one is returned, the first failure is thrown after all were read.
    @discardableResult
    func finish(_ statement: String) throws(PostgresError) -> PostgresResult? {
        var last: PostgresResult?
        var failure: PostgresError?
        while let result = try nextResult(statement) {
            failure = failure ?? result.failure(of: statement)
            switch result.status {
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                throw givenUp(because: .connection(.lost("'\(statement)' is a COPY and was not run as one")))
            default: last = result
            }
        }
        if let failure { throw noted(failure) }
        return last
    }

    /// Draws the consequence of a failure for the session.
    func noted(_ failure: PostgresError) -> PostgresError {
        guard case .server(let server) = failure else { return givenUp(because: failure) }
        if server.state.endsConnection { return givenUp(because: failure) }
        // A plan made before a migration, or a pooler that changed the session under us: the next one prepares anew.
        if server.state == .featureNotSupported || server.state == .invalidStatementName { isWornOut = true }
        return failure
    }
}
