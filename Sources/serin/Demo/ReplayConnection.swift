import DemoModel
import NIOCore
import NIOHTTP1

/// One keep-alive connection of a client: a request, its answer, the next one in its turn.
final class ReplayConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// How long a client waits for a whole answer.
    private static let patience = TimeAmount.seconds(10)

    private struct Exchange {
        let label: Int
        let sent: ContinuousClock.Instant
        let turnEnds: NIODeadline
        let timeout: Scheduled<Void>
        var head: HTTPResponseHead?
        var body: [UInt8] = []
    }

    private let script: ReplayScript
    /// Nil between two requests.
    private var exchange: Exchange?

    init(script: ReplayScript) { self.script = script }

    func channelActive(context: ChannelHandlerContext) {
        self.sendNext(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.exchange?.head = head
        case .body(let chunk): self.exchange?.body.append(contentsOf: chunk.readableBytesView)
        case .end: self.finish(context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.loseAnswer()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.loseAnswer()
        context.close(promise: nil)
    }

    private func sendNext(_ context: ChannelHandlerContext) {
        guard context.channel.isActive, let line = self.script.nextLine() else { return context.close(promise: nil) }
        let loop = context.eventLoop.assumeIsolated()
        self.exchange = Exchange(
            label: line.label,
            sent: .now,
            turnEnds: .now() + self.script.period,
            timeout: loop.scheduleTask(in: Self.patience) {
                self.loseAnswer()
                context.close(promise: nil)
            }
        )
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/v2/models/\(DemoStage.model)/infer")
        head.headers.add(name: "Host", value: "127.0.0.1:\(self.script.port)")
        head.headers.add(name: "Content-Type", value: "application/json")
        head.headers.add(name: "Content-Length", value: "\(line.body.readableBytes)")
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(self.wrapOutboundOut(.body(.byteBuffer(line.body))), promise: nil)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func finish(_ context: ChannelHandlerContext) {
        guard let exchange = self.exchange, let head = exchange.head else { return context.close(promise: nil) }
        self.exchange = nil
        exchange.timeout.cancel()
        self.script.count(
            Self.judge(head.status, exchange.body, label: exchange.label),
            by: head.headers.first(name: "x-serin-version"),
            sent: exchange.sent
        )
        guard head.isKeepAlive else { return context.close(promise: nil) }
        context.eventLoop.assumeIsolated().scheduleTask(deadline: exchange.turnEnds) { self.sendNext(context) }
    }

    /// An answer that is no prediction is of no use to a client, whatever its status.
    private static func judge(_ status: HTTPResponseStatus, _ body: [UInt8], label: Int) -> TrafficTally.Answer {
        guard status.code < 400, let digit = DemoRow.digit(inAnswer: body) else { return .failed }
        return digit == label ? .right : .wrong
    }

    private func loseAnswer() {
        guard let exchange = self.exchange else { return }
        self.exchange = nil
        exchange.timeout.cancel()
        self.script.lostAnswer()
    }
}
