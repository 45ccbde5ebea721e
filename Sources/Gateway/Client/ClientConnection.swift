import HTTPWire
import Logging
import ProxyCore
import RolloutCore
import Sockets

/// One connection of a client: reads requests, sends them to upstreams on the same event loop, one at a time.
final class ClientConnection: StreamOwner {
    /// Why nothing is read from the client for the moment.
    struct ReadingPause: OptionSet {
        let rawValue: UInt8
        /// The request waits for a connection to its upstream.
        static let connecting = ReadingPause(rawValue: 1)
        /// The upstream takes its bytes more slowly than the client sends them.
        static let upstreamIsFull = ReadingPause(rawValue: 2)
        /// The next request has begun before this one has ended.
        static let pipelined = ReadingPause(rawValue: 4)
        /// The client takes its answers more slowly than it asks.
        static let clientIsFull = ReadingPause(rawValue: 8)
    }

    /// Where the connection is beside its exchange.
    enum Phase {
        case serving
        /// Client and upstream have gone on with another protocol.
        case tunnelling
        /// The last answer is on its way out; what still arrives is thrown away.
        case flushing
        /// Everything has gone out; what still arrives is thrown away, so that closing doesn't destroy the answer.
        case lingering
        case closed
    }

    let loop: TrafficLoop
    let socket: StreamSocket
    /// Place in the loop's list of clients.
    var registration = 0
    var exchange = Exchange()
    var phase = Phase.serving
    /// When `deadlinePassed` is due.
    var deadline = LoopTime.never
    /// The request that is being served; nil between requests.
    var request: ClientRequest?
    /// The head of `request` as it came, to be written for another upstream if need be. Its memory is used again.
    var head: [UInt8] = []
    var requestBody = BodyFraming.finished
    var upstream: UpstreamConnection?
    /// nil unless `phase` is `tunnelling`, or it is being closed from there.
    var tunnel: Tunnel?
    /// Grows with each attempt to get a connection, so that a late one is not taken for a later request.
    var attempt = 0
    /// The client's address.
    let address: [UInt8]
    /// What upstreams are told of this connection.
    let hop: ForwardingHop
    /// The connection has TLS.
    let isSecure: Bool
    /// Bytes that wait: part of a head, or the next request.
    private var unread: [UInt8] = []
    private var partial = PartialHead()
    private(set) var pauses: ReadingPause = []
    /// Bytes that had not gone out to the client when that was last looked at.
    var unsentBytes = 0

    init(_ socket: StreamSocket, loop: TrafficLoop) {
        self.socket = socket
        self.loop = loop
        self.isSecure = socket.session != nil
        self.address = Array((socket.remoteAddress?.ipAddress ?? "unknown").utf8)
        self.hop = ForwardingHop(
            address: self.address,
            scheme: self.isSecure ? .https : .http,
            rules: loop.forwarding
        )
        // A client that has left while its request waits shall not be served in vain.
        socket.noticesCloseUnread = true
    }

    func start() {
        let limits = self.loop.limits
        self.deadline = self.deadline(in: self.isSecure ? limits.handshake : self.loop.idleLimit)
        let isWelcome = self.loop.add(self)
        self.socket.start(self)
        if !isWelcome { self.abandon() }
    }

    // MARK: Socket events

    func opened() {
        if self.isSecure { self.deadline = self.deadline(in: self.loop.idleLimit) }
    }

    func received(_ bytes: RawSpan) {
        guard self.phase == .serving else {
            self.tunnel?.received(bytes, from: .client)
            return
        }
        if self.unread.isEmpty {
            let taken = self.process(bytes)
            if taken < bytes.byteCount { self.keepUnread(bytes.extracting(taken..<bytes.byteCount)) }
        } else {
            var waiting = self.unread
            self.unread = []
            waiting.append(contentsOf: bytes)
            self.process(waiting)
        }
    }

    func writabilityChanged() {
        let isWritable = self.socket.isWritable
        self.upstream?.socket.setReading(isWritable)
        if !isWritable {
            self.noteUnsentBytes()
        } else if self.pauses.contains(.clientIsFull), self.phase == .serving {
            self.resume(.clientIsFull)
            self.processUnread()
        }
    }

    func drained() {
        if self.phase == .flushing { self.flushed() } else { self.tunnel?.drained(at: .client) }
    }

    func inputEnded() { self.tunnel?.inputEnded(at: .client) }

    func closed(_ end: StreamEnd) {
        if case .insecure(let reason) = end {
            let client = String(decoding: self.address, as: UTF8.self)
            self.loop.logger.debug(
                "TLS with a client has failed",
                metadata: ["client": "\(client)", "reason": "\(reason)"]
            )
        }
        self.phase = .closed
        self.deadline = .never
        self.unread = []
        self.perform(self.exchange.clientClosed())
        self.tunnel?.closed(at: .client, end)
        // A server that still has bytes to take is waited for no longer than before.
        if self.tunnel == nil { self.loop.remove(self) } else { self.tunnelMoved() }
    }

    // MARK: Reading

