import Dispatch
import Foundation
import Synchronization

/// SIGHUP as a call, until `stop`: from its making on the signal no longer ends the process.
final class HangupSignal: Sendable {
    private let source: Mutex<any DispatchSourceSignal>

    init(_ received: @escaping @Sendable () -> Void) {
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        source.setEventHandler(handler: received)
        source.resume()
        self.source = Mutex(source)
    }

    func stop() { self.source.withLock { $0.cancel() } }
}
