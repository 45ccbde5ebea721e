package import PostgresClient
import RolloutEngine
import Synchronization

/// Hears of committed events through NOTIFY. Called from one thread.
package final class PostgresEventSignal: EventSignal {
    private let configuration: PostgresConfiguration
    private let listener = Mutex<PostgresListener?>(nil)

    package init(configuration: PostgresConfiguration) { self.configuration = configuration }

    package func wait(timeout: Duration) throws {
        do {
            try self.listener.withLock { listener in
                if let listener {
                    _ = try listener.wait(timeout: timeout)
                } else {
                    // What was committed before this moment is found by the caller's look after this early return.
                    listener = try PostgresListener(self.configuration, channels: ["serin_events"])
                }
            }
        } catch {
            self.close()
            throw error
        }
    }

    package func close() {
        self.listener.withLock { listener in
            listener?.close()
            listener = nil
        }
    }
}
