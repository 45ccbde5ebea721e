/// A driver's number for one connection to an upstream; it may be given again after the connection has ended.
package struct ConnectionHandle: Hashable, Sendable {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }
}

/// The connections of one event loop to one upstream, as a value without I/O.
package struct UpstreamPool: Equatable, Sendable {
    package struct Limits: Equatable, Sendable {
        /// Connections at one time, idle ones included.
        package var connections: Int
        /// Connections that are kept while no request uses them.
        package var idle: Int
        /// How long a connection may be idle. Keep it below the servers' own limit, 5 s for those built on uvicorn: a
        /// request that meets the server's close can't be repeated unless its method allows that.
        package var idleAge: Duration

        package init(connections: Int = 4_096, idle: Int = 1_024, idleAge: Duration = .seconds(4)) {
            precondition(connections > 0 && idle >= 0, "limits of a pool must not be negative")
            self.connections = connections
            self.idle = idle
            self.idleAge = idleAge
        }
    }

    package enum Acquisition: Equatable, Sendable {
        case reuse(ConnectionHandle)
        /// Make a connection and tell `connected` or `connectFailed`.
        case connect
        /// The limit of connections is reached.
        case refused
    }

    package enum Release: Equatable, Sendable {
        case keep
        case close
    }

    private struct Idle: Equatable, Sendable {
        var handle: ConnectionHandle
        var since: LoopTime
    }

    private let limits: Limits
    /// The one used last comes last and is used first, so that a falling load lets the others grow old.
    private var idle: [Idle] = []
    /// Connections that carry a request or are being made.
    package private(set) var pending = 0

    package init(limits: Limits) {
        self.limits = limits
        self.idle.reserveCapacity(min(limits.idle, 64))
    }

    package var idleCount: Int { self.idle.count }
    /// Nothing is open or being made.
    package var isEmpty: Bool { self.pending == 0 && self.idle.isEmpty }

    package mutating func acquire(fresh: Bool = false) -> Acquisition {
        if !fresh, let last = self.idle.popLast() {
            self.pending += 1
            return .reuse(last.handle)
        }
        guard self.pending + self.idle.count < self.limits.connections else { return .refused }
        self.pending += 1
        return .connect
    }

    /// The connection that was being made can't be.
    package mutating func connectFailed() { self.end() }

    /// A connection that carried a request, or was made in vain, can take another one.
    package mutating func release(_ handle: ConnectionHandle, now: LoopTime) -> Release {
        self.end()
        guard self.idle.count < self.limits.idle else { return .close }
        self.idle.append(Idle(handle: handle, since: now))
        return .keep
    }

    /// A connection that carried a request is given up.
    package mutating func discarded() { self.end() }

    /// An idle connection was closed by the server.
    package mutating func idleClosed(_ handle: ConnectionHandle) {
        self.idle.removeAll { $0.handle == handle }
    }

    /// Takes out the idle connections that are too old, for the driver to close.
    package mutating func expire(now: LoopTime) -> [ConnectionHandle] {
        var count = 0
        while count < self.idle.count, self.idle[count].since.adding(self.limits.idleAge) <= now { count += 1 }
        if count == 0 { return [] }
        let expired = self.idle[..<count].map(\.handle)
        self.idle.removeFirst(count)
        return expired
    }

    private mutating func end() {
        precondition(self.pending > 0, "a connection ends once")
        self.pending -= 1
    }
}
