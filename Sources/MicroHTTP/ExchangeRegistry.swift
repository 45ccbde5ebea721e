import Dispatch
import Synchronization

/// The exchanges that are not over, so that a stopping server can wait for them.
final class ExchangeRegistry: Sendable {
    private struct State {
        var exchanges: [ObjectIdentifier: Exchange] = [:]
        var isStopping = false
    }

    private let state = Mutex(State())
    private let drained = DispatchSemaphore(value: 0)

    var isStopping: Bool { state.withLock { $0.isStopping } }

    func insert(_ exchange: Exchange) {
        state.withLock { $0.exchanges[ObjectIdentifier(exchange)] = exchange }
    }

    func remove(_ exchange: Exchange) {
        let isLast = state.withLock { state in
            state.exchanges[ObjectIdentifier(exchange)] = nil
            return state.isStopping && state.exchanges.isEmpty
        }
        if isLast { drained.signal() }
    }

    /// - Returns: The exchanges that are open now.
    func beginStopping() -> [Exchange] {
        state.withLock { state in
            state.isStopping = true
            return Array(state.exchanges.values)
        }
    }

    /// Waits until no exchange is open, or the time is over.
    ///
    /// - Returns: The exchanges that are still open.
    func waitUntilEmpty(_ limit: DispatchTimeInterval) -> [Exchange] {
        let deadline = DispatchTime.now() + limit
        while true {
            let open = state.withLock { Array($0.exchanges.values) }
            if open.isEmpty || drained.wait(timeout: deadline) == .timedOut { return open }
        }
    }
}
