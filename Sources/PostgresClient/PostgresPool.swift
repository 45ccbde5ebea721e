import Dispatch
import Synchronization

/// A bounded set of connections that many threads share; each is with one of them at a time.
///
/// State is behind one `Mutex`; nothing is sent or received while it is held. Connections are opened when needed and
/// handed over in the order of asking. A connection that is broken, or comes back inside a transaction, is closed.
/// Settings and locks of a session survive its return: who takes session-level locks opens a connection of its own.
package final class PostgresPool: Sendable {
    package let name: String
    let configuration: PostgresConfiguration
    let maximum: Int
    let waitLimit: Duration
    let idleLimit: Duration
    private let state = Mutex(State())

    /// - Parameters:
    ///   - name: shown in errors.
    ///   - maximum: connections at most, from 1.
    ///   - waitLimit: how long a caller waits for a free connection.
    ///   - idleLimit: connections unused for longer are closed when another is given back.
    package init(
        name: String,
        configuration: PostgresConfiguration,
        maximum: Int,
        waitLimit: Duration = .seconds(5),
        idleLimit: Duration = .seconds(300)
    ) {
        precondition(maximum > 0, "a pool needs room for a connection")
        self.name = name
        self.configuration = configuration
        self.maximum = maximum
        self.waitLimit = waitLimit
        self.idleLimit = idleLimit
    }

    /// Lends a connection to `body`, which must not keep it.
    ///
    /// Throws what `body` throws, or a `PostgresError` when there is no connection to be had.
    package func withConnection<Result>(_ body: (PostgresConnection) throws -> Result) throws -> Result {
        let connection = try borrow()
        defer { giveBack(connection) }
        return try body(connection)
    }

    /// Connections now open, and those of them in use.
    package var occupancy: (open: Int, inUse: Int) {
        state.withLock { (open: $0.open, inUse: $0.open - $0.idle.count) }
    }

    /// Closes idle connections now and the others when they come back; who waits gets an error.
    package func close() {
        let abandoned = state.withLock { $0.close() }
        for waiter in abandoned.waiters { waiter.receive(.closed) }
        for parked in abandoned.idle { parked.connection.close() }
    }

    private func borrow() throws(PostgresError) -> PostgresConnection {
        var grant = state.withLock { $0.request(maximum: maximum) }
        if case .queued(let waiter) = grant { grant = try outcome(for: waiter) }
        switch grant {
        case .connection(let parked) where parked.connection.isQuiet: return parked.connection
        case .connection(let parked):
            parked.connection.close()
            return try open()
        case .slot: return try open()
        case .closed, .queued: throw .poolClosed(pool: name)
        }
    }

    private func open() throws(PostgresError) -> PostgresConnection {
        do {
            return try PostgresConnection(configuration)
        } catch {
            state.withLock { $0.freeSlot() }?.receive(.slot)
            throw error
        }
    }

    private func outcome(for waiter: Waiter) throws(PostgresError) -> Grant {
        waiter.wait(atMost: waitLimit)
        // A grant may have come between the end of the wait and this moment; whoever removes the waiter decides.
        let wasStillWaiting = state.withLock { $0.forget(waiter) }
        if wasStillWaiting {
            throw .timeout(.pool(name: name, connections: maximum, after: waitLimit))
        }
        return waiter.take()
    }

    private func giveBack(_ connection: PostgresConnection) {
        guard connection.isReusable else {
            connection.close()
            state.withLock { $0.freeSlot() }?.receive(.slot)
            return
        }
        let parked = ParkedConnection(connection: connection, since: .now)
        let outcome = state.withLock { $0.giveBack(parked, idleLimit: idleLimit) }
        outcome.waiter?.receive(.connection(parked))
        for expired in outcome.expired { expired.connection.close() }
    }
}

/// A connection on its way between two users.
///
/// Safety: `PostgresConnection` has no `Sendable` conformance because it must not be shared. A parked one is referred
/// to by nobody but the pool's state, which is behind its mutex, or by the one waiter it is handed to.
struct ParkedConnection: @unchecked Sendable {
    let connection: PostgresConnection
    let since: ContinuousClock.Instant
}

/// What a caller gets from the pool.
enum Grant: Sendable {
    case connection(ParkedConnection)
    /// The right to open a connection.
    case slot
    case queued(Waiter)
    case closed
}

/// A thread that waits for a grant.
final class Waiter: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let grant = Mutex<Grant?>(nil)

    func receive(_ grant: Grant) {
        self.grant.withLock { $0 = grant }
        semaphore.signal()
    }

    func wait(atMost limit: Duration) {
        _ = semaphore.wait(timeout: .now() + .milliseconds(Int(limit.wholeMilliseconds)))
    }

    /// The grant that was made; waits the instant that lies between its decision and its arrival.
    func take() -> Grant {
        while true {
            if let grant = grant.withLock({ $0 }) { return grant }
            semaphore.wait()
        }
    }
}

/// Who has what. Pure: the pool acts on what the functions return.
private struct State {
    /// Most recently used last.
    var idle: [ParkedConnection] = []
    /// Idle, lent, or being opened.
    var open = 0
    var waiters: [Waiter] = []
    var isClosed = false

    mutating func request(maximum: Int) -> Grant {
        if isClosed { return .closed }
        if let parked = idle.popLast() { return .connection(parked) }
        if open < maximum {
            open += 1
            return .slot
        }
        let waiter = Waiter()
        waiters.append(waiter)
        return .queued(waiter)
    }

    /// A connection is gone: its place goes to the first waiter, who is returned, or becomes free.
    mutating func freeSlot() -> Waiter? {
        if !waiters.isEmpty { return waiters.removeFirst() }
        open -= 1
        return nil
    }

    /// The connection goes to the returned waiter, or is parked.
    mutating func giveBack(
        _ parked: ParkedConnection,
        idleLimit: Duration
    ) -> (waiter: Waiter?, expired: [ParkedConnection]) {
        if isClosed {
            open -= 1
            return (nil, [parked])
        }
        if !waiters.isEmpty { return (waiters.removeFirst(), []) }
        let expired = Array(idle.prefix { $0.since.duration(to: parked.since) > idleLimit })
        idle.removeFirst(expired.count)
        open -= expired.count
        idle.append(parked)
        return (nil, expired)
    }

    /// False when the waiter has already been granted something.
    mutating func forget(_ waiter: Waiter) -> Bool {
        guard let index = waiters.firstIndex(where: { $0 === waiter }) else { return false }
        waiters.remove(at: index)
        return true
    }

    mutating func close() -> (waiters: [Waiter], idle: [ParkedConnection]) {
        isClosed = true
        defer {
            open -= idle.count
            idle = []
            waiters = []
        }
        return (waiters, idle)
    }
}
