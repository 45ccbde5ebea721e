import HTTPWire
import ProxyCore
import Sockets

/// One connection to an upstream: takes requests from client connections of the same event loop, one at a time, and passes
/// the answers on.
final class UpstreamConnection: StreamOwner {
    enum Phase {
        case idle
        /// Waits for the head of an answer. Interim heads are counted.
        case awaitingHead(interim: Int)
        case passingBody
        /// Goes on with another protocol.
        case tunnelling
        case closed
    }

    let socket: StreamSocket
    let loop: TrafficLoop
    private let endpoint: UpstreamEndpoint
    private var life: ConnectionLife
    private var handle: ConnectionHandle?
    /// The one whose request this connection carries; both let go of each other when it has ended.
    private(set) var client: ClientConnection?
    var phase = Phase.idle
    private(set) var method = RequestMethod.other
    var partial = PartialHead()
    /// Part of a head.
    var unread: [UInt8] = []
    var body = BodyFraming.finished
    var status = 0
    var isPersistent = false
    /// The client gets the content without the marks of the chunked coding.
    var removesChunks = false
    /// The client knows the end of the answer only by the close.
    var endsWithClose = false
    /// The loop's round in which it was released last, and the one in which it was then asked again.
    private var releasedIn = UInt64.max
    private var askedIn = UInt64.max
    /// When what is being handled arrived, where that was looked at.
    private var readAt: LoopTime?

    init(_ socket: StreamSocket, loop: TrafficLoop, endpoint: UpstreamEndpoint, life: ConnectionLife) {
        self.socket = socket
        self.loop = loop
        self.endpoint = endpoint
        self.life = life
    }

    func start() {
        self.handle = self.loop.add(self)
        self.socket.start(self)
    }

    var isOpen: Bool { self.socket.isOpen }

    // MARK: For the client connection

    func begin(for client: ClientConnection, answering method: RequestMethod) {
        self.client = client
        self.method = method
        self.life.requestBegan()
        self.askedIn = self.loop.sockets.round
        self.phase = .awaitingHead(interim: 0)
        self.partial.reset()
    }

    /// Can take another request.
    func release() {
        self.client = nil
        // What was written and has not gone out would delay the next request, and tells of a server that doesn't read.
        guard let handle = self.handle, case .idle = self.phase, self.isOpen, self.socket.pendingBytes == 0 else {
            self.discard()
            return
        }
        self.socket.setReading(true)
        self.releasedIn = self.loop.sockets.round
        if self.endpoint.isLeaving { return self.discard() }
        switch self.endpoint.pool.release(handle, life: self.life, now: self.loop.tickTime) {
        case .keep: break
        case .close: self.close()
        }
    }

    /// Gives the connection up while it counts as pending.
    func discard() {
        self.client = nil
        self.endpoint.pool.discarded()
        self.close()
    }

    /// Closes a connection that the pool has already let go of.
    func close() {
        self.phase = .closed
        self.socket.close()
    }

    // MARK: Socket events

    func received(_ bytes: RawSpan) {
        self.readAt = nil
        switch self.phase {
        case .closed: return
        case .idle: self.idleEnded()  // Nobody asked; whatever it is, it must not be taken for the next answer.
        case .awaitingHead where self.hadInputBefore:
            // Nobody had asked; what the server thinks this request is cannot be known.
            guard let client = self.client else { return }
            client.perform(client.exchange.upstreamClosed(hasRoom: client.hasRescueRoom()))
        case .awaitingHead:
            self.client?.exchange.responseBytesArrived()
            if self.unread.isEmpty {
                self.takeHeads(bytes)
            } else {
                var kept = self.unread
                self.unread = []
                kept.append(contentsOf: bytes)
                self.takeHeads(kept.octets)
            }
        case .passingBody:
            if let client = self.client { self.takeBody(bytes, client) }
        case .tunnelling: self.client?.tunnel?.received(bytes, from: .upstream)
        }
    }

    /// What arrives was there before the request was sent, although this connection had been idle: the loop was told of both
    /// together. Of a secured one that can't be said, for what was there need not have been content.
    private var hadInputBefore: Bool {
        self.askedIn == self.loop.sockets.round && self.releasedIn != self.askedIn && self.socket.session == nil
    }

    func writabilityChanged() {
        guard let client = self.client else { return }
        if self.socket.isWritable { client.resume(.upstreamIsFull) } else { client.pause(.upstreamIsFull) }
    }

    func drained() { self.client?.tunnel?.drained(at: .upstream) }

    func inputEnded() { self.client?.tunnel?.inputEnded(at: .upstream) }

    func closed(_ end: StreamEnd) {
        self.readAt = nil
        guard let handle = self.handle else { return }
        self.handle = nil
        self.loop.remove(handle)
        switch self.phase {
        case .idle: self.endpoint.pool.idleClosed(handle)
        case .closed: break
        case .tunnelling: self.client?.tunnel?.closed(at: .upstream, end)
        case .passingBody where self.body.endsAtClose && end == .ended: self.complete(hasExtraBytes: false)
        case .awaitingHead, .passingBody:
            guard let client = self.client else { return }
            client.perform(client.exchange.upstreamClosed(hasRoom: client.hasRescueRoom()))
        }
    }

    private func idleEnded() {
        if let handle = self.handle { self.endpoint.pool.idleClosed(handle) }
        self.close()
    }

    /// The clock is looked at once for all that arrives together.
    func arrivalTime() -> LoopTime {
        if let readAt = self.readAt { return readAt }
        let now = TrafficLoop.now()
        self.readAt = now
        return now
    }
}
