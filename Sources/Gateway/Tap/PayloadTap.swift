import Dispatch
import ProxyCore
import RolloutCore
import Synchronization

/// What event loops, the tap's thread and the telemetry thread of a gateway share about payloads.
final class PayloadTap: Sendable {
    /// What the tap's thread does next.
    struct Work {
        var exchanges: [TapExchange] = []
        fileprivate var bytes = 0
        var isHarvestWanted = false
        var isClosed = false
    }

    private struct State {
        var queue: BoundedQueue<TapExchange>
        var harvest = TapHarvest()
        var isHarvestWanted = false
        var isClosed = false
        var isAbandoned = false
    }

    private static let batch = 16

    private let state: Mutex<State>
    private let arrivals = DispatchSemaphore(value: 0)

    init(_ limits: GatewayConfiguration.TapLimits) {
        self.state = Mutex(State(queue: BoundedQueue(countLimit: limits.queued, byteLimit: limits.queuedBytes)))
    }

    // MARK: For event loops

    /// Queues exchanges, without waiting for anybody.
    ///
    /// - Returns: How many at the end found no room; nil when nothing was done because another thread has the queue.
    func offer(_ exchanges: [TapExchange]) -> Int? {
        let offered = self.state.withLockIfAvailable { state -> (refused: Int, wakes: Bool) in
            if state.isAbandoned { return (exchanges.count, false) }
            let wasEmpty = state.queue.isEmpty
            for (index, exchange) in exchanges.enumerated()
            where !state.queue.append(exchange, bytes: exchange.heldBytes) {
                return (exchanges.count - index, wasEmpty && index > 0)
            }
            return (0, wasEmpty)
        }
        if offered?.wakes == true { self.arrivals.signal() }
        return offered?.refused
    }

    // MARK: For the tap's thread

    /// Sleeps until there is something to do.
    func next() -> Work {
        while true {
            let work = self.state.withLock { state in
                let taken = state.queue.take(atMost: Self.batch)
                defer { state.isHarvestWanted = false }
                return Work(
                    exchanges: taken.elements,
                    bytes: taken.bytes,
                    isHarvestWanted: state.isHarvestWanted,
                    isClosed: state.isClosed
                )
            }
            if !work.exchanges.isEmpty || work.isHarvestWanted || work.isClosed { return work }
            self.arrivals.wait()
        }
    }

    /// The exchanges of `work` are no longer held.
    func finished(_ work: Work) {
        self.state.withLock { $0.queue.giveUp(count: work.exchanges.count, bytes: work.bytes) }
    }

    func publish(_ harvest: TapHarvest) { self.state.withLock { $0.harvest.merge(harvest) } }

    // MARK: For the telemetry thread

    /// Takes out what was found, and asks for what was found since.
    func takeHarvest() -> TapHarvest {
        let harvest = self.state.withLock { state in
            defer { state.harvest = TapHarvest() }
            state.isHarvestWanted = true
            return state.harvest
        }
        self.arrivals.signal()
        return harvest
    }

    // MARK: The end

    /// Lets the tap's thread end when it has read what waits.
    func close() {
        self.state.withLock { $0.isClosed = true }
        self.arrivals.signal()
    }

    /// Counts what waits as dropped.
    func abandon() {
        self.state.withLock { state in
            state.isAbandoned = true
            let waiting = state.queue.take(atMost: .max)
            for exchange in waiting.elements { state.harvest.drop(exchange.key) }
            state.queue.giveUp(count: waiting.elements.count, bytes: waiting.bytes)
        }
    }
}
