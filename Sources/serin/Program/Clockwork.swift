import Foundation
import Logging
import Synchronization

/// Drives a loop: a tick, a rest, on one thread until it is stopped.
final class Clockwork: Sendable {
    private enum Phase { case running, stopping, stopped }

    private let name: String
    private let rest: Duration
    private let tick: @Sendable () throws -> Void
    private let end: @Sendable () -> Void
    private let logger: Logger
    private let phase = Mutex(Phase.running)
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - name: Of the thread, and of what fails in the log.
    ///   - end: Done after the last tick.
    init(
        _ name: String,
        rest: Duration,
        logger: Logger,
        tick: @escaping @Sendable () throws -> Void,
        end: @escaping @Sendable () -> Void = {}
    ) {
        self.name = name
        self.rest = rest
        self.tick = tick
        self.end = end
        self.logger = logger
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "serin-\(self.name)"
        thread.start()
    }

    /// Returns after the tick that runs and what is done at the end. Blocking; called once.
    func stop() {
        self.phase.withLock { $0 = .stopping }
        self.wake.signal()
        self.ended.wait()
    }

    private func run() {
        var wasFailing = false
        while self.phase.withLock({ $0 == .running }) {
            do {
                try self.tick()
                if wasFailing { self.logger.notice("at work again", metadata: ["loop": "\(self.name)"]) }
                wasFailing = false
            } catch {
                // Once for each outage: a database that is away for an hour is one event, not 3 600.
                if !wasFailing {
                    self.logger.warning(
                        "nothing can be done for now",
                        metadata: ["loop": "\(self.name)", "error": "\(error)"]
                    )
                }
                wasFailing = true
            }
            _ = self.wake.wait(timeout: .now() + self.rest.seconds)
        }
        self.end()
        self.phase.withLock { $0 = .stopped }
        self.ended.signal()
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(self.components.seconds) + Double(self.components.attoseconds) * 1e-18 }
}
