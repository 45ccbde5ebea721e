import Foundation
import Logging
import RolloutEngine
import Synchronization

/// Drives the decision loop: a tick, a rest, on one thread until it is stopped.
final class LoopClockwork: Sendable {
    private enum Phase { case running, stopping, stopped }

    private let loop: DecisionLoop
    private let logger: Logger
    private let phase = Mutex(Phase.running)
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(_ loop: DecisionLoop, logger: Logger) {
        self.loop = loop
        self.logger = logger
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "serin-loop"
        thread.start()
    }

    /// Ends after the tick that runs and gives up the lease, so that a peer can go on at once. Blocking; called once.
    func stop() {
        self.phase.withLock { $0 = .stopping }
        self.wake.signal()
        self.ended.wait()
    }

    private func run() {
        var wasFailing = false
        while self.phase.withLock({ $0 == .running }) {
            do {
                _ = try self.loop.tick()
                if wasFailing { self.logger.notice("deciding again") }
                wasFailing = false
            } catch {
                // Once for each outage: a database that is away for an hour is one event, not 3 600.
                if !wasFailing {
                    self.logger.warning("nothing can be decided for now", metadata: ["error": "\(error)"])
                }
                wasFailing = true
            }
            _ = self.wake.wait(timeout: .now() + self.loop.configuration.tick.seconds)
        }
        try? self.loop.resign()
        self.phase.withLock { $0 = .stopped }
        self.ended.signal()
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(self.components.seconds) + Double(self.components.attoseconds) * 1e-18 }
}
