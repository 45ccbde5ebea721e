import Dispatch
import Foundation
import Logging

/// The access log of a running gateway: the thread that writes it, and what loops hand to it.
final class RunningAccessLog: Sendable {
    let queue: AccessLogQueue
    private let ended = DispatchSemaphore(value: 0)

    /// How long the writer may take to end; a reader of its pipe that is stuck must not hold the gateway.
    private static let patience = DispatchTimeInterval.seconds(2)

    /// - Throws: When the file can't be opened.
    init(_ configuration: GatewayConfiguration.AccessLog, logger: Logger) throws {
        let queue = AccessLogQueue()
        self.queue = queue
        let writer = try AccessLogWriter(queue, to: configuration.destination, logger: logger)
        let thread = Thread { [ended] in
            var writer = writer
            writer.run()
            ended.signal()
        }
        thread.name = "serin-access-log"
        thread.start()
    }

    /// Has the file opened again, so that the one before can be moved away.
    func reopen() { self.queue.reopen() }

    /// Returns when all that was handed over is written. Called once.
    func stop() {
        self.queue.close()
        _ = self.ended.wait(timeout: .now() + Self.patience)
    }
}
