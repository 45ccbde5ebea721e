/// Lets so many requests of one version through at one time; further ones wait in the order in which they came, for a while.
///
/// Of one event loop; a value without I/O, but no more sendable than what waits. Each request that was let in leaves once.
package struct InFlightGate<Waiter> {
    package struct Limits: Equatable, Sendable {
        /// Nil: no limit.
        package var inFlight: Int?
        /// How many may wait.
        package var queue: Int
        /// How long each may wait.
        package var patience: Duration

        package init(inFlight: Int?, queue: Int, patience: Duration) {
            self.inFlight = inFlight
            self.queue = queue
            self.patience = patience
        }
    }

    package enum Entry: Equatable, Sendable {
        case admitted
        case waits(Ticket)
        /// Neither a place nor room in the queue.
        case refused
    }

    /// The number of one that waits.
    package struct Ticket: Hashable, Sendable {
        fileprivate let number: Int
    }

    private struct Waiting {
        var waiter: Waiter
        var since: LoopTime
    }

    private let limits: Limits
    package private(set) var inFlight = 0
    /// In the order of their tickets; nil where one gave up.
    private var queue: [Waiting?] = []
    /// Where the first that may still wait stands in `queue`.
    private var head = 0
    /// The ticket number of `queue`'s first place.
    private var firstNumber = 0
    package private(set) var waiting = 0
    package private(set) var totals = GateTotals()

    package init(limits: Limits) { self.limits = limits }

    package var isEmpty: Bool { self.inFlight == 0 && self.waiting == 0 }

    /// - Parameter waiter: Given back when its turn has come, or its patience has ended.
    package mutating func enter(_ waiter: Waiter, at now: LoopTime) -> Entry {
        if self.enterAtOnce() { return .admitted }
        guard self.waiting < self.limits.queue else {
            self.totals.refused += 1
            return .refused
        }
        self.queue.append(Waiting(waiter: waiter, since: now))
        self.waiting += 1
        self.totals.queued += 1
        return .waits(Ticket(number: self.firstNumber + self.queue.count - 1))
    }

    /// Whether one that came now would go ahead at once.
    package var hasPlace: Bool { self.limits.inFlight.map { self.inFlight < $0 && self.waiting == 0 } ?? true }

    /// For a request that is not worth waiting: it may go ahead only when nobody waits.
    package mutating func enterAtOnce() -> Bool {
        guard self.hasPlace else { return false }
        self.inFlight += 1
        return true
    }

    /// A request that was let in has ended.
    ///
    /// - Returns: The one whose turn it is; it has been let in.
    package mutating func leave(at now: LoopTime) -> Waiter? {
        precondition(self.inFlight > 0, "a request leaves once")
        self.inFlight -= 1
        guard let next = self.popFirst() else { return nil }
        self.inFlight += 1
        self.totals.waited(now.microseconds(since: next.since))
        return next.waiter
    }

    /// One that waits has gone.
    ///
    /// - Returns: false when it waits no longer.
    @discardableResult
    package mutating func giveUp(_ ticket: Ticket) -> Bool {
        let place = ticket.number - self.firstNumber
        guard place >= self.head, place < self.queue.count, self.queue[place] != nil else { return false }
        self.queue[place] = nil
        self.waiting -= 1
        self.tidy()
        return true
    }

    /// Takes out those whose patience has ended, the oldest first.
    package mutating func expire(at now: LoopTime) -> [Waiter] {
        var expired: [Waiter] = []
        while self.waiting > 0, let first = self.first, first.since.adding(self.limits.patience) <= now {
            guard let out = self.popFirst() else { break }
            self.totals.expired += 1
            self.totals.waited(now.microseconds(since: out.since))
            expired.append(out.waiter)
        }
        return expired
    }

    private var first: Waiting? { self.queue[self.head...].lazy.compactMap { $0 }.first }

    private mutating func popFirst() -> Waiting? {
        while self.head < self.queue.count {
            let place = self.head
            self.head += 1
            guard let waiting = self.queue[place] else { continue }
            self.queue[place] = nil
            self.waiting -= 1
            self.tidy()
            return waiting
        }
        self.tidy()
        return nil
    }

    /// Forgets the places of those that are gone, now and then, so that a place costs constant time.
    private mutating func tidy() {
        if self.waiting == 0 {
            self.firstNumber += self.queue.count
            self.queue.removeAll(keepingCapacity: true)
            self.head = 0
        } else if self.head >= 64, self.head * 2 >= self.queue.count {
            self.firstNumber += self.head
            self.queue.removeFirst(self.head)
            self.head = 0
        }
    }
}

/// What a gate has done since it was made.
package struct GateTotals: Equatable, Sendable {
    /// Requests that had to wait.
    package var queued: Int64 = 0
    /// Of these, the ones whose patience ended.
    package var expired: Int64 = 0
    /// Requests that could not even wait.
    package var refused: Int64 = 0
    /// How long they waited, in all.
    package var waitMicroseconds: Int64 = 0

    package init() {}

    fileprivate mutating func waited(_ microseconds: Int64) { self.waitMicroseconds += microseconds }

    package mutating func merge(_ other: GateTotals) {
        self.queued += other.queued
        self.expired += other.expired
        self.refused += other.refused
        self.waitMicroseconds += other.waitMicroseconds
    }
}
