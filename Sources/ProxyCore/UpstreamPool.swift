package import RolloutCore

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
        /// How long a connection takes requests, up to a tenth less for each; nil is no limit.
        package var age: Duration?
        /// How many requests a connection takes; nil is no limit.
        package var requests: Int?

        package init(
            connections: Int = 4_096,
            idle: Int = 1_024,
            idleAge: Duration = .seconds(4),
            age: Duration? = nil,
            requests: Int? = nil
        ) {
            precondition(connections > 0 && idle >= 0, "limits of a pool must not be negative")
            self.connections = connections
            self.idle = idle
            self.idleAge = idleAge
            self.age = age
            self.requests = requests
        }

        /// These, as far as a version's settings don't say otherwise.
        package func applying(_ settings: UpstreamSettings, share: LoopShare) -> Limits {
            var limits = self
            if let connections = settings.connections { limits.connections = share.part(of: connections) }
            limits.age = settings.connectionSeconds > 0 ? .seconds(settings.connectionSeconds) : nil
            limits.requests = settings.connectionRequests
            return limits
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
        var endsAt: LoopTime
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

    /// What a connection that has just been made may do.
    package func newLife(at now: LoopTime, random: inout some RandomNumberGenerator) -> ConnectionLife {
        guard self.limits.age != nil || self.limits.requests != nil else { return .endless }
        let end = self.limits.age.map { age in
            now.adding(.microseconds(Int64(Double(age.microseconds) * Double.random(in: 0.9...1, using: &random))))
        }
        return ConnectionLife(endsAt: end ?? .never, requests: self.limits.requests ?? .max)
    }

    /// A connection that carried a request, or was made in vain, can take another one, unless its life is over: it is never closed
    /// while a request is on it.
    package mutating func release(
        _ handle: ConnectionHandle,
        life: ConnectionLife = .endless,
        now: LoopTime
    ) -> Release {
        self.end()
        guard self.idle.count < self.limits.idle, !life.isOver(at: now) else { return .close }
        self.idle.append(Idle(handle: handle, since: now, endsAt: life.endsAt))
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
        var expired = self.idle[..<count].map(\.handle)
        self.idle.removeFirst(count)
        if self.limits.age != nil {
            expired += self.idle.lazy.filter { $0.endsAt <= now }.map(\.handle)
            self.idle.removeAll { $0.endsAt <= now }
        }
        return expired
    }

    /// Takes out all idle connections, for the driver to close: the address is not to be used any more.
    package mutating func drain() -> [ConnectionHandle] {
        defer { self.idle.removeAll() }
        return self.idle.map(\.handle)
    }

    private mutating func end() {
        precondition(self.pending > 0, "a connection ends once")
        self.pending -= 1
    }
}
