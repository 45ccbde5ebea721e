import Dispatch
import Glibc
import Synchronization

/// An HTTP/1.1 server on libmicrohttpd whose handlers are plain functions that may block.
///
/// A client's bytes pass a `RequestGate`, libmicrohttpd reads the request and writes the answer, and the handler runs
/// on the threads of a `Lane`, while the connection is suspended. See `RequestGate` for what is refused.
package final class HTTPServer: Sendable {
    /// The port it listens on, also when the configuration left it to the system; 0 at a unix socket.
    package let port: Int
    private let file: UnixSocketFile?
    private let daemon: Daemon
    private let relay: Relay
    private let isStopped = Mutex(false)

    /// Listens and serves until `stop`.
    package init(_ configuration: Configuration, responder: HTTPResponder) throws(HTTPServerError) {
        try configuration.validate()
        file = try configuration.unixPath.map { path throws(HTTPServerError) in try UnixSocketFile(path) }
        let socket: ListeningSocket
        do throws(HTTPServerError) {
            socket =
                if let file { try ListeningSocket(file) } else {
                    try ListeningSocket(host: configuration.host, port: configuration.port)
                }
        } catch {
            file?.remove()
            throw error
        }
        port = socket.port
        do throws(HTTPServerError) {
            daemon = try Daemon(configuration, responder: responder)
        } catch {
            close(socket.descriptor)
            throw error
        }
        do throws(HTTPServerError) {
            relay = try Relay(configuration, socket: socket, daemon: daemon)
        } catch {
            daemon.stop()
            close(socket.descriptor)
            throw error
        }
    }

    deinit {
        stop(drainMilliseconds: 0)
    }

    /// Accepts no more, ends event streams, lets running handlers finish, and closes every connection.
    ///
    /// A request that arrives meanwhile on an open connection is answered with 503. A handler that is still running
    /// after the time is answered for with 503; its thread goes on, its answer is dropped. A second call returns at
    /// once. Not to be called by a handler.
    ///
    /// - Parameter drainMilliseconds: How long handlers may go on; 0... .
    package func stop(drainMilliseconds: Int = 10_000) {
        let isFirst = isStopped.withLock { isStopped in
            defer { isStopped = true }
            return !isStopped
        }
        guard isFirst else { return }
        file?.remove()
        relay.stopAccepting()
        let exchanges = daemon.context.exchanges
        for exchange in exchanges.beginStopping() { exchange.finishStream() }
        for exchange in exchanges.waitUntilEmpty(.milliseconds(drainMilliseconds)) {
            exchange.abandon(with: daemon.context.responder.stopping)
        }
        // What was resumed just now still has to be written; a client that does not read is cut off.
        _ = exchanges.waitUntilEmpty(.milliseconds(Self.flushMilliseconds))
        daemon.stop()
        relay.finish()
    }

    private static let flushMilliseconds = 1_000
}
