import HTTPWire
import NIOCore
import ProxyCore

/// One connection to an upstream: takes requests from client connections of the same event loop, one at a time, and passes
/// the answers on.
final class UpstreamConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case idle
        /// Waits for the head of an answer. Interim heads are counted.
        case awaitingHead(interim: Int)
        case passingBody
        case closed
    }

    /// How many interim answers (1xx) one request may get.
    private static let interimLimit = 16

    private let loop: TrafficLoop
    private let upstream: PooledUpstream
    private var handle: ConnectionHandle?
    private var context: ChannelHandlerContext?
    /// The one whose request this connection carries; both let go of each other when it has ended.
    private var client: ClientConnection?
    private var phase = Phase.idle
    private var method = RequestMethod.other
    private var partial = PartialHead()
    private var unread: ByteBuffer?
    private var body = BodyFraming.finished
    private var status = 0
    private var isPersistent = false
    /// The client gets the content without the marks of the chunked coding.
    private var removesChunks = false
    /// The client knows the end of the answer only by the close.
    private(set) var endsWithClose = false
    /// An error came before the close, so the close does not end an answer.
    private var hasFailed = false
    /// When what is being handled arrived, where that was looked at.
    private var readAt: LoopTime?
    /// False while the client takes the answer more slowly than it comes.
    private var isReading = true

    init(loop: TrafficLoop, upstream: PooledUpstream) {
        self.loop = loop
        self.upstream = upstream
    }

    var isOpen: Bool { self.context != nil }

    // MARK: For the client connection

    func begin(for client: ClientConnection, answering method: RequestMethod) {
        self.client = client
        self.method = method
        self.phase = .awaitingHead(interim: 0)
        self.partial.reset()
    }

    func write(_ buffer: ByteBuffer) {
        self.context?.writeAndFlush(self.wrapOutboundOut(buffer), promise: nil)
    }

    func write(_ buffer: ByteBuffer, then rest: ByteBuffer) {
        self.context?.write(self.wrapOutboundOut(buffer), promise: nil)
        self.write(rest)
    }

    func setReading(_ isOn: Bool) {
        if isOn == self.isReading { return }
        self.isReading = isOn
        self.context?.channel.setAutoRead(isOn)
    }

    /// Can take another request.
    func release() {
        self.client = nil
        // What was written and has not gone out would delay the next request, and tells of a server that doesn't read.
        guard let handle = self.handle, case .idle = self.phase, self.context?.channel.isWritable == true else {
            self.discard()
            return
        }
        self.setReading(true)
        switch self.upstream.pool.release(handle, now: self.loop.tickTime) {
        case .keep: break
        case .close: self.close()
        }
    }

    /// Gives the connection up while it counts as pending.
    func discard() {
        self.client = nil
        self.upstream.pool.discarded()
        self.close()
    }

    /// Closes a connection that the pool has already let go of.
    func close() {
        self.phase = .closed
        self.context?.close(promise: nil)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.handle = self.loop.add(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = self.unwrapInboundIn(data)
        self.readAt = nil
        switch self.phase {
        case .closed: return
        case .idle: self.idleEnded()  // Nobody asked; whatever it is, it must not be taken for the next answer.
        case .awaitingHead:
            if var unread = self.unread {
                self.unread = nil
                unread.writeBuffer(&buffer)
                buffer = unread
            }
            self.client?.exchange.responseBytesArrived()
            self.takeHeads(&buffer)
        case .passingBody: self.takeBody(&buffer)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard let client = self.client else { return }
        if context.channel.isWritable { client.resume(.upstreamIsFull) } else { client.pause(.upstreamIsFull) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.hasFailed = true
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        self.readAt = nil
        if let handle = self.handle {
            self.loop.remove(handle)
            switch self.phase {
            case .idle: self.upstream.pool.idleClosed(handle)
            case .closed: break
            case .passingBody where self.body.endsAtClose && !self.hasFailed: self.complete(hasExtraBytes: false)
            case .awaitingHead, .passingBody:
                if let client = self.client { client.perform(client.exchange.upstreamClosed()) }
            }
        }
        self.handle = nil
    }

    /// Comes without `channelInactive` when the connection could not be made.
    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        if let handle = self.handle { self.loop.remove(handle) }
        self.handle = nil
    }

    private func idleEnded() {
        if let handle = self.handle { self.upstream.pool.idleClosed(handle) }
        self.close()
    }
}

// MARK: - Answers

extension UpstreamConnection {
    /// Takes interim heads and the final one.
    private func takeHeads(_ buffer: inout ByteBuffer) {
        while let client = self.client, case .awaitingHead(let interim) = self.phase, buffer.readableBytes > 0 {
            let limits = self.loop.configuration.limits.head
            guard self.partial.isWorthParsing(buffer.readableBytesSpan, limits: limits) else {
                self.unread = buffer
                return
            }
            switch self.loop.responseHead.parse(buffer.readableBytesSpan, limits: limits) {
            case .needsMore:
                self.unread = buffer
                return
            case .invalid:
                client.request?.problemDetail = "The version's answer is malformed."
                client.perform(client.exchange.upstreamBroke())
                return
            case .complete(let length):
                self.partial.reset()
                guard let head = buffer.readSlice(length: length) else { return }
                guard self.loop.responseHead.isInterim else {
                    // What is left of the buffer was the body's, even when the next request has already begun.
                    self.takeFinal(head, &buffer, client)
                    return
                }
                self.takeInterim(head, count: interim + 1, client)
            }
        }
    }

    private func takeInterim(_ head: ByteBuffer, count: Int, _ client: ClientConnection) {
        // Nothing was asked to be switched: `Upgrade` is never passed on.
        guard self.loop.responseHead.status != 101, count <= Self.interimLimit else {
            client.perform(client.exchange.upstreamBroke())
            return
        }
        self.phase = .awaitingHead(interim: count)
        guard let request = client.request, !request.isVersion10, let context = self.context else { return }
        var buffer = context.channel.allocator.buffer(capacity: self.loop.responseHead.outgoingSize + 2)
        buffer.writeWithOutputRawSpan(minimumWritableBytes: self.loop.responseHead.outgoingSize + 2) { output in
            self.loop.responseHead.write(into: &output, source: head.readableBytesSpan, keepsChunked: false)
            output.append(contentsOf: "\r\n")
        }
        client.write(buffer)
    }

    private func takeFinal(_ head: ByteBuffer, _ buffer: inout ByteBuffer, _ client: ClientConnection) {
        guard let request = client.request, let context = self.context else { return }
        let length = self.loop.responseHead.bodyLength(answering: self.method)
        self.body = BodyFraming(length)
        self.status = self.loop.responseHead.status
        self.isPersistent = self.loop.responseHead.isPersistent(answering: self.method)
        self.removesChunks = request.isVersion10 && length == .chunked
        self.endsWithClose = length == .untilClose || self.removesChunks
        client.exchange.responseStarted()
        request.times.answeredAt = self.arrivalTime()
        request.capture?.answerBegan(
            head,
            status: self.status,
            isChunked: length == .chunked && !self.removesChunks
        )
        self.phase = .passingBody
        let size = self.loop.responseHead.outgoingSize + request.versionName.count + 200
        let joined = buffer.readableBytes <= ClientConnection.joinLimit ? buffer.readableBytes : 0
        var answer = context.channel.allocator.buffer(capacity: size + joined)
        self.writeHead(head, of: request, keepsClient: client.exchange.keepsClient, size, to: &answer)
        if self.removesChunks {
            client.write(answer)
            self.takeBody(&buffer)
        } else {
            self.passBody(&buffer, behind: answer, client)
        }
    }

    private func writeHead(
        _ head: ByteBuffer,
        of request: ClientRequest,
        keepsClient: Bool,
        _ size: Int,
        to buffer: inout ByteBuffer
    ) {
        let versionName = request.versionName
        buffer.writeWithOutputRawSpan(minimumWritableBytes: size) { output in
            self.loop.responseHead.write(
                into: &output,
                source: head.readableBytesSpan,
                keepsChunked: !request.isVersion10
            )
            output.append(contentsOf: "x-serin-version: ")
            output.append(contentsOf: versionName)
            output.append(contentsOf: "\r\nx-serin-request-id: ")
            output.append(request.id)
            if request.isFallback { output.append(contentsOf: "\r\nx-serin-fallback: stable") }
            if !keepsClient || self.endsWithClose {
                output.append(contentsOf: "\r\nConnection: close")
            } else if request.isVersion10 {
                output.append(contentsOf: "\r\nConnection: keep-alive")
            }
            output.append(contentsOf: "\r\n\r\n")
        }
    }

    private func takeBody(_ buffer: inout ByteBuffer) {
        guard let client = self.client else { return }
        if self.removesChunks { self.passContent(&buffer, client) } else { self.passBody(&buffer, behind: nil, client) }
    }

    /// Passes body bytes on as they are, in one write with the head when there is one.
    private func passBody(_ buffer: inout ByteBuffer, behind head: ByteBuffer?, _ client: ClientConnection) {
        let count: Int
        switch self.body.consume(buffer.readableBytesSpan, from: 0) {
        case .needsMore: count = buffer.readableBytes
        case .complete(let end): count = end
        case .invalid:
            self.bodyBroke(behind: head, client)
            return
        }
        let hasExtraBytes = count < buffer.readableBytes
        if hasExtraBytes { buffer.moveWriterIndex(to: buffer.readerIndex + count) }
        if count > 0, let capture = client.request?.capture {
            client.keepAnswer(buffer, capture, at: self.arrivalTime())
        }
        if let head, count > ClientConnection.joinLimit {
            client.write(head, then: buffer)
        } else if var head {
            head.writeBuffer(&buffer)
            client.write(head)
        } else if count > 0 {
            client.write(buffer)
        }
        if self.body.isComplete { self.complete(hasExtraBytes: hasExtraBytes) }
    }

    /// Passes on the content of a chunked body for a client that doesn't know the coding.
    private func passContent(_ buffer: inout ByteBuffer, _ client: ClientConnection) {
        var offset = 0
        while true {
            switch self.body.nextPiece(of: buffer.readableBytesSpan, from: offset) {
            case .content(let range):
                offset = range.end
                if let slice = buffer.getSlice(at: buffer.readerIndex + Int(range.start), length: Int(range.count)) {
                    if let capture = client.request?.capture {
                        client.keepAnswer(slice, capture, at: self.arrivalTime())
                    }
                    client.write(slice)
                }
            case .needsMore: return
            case .complete(let end):
                self.complete(hasExtraBytes: end < buffer.readableBytes)
                return
            case .invalid:
                self.bodyBroke(behind: nil, client)
                return
            }
        }
    }

    /// The head was counted on but its body is malformed: the client gets the head at most, then a broken connection.
    private func bodyBroke(behind head: ByteBuffer?, _ client: ClientConnection) {
        if let head { client.write(head) }
        client.perform(client.exchange.upstreamBroke())
    }

    private func complete(hasExtraBytes: Bool) {
        guard let client = self.client else { return }
        let isReusable = self.isPersistent && !hasExtraBytes && !self.body.endsAtClose && self.isOpen
        self.phase = .idle
        self.body = .finished
        client.responseCompleted(
            status: self.status,
            upstreamIsPersistent: isReusable,
            endsWithClose: self.endsWithClose,
            at: self.arrivalTime()
        )
    }

    /// The clock is looked at once for all that arrives together.
    private func arrivalTime() -> LoopTime {
        if let readAt = self.readAt { return readAt }
        let now = TrafficLoop.now()
        self.readAt = now
        return now
    }
}
