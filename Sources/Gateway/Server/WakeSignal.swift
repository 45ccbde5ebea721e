import Dispatch
import ProxyCore
import Synchronization

/// Lets one thread sleep until there is something to do, its time is up, or it shall stop.
final class WakeSignal: Sendable {
    private let isStopped = Mutex(false)
    private let semaphore = DispatchSemaphore(value: 0)

    /// There is something to do.
    func wake() { self.semaphore.signal() }

    func stop() {
        self.isStopped.withLock { $0 = true }
        self.semaphore.signal()
    }

    /// - Parameter duration: nil waits for as long as it takes.
    /// - Returns: true when the thread shall stop.
    func wait(atMost duration: Duration?) -> Bool {
        let end = duration.map { DispatchTime.now() + .microseconds(Int(clamping: $0.microseconds)) }
        _ = self.semaphore.wait(timeout: end ?? .distantFuture)
        return self.isStopped.withLock { $0 }
    }
}
