import NIOCore
import NIOHTTP1

/// One connection: collects a request, asks the endpoint, writes its answer.
final class ModelExchangeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// Room for `InferenceRequest.rowLimit` rows of long numbers.
    static let bodyLimit = 1 << 20

    private enum State {
        case idle
        case collecting(HTTPRequestHead, ByteBuffer)
        /// The body has passed the limit; the rest of it is read and dropped.
        case discarding(HTTPRequestHead)
    }

    private let endpoint: InferenceEndpoint
    private var state = State.idle

    init(endpoint: InferenceEndpoint) {
        self.endpoint = endpoint
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (self.unwrapInboundIn(data), self.state) {
        case (.head(let head), _):
            self.state = .collecting(head, context.channel.allocator.buffer(capacity: 0))
        case (.body(let chunk), .collecting(let head, var body)):
            if body.readableBytes + chunk.readableBytes > Self.bodyLimit {
                self.state = .discarding(head)
            } else {
                // Released first, so that appending does not copy what was collected.
                self.state = .idle
                body.writeImmutableBuffer(chunk)
                self.state = .collecting(head, body)
            }
        case (.end, .collecting(let head, let body)):
            self.state = .idle
            let answer = self.endpoint.answer(
                method: head.method.rawValue,
                target: head.uri,
                body: Array(body.readableBytesView)
            )
            self.send(answer, to: head, context: context)
        case (.end, .discarding(let head)):
            self.state = .idle
            self.send(self.endpoint.answerToOversizedBody(limit: Self.bodyLimit), to: head, context: context)
        case (.body, .discarding), (.body, .idle), (.end, .idle):
            break
        }
    }

    private func send(_ answer: InferenceEndpoint.Answer, to head: HTTPRequestHead, context: ChannelHandlerContext) {
        guard answer.delay > .zero else {
            self.write(answer, to: head, context: context)
            return
        }
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(answer.delay)) {
            self.write(answer, to: head, context: context)
        }
    }

    private func write(_ answer: InferenceEndpoint.Answer, to head: HTTPRequestHead, context: ChannelHandlerContext) {
        var headers = HTTPHeaders([
            ("content-type", "application/json"),
            ("content-length", "\(answer.body.count)"),
        ])
        if let method = answer.allowedMethod { headers.add(name: "allow", value: method.rawValue) }
        if !head.isKeepAlive {
            headers.add(name: "connection", value: "close")
        } else if head.version == .http1_0 {
            headers.add(name: "connection", value: "keep-alive")
        }
        let status = HTTPResponseStatus(statusCode: answer.status.rawValue)
        let responseHead = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(self.wrapOutboundOut(.head(responseHead)), promise: nil)
        let body = context.channel.allocator.buffer(bytes: answer.body)
        context.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let end = context.writeAndFlush(self.wrapOutboundOut(.end(nil)))
        guard !head.isKeepAlive else { return }
        end.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A connection that broke has nobody left to tell.
        context.close(promise: nil)
    }
}
