import ProxyCore
import RolloutCore
import Sockets
import Synchronization

/// What active probes have found out: one event loop asks, all of them look, ten times a second.
final class ProbeBoard: Sendable {
    struct Place: Hashable, Sendable {
        let upstream: UpstreamKey
        let address: SocketAddress
    }

    private let ready = Mutex<[Place: Bool]>([:])

    /// True as long as nothing is known.
    func isReady(_ place: Place) -> Bool { self.ready.withLock { $0[place] ?? true } }

    func set(_ isReady: Bool, of place: Place) { self.ready.withLock { $0[place] = isReady } }

    func forget(_ place: Place) { self.ready.withLock { $0[place] = nil } }
}
