import Dispatch
import Synchronization

/// Resolves host names for the loops, on threads of its own, since the system's way to do that blocks.
package final class Resolver: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var running = 0
    }

    /// A name server that doesn't answer keeps one for many seconds; other names shall not wait for it.
    private static let threadLimit = 4

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "serin-names", attributes: .concurrent)
    private let lookUp: @Sendable (String, UInt16) -> Result<[SocketAddress], LookupError>

    package convenience init() {
        self.init { host, port in
            do throws(LookupError) {
                return .success(try SocketAddress.lookUp(host: host, port: port))
            } catch {
                return .failure(error)
            }
        }
    }

    /// - Parameter lookUp: May block.
    package init(lookUp: @escaping @Sendable (String, UInt16) -> Result<[SocketAddress], LookupError>) {
        self.lookUp = lookUp
    }

    func resolve(
        host: String,
        port: UInt16,
        then: @escaping @Sendable (Result<[SocketAddress], LookupError>) -> Void
    ) {
        let lookUp = self.lookUp
        let job: @Sendable () -> Void = { then(lookUp(host, port)) }
        let starts = self.state.withLock { state in
            state.waiting.append(job)
            guard state.running < Self.threadLimit else { return false }
            state.running += 1
            return true
        }
        if starts { self.queue.async { self.work() } }
    }

    private func work() {
        while true {
            let job = self.state.withLock { state in
                if state.waiting.isEmpty {
                    state.running -= 1
                    return nil as (@Sendable () -> Void)?
                }
                return state.waiting.removeFirst()
            }
            guard let job else { return }
            job()
        }
    }
}
