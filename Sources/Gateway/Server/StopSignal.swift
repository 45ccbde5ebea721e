import Dispatch
import ProxyCore

/// Lets one thread sleep until its time is up or it shall stop.
final class StopSignal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func stop() { self.semaphore.signal() }

    /// - Returns: true when the thread shall stop; every later call returns true too.
    func wait(atMost duration: Duration) -> Bool {
        let microseconds = Int(clamping: duration.microseconds)
        guard self.semaphore.wait(timeout: .now() + .microseconds(microseconds)) == .success else { return false }
        self.semaphore.signal()
        return true
    }
}
