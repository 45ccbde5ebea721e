import CSockets
import Glibc

/// Something whose descriptor a loop watches.
protocol EventSource: AnyObject {
    /// - Parameter kinds: epoll's bits.
    func handle(_ kinds: UInt32)

    func close()
}

/// One thread's sockets, watched with epoll. Everything here is confined to that thread.
///
/// Watching is level-triggered: what a handler leaves unread is told again, so nobody has to read until there is nothing.
package final class SocketLoop {
    /// A number for a descriptor that is watched; an event of a number that was given up reaches nobody, though its place may
    /// have been taken by another descriptor meanwhile.
    struct Registration {
        fileprivate let tag: UInt64
    }

    private struct Slot {
        var source: (any EventSource)?
        var generation: UInt32 = 0
    }

    /// Events taken from the kernel at a time.
    private static let batch: CInt = 512
    /// What one read can bring.
    private static let inputSize = 65_536
    /// What is kept for putting messages together; longer ones get memory of their own.
    private static let compositionSize = 65_536
    private static let wakeTag = UInt64.max
    private static let tickTag = UInt64.max - 1

    private let epoll: CInt
    private let timer: CInt
    private let mailbox: LoopMailbox
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Int(SocketLoop.batch))
    /// Filled anew by each read; the bytes are handed on before the next.
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: SocketLoop.inputSize, alignment: 64)
    private let composition = UnsafeMutableRawBufferPointer.allocate(
        byteCount: SocketLoop.compositionSize,
        alignment: 64
    )
    private var slots: [Slot] = []
    private var freeSlots: [UInt32] = []
    /// Done when the events at hand are.
    private var deferred: [() -> Void] = []
    private var tickers: [ObjectIdentifier: any LoopTicker] = [:]
    private var isStopped = false

    /// Grows with each batch of events: what is told within one round had happened before the round began.
    package private(set) var round: UInt64 = 0
    /// Called at each tick, after the loop has looked after its own.
    package var ticked: () -> Void = {}
    /// The time of the last tick, in microseconds of `MonotonicClock`: good enough for limits of seconds.
    package private(set) var tickTime = MonotonicClock.microseconds()
    /// What the owner of the loop keeps on it, where jobs from other threads find it.
    package var attachment: AnyObject?
    /// What host names stand for; nil on a loop that resolves none.
    package internal(set) var names: LoopNames?

    init(mailbox: LoopMailbox, tickMilliseconds: Int) throws(SocketError) {
        self.mailbox = mailbox
        self.epoll = cs_epoll_create()
        guard self.epoll >= 0 else {
            self.timer = -1
            throw SocketError(.loop, -self.epoll)
        }
        self.timer = cs_timerfd(tickMilliseconds)
        guard self.timer >= 0 else { throw SocketError(.timer, -self.timer) }
        for (descriptor, tag) in [(mailbox.descriptor, Self.wakeTag), (self.timer, Self.tickTag)] {
            let result = cs_epoll_add(self.epoll, descriptor, cs_readable, tag)
            guard result == 0 else { throw SocketError(.loop, -result) }
        }
    }

    deinit {
        if self.timer >= 0 { cs_close(self.timer) }
        if self.epoll >= 0 { cs_close(self.epoll) }
        self.events.deallocate()
        self.input.deallocate()
        self.composition.deallocate()
    }

    // MARK: Running

    /// Serves until `stop`.
    func run() {
        while !self.isStopped {
            let count = cs_epoll_wait(self.epoll, self.events, Self.batch, self.deferred.isEmpty ? -1 : 0)
            precondition(count >= 0, "waiting fails only for a descriptor that is no epoll")
            self.round &+= 1
            for index in 0..<Int(count) { self.dispatch(self.events + index) }
            self.round &+= 1
            if !self.deferred.isEmpty { self.runDeferred() }
        }
        for job in self.mailbox.close() { job(self) }
        for slot in self.slots { slot.source?.close() }
        self.slots = []
        self.deferred = []
        self.tickers = [:]
        self.attachment = nil
        self.names = nil
        self.ticked = {}
    }

    /// Ends `run` when the events at hand are done.
    func stop() { self.isStopped = true }

    private func dispatch(_ event: UnsafePointer<epoll_event>) {
        let tag = cs_event_tag(event)
        let index = Int(tag & 0xFFFF_FFFF)
        if index < self.slots.count {
            let slot = self.slots[index]
            if slot.generation == UInt32(truncatingIfNeeded: tag >> 32) {
                slot.source?.handle(cs_event_kinds(event))
            }
        } else if tag == Self.wakeTag {
            for job in self.mailbox.take() { job(self) }
        } else if tag == Self.tickTag {
            self.tick()
        }
    }

    private func tick() {
        cs_drain(self.timer)
        self.tickTime = MonotonicClock.microseconds()
        for ticker in self.tickers.values { ticker.tick() }
        self.ticked()
    }

    private func runDeferred() {
        let deferred = self.deferred
        self.deferred = []
        for body in deferred { body() }
    }

    /// Runs `body` when the events at hand are done, before the loop sleeps.
    package func afterwards(_ body: @escaping () -> Void) { self.deferred.append(body) }

    /// Lets another thread find this loop again.
    package var remote: LoopRemote { LoopRemote(self.mailbox) }

    // MARK: For sockets

    func watch(_ descriptor: CInt, _ kinds: UInt32, _ source: any EventSource) throws(SocketError) -> Registration {
        let index: UInt32
        if let free = self.freeSlots.popLast() {
            index = free
        } else {
            index = UInt32(self.slots.count)
            self.slots.append(Slot())
        }
        let generation = self.slots[Int(index)].generation
        let registration = Registration(tag: UInt64(generation) << 32 | UInt64(index))
        let result = cs_epoll_add(self.epoll, descriptor, kinds, registration.tag)
        guard result == 0 else {
            self.freeSlots.append(index)
            throw SocketError(.loop, -result)
        }
        self.slots[Int(index)].source = source
        return registration
    }

    func change(_ registration: Registration, _ descriptor: CInt, _ kinds: UInt32) {
        let result = cs_epoll_change(self.epoll, descriptor, kinds, registration.tag)
        precondition(result == 0, "a descriptor that is watched can be watched for something else")
    }

    /// Watches a descriptor no more for the moment; errors and hang-ups are told as long as it is watched at all.
    func suspend(_ descriptor: CInt) { _ = cs_epoll_remove(self.epoll, descriptor) }

    func resume(_ registration: Registration, _ descriptor: CInt, _ kinds: UInt32) -> Bool {
        cs_epoll_add(self.epoll, descriptor, kinds, registration.tag) == 0
    }

    /// Gives the number up; events that are already at hand reach nobody. The caller closes the descriptor.
    func forget(_ registration: Registration) {
        let index = Int(registration.tag & 0xFFFF_FFFF)
        self.slots[index].source = nil
        self.slots[index].generation &+= 1
        self.freeSlots.append(UInt32(index))
    }

    func add(_ ticker: any LoopTicker) { self.tickers[ObjectIdentifier(ticker)] = ticker }

    func remove(_ ticker: any LoopTicker) { self.tickers[ObjectIdentifier(ticker)] = nil }

    /// Memory to put one message together in, valid within `body`, which must not ask for it again.
    @inline(__always)
    func withComposition<Result>(capacity: Int, _ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
        if capacity <= Self.compositionSize { return body(self.composition) }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
        defer { memory.deallocate() }
        return body(memory)
    }
}

/// Something of a loop's own that looks at the time.
protocol LoopTicker: AnyObject {
    func tick()
}

/// A loop as other threads see it.
package struct LoopRemote: Sendable {
    private let mailbox: LoopMailbox

    init(_ mailbox: LoopMailbox) { self.mailbox = mailbox }

    /// Has `job` run on the loop's thread, after those that were posted before.
    ///
    /// - Returns: false when the loop has ended, so that it will never run.
    @discardableResult
    package func post(_ job: @escaping @Sendable (SocketLoop) -> Void) -> Bool { self.mailbox.post(job) }
}
