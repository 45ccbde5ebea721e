import CMicroHTTPD
import Synchronization

/// The bounded queue between a publisher and one client that listens to server-sent events.
///
/// Sending never waits. When the client falls behind by more than the capacity the stream ends and what is queued is
/// dropped: the client connects again with `Last-Event-ID`. A client that has gone is noticed when something is sent,
/// so a publisher sends a `comment` now and then as a heartbeat.
package final class EventStream: Sendable {
    package enum End: Sendable, Equatable {
        /// By `finish()`, or because the server stops.
        case finished
        /// The client was too slow.
        case overflowed
        /// The connection closed, or the response could not be sent.
        case clientGone
    }

    private enum Reader {
        case none
        case attached(ConnectionHandle)
        case suspended(ConnectionHandle)
        case gone
    }

    private struct State {
        var queued: [UInt8] = []
        var reader = Reader.none
        var end: End?
    }

    private let capacityBytes: Int
    private let onClose: @Sendable (End) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - capacityBytes: Most bytes that wait for the client, beyond what the sockets hold; at least 1.
    ///   - onClose: Called once, without a lock held, on the thread that ended the stream: the publisher's, when an
    ///     event overflows or in `finish`, else libmicrohttpd's, so it must not wait.
    package init(capacityBytes: Int = 256 * 1024, onClose: @escaping @Sendable (End) -> Void = { _ in }) {
        precondition(capacityBytes > 0, "an event stream needs room for its events")
        self.capacityBytes = capacityBytes
        self.onClose = onClose
    }

    /// Queues one event.
    ///
    /// - Parameters:
    ///   - event: The type, without line breaks; `nil` for `message`.
    ///   - id: What the client sends back as `Last-Event-ID`, without line breaks.
    ///   - data: Any text; each of its lines becomes a `data` field.
    /// - Returns: `false` when the stream has ended, also if it ends by this event.
    @discardableResult
    package func send(event: String? = nil, id: String? = nil, data: String) -> Bool {
        var text = ""
        if let event { text += "event: \(Self.singleLine(event))\n" }
        if let id { text += "id: \(Self.singleLine(id))\n" }
        // Only these end a line in an event stream; CR LF is one character.
        let lines = data.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
        for line in lines {
            text += "data: \(line)\n"
        }
        return append(text + "\n")
    }

    /// Queues a comment, which clients ignore; the usual heartbeat.
    ///
    /// - Returns: `false` when the stream has ended.
    @discardableResult
    package func comment(_ text: String = "") -> Bool {
        append(": \(Self.singleLine(text))\n\n")
    }

    /// Ends the stream after what is queued.
    package func finish() {
        end(.finished)
    }

    package var isOpen: Bool {
        state.withLock { $0.end == nil }
    }

    private static func singleLine(_ text: String) -> String {
        precondition(
            !text.unicodeScalars.contains { $0 == "\n" || $0 == "\r" || $0 == "\0" },
            "an event's name, id and comment are one line"
        )
        return text
    }

    private func append(_ text: String) -> Bool {
        let outcome = state.withLock { state -> (isAccepted: Bool, isEnding: Bool) in
            guard state.end == nil else { return (false, false) }
            guard state.queued.count + text.utf8.count <= capacityBytes else {
                Self.close(&state, .overflowed)
                return (false, true)
            }
            state.queued.append(contentsOf: text.utf8)
            Self.wake(&state)
            return (true, false)
        }
        if outcome.isEnding { onClose(.overflowed) }
        return outcome.isAccepted
    }

    private func end(_ end: End) {
        let isFirst = state.withLock { state in
            guard state.end == nil else { return false }
            Self.close(&state, end)
            return true
        }
        if isFirst { onClose(end) }
    }

    private static func close(_ state: inout State, _ end: End) {
        state.end = end
        if end != .finished { state.queued = [] }
        wake(&state)
    }

    private static func wake(_ state: inout State) {
        guard case .suspended(let connection) = state.reader else { return }
        state.reader = .attached(connection)
        connection.resume()
    }

    // MARK: The reading side, on libmicrohttpd's threads

    /// - Returns: `false` when the stream already serves, or has served, another response.
    func attach(_ connection: ConnectionHandle) -> Bool {
        state.withLock { state in
            guard case .none = state.reader else { return false }
            state.reader = .attached(connection)
            return true
        }
    }

    /// The response is over, or was never sent.
    func detach() {
        state.withLock { $0.reader = .gone }
        end(.clientGone)
    }

    /// Copies queued bytes; with nothing queued it suspends the connection under the lock that also resumes it, so a
    /// wake-up cannot be lost.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        state.withLock { state in
            if !state.queued.isEmpty {
                let count = min(buffer.count, state.queued.count)
                buffer.copyBytes(from: state.queued.prefix(count))
                state.queued.removeFirst(count)
                return count
            }
            guard state.end == nil else { return microhttpd_end_of_stream() }
            if case .attached(let connection) = state.reader {
                state.reader = .suspended(connection)
                connection.suspend()
            }
            return 0
        }
    }
}
