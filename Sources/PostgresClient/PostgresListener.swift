import CPostgres
import Glibc

/// A NOTIFY of some session.
package struct PostgresNotification: Hashable, Sendable {
    package let channel: String
    package let payload: String
    /// Server process that sent it.
    package let sender: Int32

    package init(channel: String, payload: String, sender: Int32) {
        self.channel = channel
        self.payload = payload
        self.sender = sender
    }
}

/// A session of its own that hears notifications.
///
/// Confinement as `PostgresConnection`: one thread. Notifications sent while there is no listener are lost, so after
/// opening one, and at times, read the truth from its table. When a call throws, the listener is of no more use:
/// open another.
package final class PostgresListener {
    private let connection: PostgresConnection

    package init(_ configuration: PostgresConfiguration, channels: [String]) throws(PostgresError) {
        connection = try PostgresConnection(configuration)
        for channel in channels {
            try connection.execute(script: "LISTEN \(PostgresIdentifier(channel))")
        }
    }

    /// Waits until there is at least one notification, or the time is over, in which case there are none.
    ///
    /// Throws when the connection is lost. A server that is stalled looks like one with nothing to say: see `verify`.
    package func wait(timeout: Duration) throws(PostgresError) -> [PostgresNotification] {
        let handle = try connection.openHandle()
        let deadline = Deadline(after: timeout)
        while true {
            let received = takeNotifications(handle)
            if !received.isEmpty { return received }
            guard PostgresConnection.pollSocket(of: handle, for: POLLIN, until: deadline) else { return [] }
            guard PQconsumeInput(handle) == 1 else { throw connection.lost(handle) }
        }
    }

    /// Asks the server for a sign of life.
    package func verify() throws(PostgresError) {
        try connection.runCommand("SELECT 1")
    }

    package func close() {
        connection.close()
    }

    private func takeNotifications(_ handle: OpaquePointer) -> [PostgresNotification] {
        var received: [PostgresNotification] = []
        while let notification = PQnotifies(handle) {
            received.append(
                PostgresNotification(
                    channel: String(cString: notification.pointee.relname),
                    payload: String(cString: notification.pointee.extra),
                    sender: notification.pointee.be_pid
                )
            )
            PQfreemem(notification)
        }
        return received
    }
}
