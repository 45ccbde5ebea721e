import CPostgres
import Glibc

/// One session with a server, used by one thread at a time.
///
/// Confinement: the class is not `Sendable`. A pool hands it to one caller for the time of a closure; who opens one
/// directly keeps it on its own thread. Every wait has a deadline: a server that stops answering costs the caller at
/// most `PostgresConfiguration.responseTimeout` per statement, after which the session is given up.
package final class PostgresConnection {
    let configuration: PostgresConfiguration
    /// Nil after the session was closed or given up.
    private var handle: OpaquePointer?
    /// Types of the parameters of each statement that this session has prepared, by name.
    var preparedTypes: [String: [PostgresType]] = [:]
    /// Something in the session, such as an outdated plan, makes it unfit for the next user.
    var isWornOut = false

    /// Opens a session and applies the settings of the configuration to it.
    package init(_ configuration: PostgresConfiguration) throws(PostgresError) {
        self.configuration = configuration
        handle = try Self.open(configuration)
        try execute(script: configuration.sessionScript)
    }

    deinit {
        close()
    }

    /// Ends the session; a transaction that is open is rolled back by the server.
    package func close() {
        guard let handle else { return }
        PQfinish(handle)
        self.handle = nil
    }

    /// Version of the server, such as 150012 for 15.12.
    package var serverVersion: Int {
        handle.map { Int(PQserverVersion($0)) } ?? 0
    }

    /// Process that serves this session, as in `pg_stat_activity.pid`.
    package var serverProcess: Int32 {
        handle.map { PQbackendPID($0) } ?? 0
    }

    /// A BEGIN was sent and neither COMMIT nor ROLLBACK has followed.
    package var isInTransaction: Bool {
        guard let handle else { return false }
        switch PQtransactionStatus(handle) {
        case PQTRANS_INTRANS, PQTRANS_INERROR: return true
        default: return false
        }
    }

    /// The session can be given to another user.
    var isReusable: Bool {
        guard let handle, !isWornOut else { return false }
        return PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE
    }

    /// Nothing has arrived while the session was parked; what arrives then is the news of its end.
    var isQuiet: Bool {
        guard let handle else { return false }
        var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) == 0
    }

    func openHandle() throws(PostgresError) -> OpaquePointer {
        guard let handle else { throw .connection(.closed) }
        return handle
    }

    /// The session is of no more use: closes it and gives the error to throw.
    func givenUp(because error: PostgresError) -> PostgresError {
        close()
        return error
    }

    /// What libpq says about its last failure.
    func lost(_ handle: OpaquePointer) -> PostgresError {
        let message = String(cString: PQerrorMessage(handle)).trimmingLineEnd
        return givenUp(because: .connection(.lost(message)))
    }

    private static func open(_ configuration: PostgresConfiguration) throws(PostgresError) -> OpaquePointer {
        let deadline = Deadline(after: configuration.connectTimeout)
        guard let handle = startConnecting(configuration) else { throw .connection(.refused("out of memory")) }
        do {
            try finishConnecting(handle, until: deadline)
        } catch {
            PQfinish(handle)
            throw error
        }
        // Notices are of no interest here, and libpq would print them.
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
        PQsetnonblocking(handle, 1)
        return handle
    }

    private static func startConnecting(_ configuration: PostgresConfiguration) -> OpaquePointer? {
        let pairs = configuration.connectionKeywords
        let keywords = pairs.map { strdup($0.keyword) }
        let values = pairs.map { strdup($0.value) }
        defer {
            for pointer in keywords + values { free(pointer) }
        }
        let keywordList = keywords.map { UnsafePointer($0) } + [nil]
        let valueList = values.map { UnsafePointer($0) } + [nil]
        let expandsDatabaseName: Int32 = 1
        return PQconnectStartParams(keywordList, valueList, expandsDatabaseName)
    }

    private static func finishConnecting(
        _ handle: OpaquePointer,
        until deadline: Deadline
    ) throws(PostgresError) {
        var progress = PQstatus(handle) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while progress != PGRES_POLLING_OK {
            let events: Int32
            switch progress {
            case PGRES_POLLING_READING: events = POLLIN
            case PGRES_POLLING_WRITING: events = POLLOUT
            default:
                throw .connection(.refused(String(cString: PQerrorMessage(handle)).trimmingLineEnd))
            }
            guard pollSocket(of: handle, for: events, until: deadline) else {
                throw .timeout(.connect(after: deadline.limit))
            }
            progress = PQconnectPoll(handle)
        }
    }

    /// Waits until the socket is ready; false when the deadline comes first.
    static func pollSocket(of handle: OpaquePointer, for events: Int32, until deadline: Deadline) -> Bool {
        while true {
            var descriptor = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
            let ready = poll(&descriptor, 1, deadline.pollTimeout)
            if ready > 0 { return true }
            if ready == 0 { return false }
            // A failed poll other than by a signal means a broken socket: libpq finds out by itself when used.
            if errno != EINTR { return true }
        }
    }
}