    /// Takes as much of `waiting` as can be taken now and keeps the rest.
    private func process(_ waiting: [UInt8]) {
        let bytes = waiting.octets
        let taken = self.process(bytes)
        if taken == 0, self.phase == .serving {
            self.unread = waiting
        } else if taken < bytes.byteCount {
            self.keepUnread(bytes.extracting(taken..<bytes.byteCount))
        }
    }

    private func keepUnread(_ bytes: RawSpan) {
        guard self.phase == .serving else { return }
        self.unread = []
        self.unread.append(contentsOf: bytes)
    }

    /// - Returns: How many of `bytes` could be taken now.
    private func process(_ bytes: RawSpan) -> Int {
        var offset = 0
        while self.phase == .serving, offset < bytes.byteCount {
            let rest = bytes.extracting(offset..<bytes.byteCount)
            if !self.requestBody.isComplete {
                offset += self.takeBody(rest)
            } else if !self.exchange.isIdle {
                self.pause(.pipelined)
                break
            } else if !self.socket.isWritable {
                self.pause(.clientIsFull)
                break
            } else {
                let taken = self.takeHead(rest)
                if taken == 0 { break }
                offset += taken
            }
        }
        return offset
    }

    /// - Returns: Bytes of the head, and of the body behind it; 0 when the head is not complete or not valid.
    private func takeHead(_ bytes: RawSpan) -> Int {
        let limits = self.loop.configuration.limits.head
        let isFirstPart = self.partial.isEmpty
        guard self.partial.isWorthParsing(bytes, limits: limits) else { return 0 }
        switch self.loop.requestHead.parse(bytes, limits: limits) {
        case .needsMore:
            // The limit counts from the first byte: later ones don't put it off.
            if isFirstPart { self.deadline = self.deadline(in: self.loop.limits.head) }
            return 0
        case .invalid(let defect):
            self.refuse(defect)
            return 0
        case .complete(let length):
            self.partial.reset()
            return length + self.begin(bytes.extracting(0..<length), bytes.extracting(length..<bytes.byteCount))
        }
    }

    /// Takes the part of the body that `bytes` hold and sends it on.
    ///
    /// - Returns: Its length.
    private func takeBody(_ bytes: RawSpan) -> Int {
        guard let count = self.nextBodyPart(bytes) else { return 0 }
        let part = bytes.extracting(0..<count)
        self.deadline = self.deadline(in: self.loop.limits.body)
        if let upstream = self.upstream {
            self.exchange.bodySent(isKept: self.request.map { self.keepSent(part, of: $0) } ?? false)
            upstream.socket.send(part)
            if self.requestBody.isComplete { self.bodyCompleted() }
        } else {
            self.request?.hold(part)
            if self.requestBody.isComplete { self.exchange.requestCompleted() }
        }
        self.sendCopyWhenWhole()
        return count
    }

    /// How many of `bytes` belong to the body; nil when they are not valid, which has then been answered.
    func nextBodyPart(_ bytes: RawSpan) -> Int? {
        let count: Int
        switch self.requestBody.consume(bytes, from: 0) {
        case .needsMore: count = bytes.byteCount
        case .complete(let end): count = end
        case .invalid(let defect):
            self.breakRequest(.badRequest, defect.explanation)
            return nil
        }
        guard let request = self.request else { return count }
        request.bodyBytes += count
        if let limit = self.loop.configuration.limits.bodySize, request.bodyBytes > limit {
            self.breakRequest(.contentTooLarge, "The body is larger than this gateway allows.")
            return nil
        }
        if let capture = request.capture { self.keepRequest(bytes.extracting(0..<count), capture) }
        if let copy = request.copy { self.keepForCopy(bytes.extracting(0..<count), copy) }
        return count
    }

    func bodyCompleted() {
        self.exchange.requestCompleted()
        if !self.exchange.isResponding {
            self.deadline = self.deadline(in: self.loop.limits.firstByte)
            if let request = self.request { self.requestSentWholly(request, at: TrafficLoop.now()) }
        }
    }

    private func breakRequest(_ problem: GatewayProblem, _ detail: StaticString) {
        self.requestBody = .finished
        self.exchange.clientMustClose()
        self.request?.problemDetail = detail
        self.perform(self.exchange.requestBroke(problem))
    }

    func pause(_ reason: ReadingPause) {
        let wasReading = self.pauses.isEmpty
        self.pauses.insert(reason)
        if wasReading { self.socket.setReading(false) }
    }

    func resume(_ reason: ReadingPause) {
        guard self.pauses.contains(reason) else { return }
        self.pauses.remove(reason)
        if self.pauses.isEmpty { self.socket.setReading(true) }
    }

    /// Goes on with what arrived behind the request that has just ended.
    func processUnread() {
        self.resume(.pipelined)
        if self.unread.isEmpty { return }
        let waiting = self.unread
        self.unread = []
        self.process(waiting)
    }

    var hasUnread: Bool { !self.unread.isEmpty }
    /// What waits is at most the empty lines that some clients send behind a request.
    var hasOnlyLineEndsUnread: Bool {
        self.unread.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
    }
    func forgetUnread() { self.unread = [] }

    func takeUnread() -> [UInt8] {
        let waiting = self.unread
        self.unread = []
        return waiting
    }
}
