import HTTPWire
import NIOCore
import ProxyCore
import RolloutCore

/// One connection of a client: reads requests, sends them to upstreams on the same event loop, one at a time.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

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
        /// The last answer is on its way out; what still arrives is thrown away.
        case flushing
        /// Everything has gone out; what still arrives is thrown away, so that closing doesn't destroy the answer.
        case lingering
        case closed
    }

    let loop: TrafficLoop
    /// Place in the loop's list of clients.
    var registration = 0
    private(set) var context: ChannelHandlerContext?
    var exchange = Exchange()
    var phase = Phase.serving
    /// When `deadlinePassed` is due.
    var deadline = LoopTime.never
    /// The request that is being served; nil between requests.
    var request: ClientRequest?
    var requestBody = BodyFraming.finished
    var upstream: UpstreamConnection?
    /// Grows with each attempt to get a connection, so that a late one is not taken for a later request.
    var attempt = 0
    /// The client's address as it stands in `X-Forwarded-For`.
    private(set) var address: [UInt8] = []
    /// Bytes that wait: part of a head, or the next request.
    private var unread: ByteBuffer?
    private var partial = PartialHead()
    private(set) var pauses: ReadingPause = []
    /// Bytes that had not gone out to the client when that was last looked at.
    var unsentBytes = 0

    init(loop: TrafficLoop) { self.loop = loop }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.address = Array((context.channel.remoteAddress?.ipAddress ?? "unknown").utf8)
        self.deadline = self.loop.tickTime.adding(self.loop.configuration.timeouts.keepAlive)
        if !self.loop.add(self) { self.abandon() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.phase == .serving else { return }
        var buffer = self.unwrapInboundIn(data)
        if var unread = self.unread {
            self.unread = nil
            unread.writeBuffer(&buffer)
            buffer = unread
        }
        self.process(&buffer)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        self.upstream?.setReading(isWritable)
        if !isWritable {
            self.noteUnsentBytes()
        } else if self.pauses.contains(.clientIsFull), self.phase == .serving {
            self.resume(.clientIsFull)
            self.processUnread()
        }
    }

    func channelInactive(context: ChannelHandlerContext) { self.leave() }

    /// Comes without `channelInactive` when the channel never became active: refused, or broken while it was set up.
    func handlerRemoved(context: ChannelHandlerContext) { self.leave() }

    private func leave() {
        guard self.context != nil else { return }
        self.phase = .closed
        self.deadline = .never
        self.loop.remove(self)
        self.perform(self.exchange.clientClosed())
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset is a normal way for a client to leave; `channelInactive` follows.
        context.close(promise: nil)
    }

    // MARK: Reading

    /// Takes as much of `buffer` as can be taken now and keeps the rest.
    func process(_ buffer: inout ByteBuffer) {
        while self.phase == .serving, buffer.readableBytes > 0 {
            if !self.requestBody.isComplete {
                self.takeBody(&buffer)
            } else if !self.exchange.isIdle {
                self.unread = buffer
                self.pause(.pipelined)
                return
            } else if self.context?.channel.isWritable != true {
                self.unread = buffer
                self.pause(.clientIsFull)
                return
            } else if !self.takeHead(&buffer) {
                return
            }
        }
    }

    /// - Returns: false when the head is not complete or not valid.
    private func takeHead(_ buffer: inout ByteBuffer) -> Bool {
        let limits = self.loop.configuration.limits.head
        let isFirstPart = self.partial.isEmpty
        guard self.partial.isWorthParsing(buffer.readableBytesSpan, limits: limits) else {
            self.unread = buffer
            return false
        }
        switch self.loop.requestHead.parse(buffer.readableBytesSpan, limits: limits) {
        case .needsMore:
            // The limit counts from the first byte: later ones don't put it off.
            if isFirstPart {
                self.deadline = self.loop.tickTime.adding(self.loop.configuration.timeouts.head)
            }
            self.unread = buffer
            return false
        case .invalid(let defect):
            self.refuse(defect)
            return false
        case .complete(let length):
            self.partial.reset()
            self.begin(headLength: length, &buffer)
            return true
        }
    }

    /// Takes the part of the body that `buffer` holds and sends it on.
    private func takeBody(_ buffer: inout ByteBuffer) {
        guard let part = self.nextBodyPart(&buffer) else { return }
        self.deadline = self.deadline(in: self.loop.configuration.timeouts.body)
        if let upstream = self.upstream {
            self.exchange.bodySent()
            upstream.write(part)
            if self.requestBody.isComplete { self.bodyCompleted() }
        } else {
            self.request?.hold(part)
            if self.requestBody.isComplete { self.exchange.requestCompleted() }
        }
    }

    /// The body bytes at the start of `buffer`; nil when they are not valid, which has then been answered.
    func nextBodyPart(_ buffer: inout ByteBuffer) -> ByteBuffer? {
        let count: Int
        switch self.requestBody.consume(buffer.readableBytesSpan, from: 0) {
        case .needsMore: count = buffer.readableBytes
        case .complete(let end): count = end
        case .invalid(let defect):
            self.breakRequest(.badRequest, defect.explanation)
            return nil
        }
        self.request?.bodyBytes += count
        if let limit = self.loop.configuration.limits.bodySize, (self.request?.bodyBytes ?? 0) > limit {
            self.breakRequest(.contentTooLarge, "The body is larger than this gateway allows.")
            return nil
        }
        guard let part = buffer.readSlice(length: count) else { return nil }
        if let capture = self.request?.capture { self.keepRequest(part, capture) }
        return part
    }

    func bodyCompleted() {
        self.exchange.requestCompleted()
        if !self.exchange.isResponding {
            self.deadline = self.deadline(in: self.loop.configuration.timeouts.firstByte)
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
        if wasReading { self.setAutoRead(false) }
    }

    func resume(_ reason: ReadingPause) {
        guard self.pauses.contains(reason) else { return }
        self.pauses.remove(reason)
        if self.pauses.isEmpty { self.setAutoRead(true) }
    }

    /// Goes on with what arrived behind the request that has just ended.
    func processUnread() {
        self.resume(.pipelined)
        guard var buffer = self.unread else { return }
        self.unread = nil
        self.process(&buffer)
    }

    var hasUnread: Bool { self.unread != nil }
    /// What waits is at most the empty lines that some clients send behind a request.
    var hasOnlyLineEndsUnread: Bool {
        self.unread?.readableBytesView.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") } ?? true
    }
    func forgetUnread() { self.unread = nil }

    private func setAutoRead(_ isOn: Bool) {
        self.context?.channel.setAutoRead(isOn)
    }
}

extension Channel {
    /// Turns reading on or off, at once: the caller is on the channel's event loop.
    func setAutoRead(_ isOn: Bool) {
        do {
            try self.syncOptions?.setOption(.autoRead, value: isOn)
        } catch {
            self.close(promise: nil)  // The option can't be set on a closed channel only.
        }
    }
}
