import ProxyCore
import Sockets

/// Two connections that have gone on with another protocol: what one peer sends, the other gets. Confined to their event loop.
///
/// Either peer may end its output and go on reading. Each end of a stream is passed on behind the last byte before it, and
/// a connection that is broken off breaks the other one off, so that nobody takes a part for the whole.
final class Tunnel {
    enum End {
        case client
        case upstream

        var other: End {
            switch self {
            case .client: .upstream
            case .upstream: .client
            }
        }
    }

    /// What flows from one end to the other.
    private struct Direction {
        /// The sender has no more.
        var hasEnded = false
        /// The receiver knows.
        var isOver = false
    }

    private let client: ClientConnection
    private let upstream: UpstreamConnection
    /// Where it has a place, when its version has a limit of requests in flight.
    private let place: VersionGate?
    private var fromClient = Direction()
    private var fromUpstream = Direction()
    private var isOver = false
    /// The client's connection is closed, and the server still has bytes to take.
    private(set) var hasOutlivedClient = false

    init(_ client: ClientConnection, _ upstream: UpstreamConnection, place: VersionGate?) {
        self.client = client
        self.upstream = upstream
        self.place = place
        for socket in [client.socket, upstream.socket] {
            socket.allowsHalfClose = true
            // An end that is noticed unread loses what came before it.
            socket.noticesCloseUnread = false
        }
    }

    // MARK: Socket events

    func received(_ bytes: RawSpan, from end: End) {
        self.client.tunnelMoved()
        self.socket(end.other).send(bytes)
    }

    func inputEnded(at end: End) {
        self.client.tunnelMoved()
        self.ended(at: end)
    }

    /// What waited for this end's socket has gone out.
    func drained(at end: End) {
        self.client.tunnelMoved()
        self.passEnd(from: end.other)
    }

    func closed(at end: End, _ reason: StreamEnd) {
        if self.isOver { return }
        if reason == .ended, self.direction(from: end.other).isOver {
            self.ended(at: end)
            if self.socket(end.other).isOpen {
                // It still has bytes to take.
                self.hasOutlivedClient = end == .client
                return
            }
        } else {
            self.socket(end.other).reset()
        }
        self.finish()
    }

    /// The server takes nothing of what the client has left.
    func giveUp() { self.upstream.socket.reset() }

    // MARK: Ends

    private func ended(at end: End) {
        switch end {
        case .client: self.fromClient.hasEnded = true
        case .upstream: self.fromUpstream.hasEnded = true
        }
        self.passEnd(from: end)
    }

    private func passEnd(from end: End) {
        let direction = self.direction(from: end)
        let receiver = self.socket(end.other)
        guard direction.hasEnded, !direction.isOver, receiver.pendingBytes == 0 else { return }
        switch end {
        case .client: self.fromClient.isOver = true
        case .upstream: self.fromUpstream.isOver = true
        }
        receiver.endOutput()
    }

    private func finish() {
        if self.isOver { return }
        self.isOver = true
        self.place?.leave()
        self.client.tunnelEnded()
    }

    private func socket(_ end: End) -> StreamSocket {
        switch end {
        case .client: self.client.socket
        case .upstream: self.upstream.socket
        }
    }

    private func direction(from end: End) -> Direction {
        switch end {
        case .client: self.fromClient
        case .upstream: self.fromUpstream
        }
    }
}
