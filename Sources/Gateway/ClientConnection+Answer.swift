import Glibc
import HTTPWire
import NIOCore
import NIOPosix
import ProxyCore
import RolloutCore

// MARK: - What the exchange asks for

extension ClientConnection {
    func perform(_ action: Exchange.Action) {
        switch action {
        case .none: break
        case .reconnect:
            self.giveUpUpstream()
            self.connect(fresh: true, headIsParsed: false)
        case .fallBack: self.fallBack()
        case .answer(let problem, let outcome):
            let keeps = self.exchange.keepsClient && self.requestBody.isComplete
            let request = self.end(outcome)
            self.writeProblem(problem, request?.problemDetail, for: request, isHead: request?.method == .head, keeps)
            self.requestEnded(keepsClient: keeps)
        case .abort(let outcome):
            let endsWithClose = self.upstream?.endsWithClose ?? false
            _ = self.end(outcome)
            if endsWithClose { self.reset() } else { self.closeAfterWriting() }
        case .cancel(let outcome): _ = self.end(outcome)
        }
    }

    private func fallBack() {
        self.giveUpUpstream()
        guard let request = self.request else { return }
        let assignment = request.table.table.routes[request.matching.route].assignment
        guard let stable = assignment.fallback(for: request.arm) else {
            preconditionFailure("only a request with a fallback falls back")
        }
        self.stopCapture(request)  // What answers is not the version that was chosen.
        request.fallBack(to: stable)
        self.connect(fresh: false, headIsParsed: false)
    }

    /// Counts the request, lets go of its upstream, and forgets it.
    private func end(_ outcome: Outcome) -> ClientRequest? {
        self.giveUpUpstream()
        self.attempt += 1
        self.resume(.connecting)
        self.resume(.upstreamIsFull)
        guard let request = self.request else { return nil }
        self.request = nil
        self.stopCapture(request)
        self.count(outcome, request, endingAt: TrafficLoop.now())
        return request
    }

    private func count(_ outcome: Outcome, _ request: ClientRequest, endingAt end: LoopTime) {
        request.table.counters.record(
            request.draw,
            upstream: request.chosenTarget?.place,
            outcome: outcome,
            times: request.times,
            endingAt: end
        )
        self.loop.requestEnded(in: request.table)
    }

    private func giveUpUpstream() {
        self.upstream?.discard()
        self.upstream = nil
    }
}

// MARK: - The upstream's answer

extension ClientConnection {
    /// Passes on part of an answer.
    func write(_ buffer: ByteBuffer) {
        self.deadline = self.deadline(in: self.loop.configuration.timeouts.responseIdle)
        self.context?.writeAndFlush(self.wrapOutboundOut(buffer), promise: nil)
    }

    func write(_ buffer: ByteBuffer, then rest: ByteBuffer) {
        self.context?.write(self.wrapOutboundOut(buffer), promise: nil)
        self.write(rest)
    }

    /// The last byte of the answer was passed on.
    ///
    /// - Parameters:
    ///   - upstreamIsPersistent: The connection can carry another request, as far as the answer tells.
    ///   - endsWithClose: The client knows the end of the answer only by the close.
    ///   - end: When that byte had arrived.
    func responseCompleted(
        status: Int,
        upstreamIsPersistent: Bool,
        endsWithClose: Bool,
        at end: LoopTime
    ) {
        let requestIsWhole = self.exchange.requestIsComplete
        let completion = self.exchange.responseCompleted(status: status, upstreamIsPersistent: upstreamIsPersistent)
        let upstream = self.upstream
        self.upstream = nil
        if completion.upstreamIsReusable { upstream?.release() } else { upstream?.discard() }
        self.resume(.upstreamIsFull)
        if let request = self.request {
            self.request = nil
            if let capture = request.capture { self.finish(capture, request, requestIsWhole, endingAt: end) }
            self.count(completion.outcome, request, endingAt: end)
        }
        self.requestEnded(keepsClient: completion.clientIsReusable && !endsWithClose)
    }
}

// MARK: - Our own answers

extension ClientConnection {
    /// Refuses a head that could not be parsed; what follows it can't be understood either.
    func refuse(_ defect: HeadDefect) {
        self.refuse(GatewayProblem(rawValue: defect.requestStatus) ?? .badRequest, defect.explanation)
    }

    func refuse(_ problem: GatewayProblem, _ detail: StaticString) {
        self.forgetUnread()
        self.writeProblem(problem, detail, for: nil, isHead: false, false)
        self.closeAfterWriting()
    }

    /// Answers a request that was never assigned to a version.
    func answerUnrouted(_ problem: GatewayProblem, _ detail: StaticString, isPersistent: Bool) {
        let keeps = isPersistent && self.canSkipBody
        self.writeProblem(problem, detail, for: nil, isHead: self.loop.requestHead.method == .head, keeps)
        self.unroutedEnded(keepsClient: keeps)
    }

    /// A body that nobody wants is small enough to be read rather than to cost the connection, and surely comes: a client
    /// that waits for `100 Continue` may not send it after all.
    private var canSkipBody: Bool {
        switch self.loop.requestHead.bodyLength {
        case .none: true
        case .exactly(let count): count <= 65_536 && !self.loop.requestHead.fields.hasExpectation
        case .chunked, .untilClose: false
        }
    }

    private func unroutedEnded(keepsClient: Bool) {
        if keepsClient {
            self.deadline = self.deadline(in: self.loop.configuration.timeouts.keepAlive)
        } else {
            self.closeAfterWriting()
        }
    }

    func answer(_ endpoint: OwnEndpoint, isPersistent: Bool) {
        let method = self.loop.requestHead.method
        guard method == .get || method == .head else {
            self.answerUnrouted(.methodNotAllowed, "Only GET and HEAD are understood here.", isPersistent: isPersistent)
            return
        }
        switch endpoint {
        case .unknown: self.answerUnrouted(.notFound, "The gateway has no such page.", isPersistent: isPersistent)
        case .health: self.answerText("ok\n", isPersistent: isPersistent)
        case .readiness where self.loop.isReady: self.answerText("ready\n", isPersistent: isPersistent)
        case .readiness:
            self.answerUnrouted(
                .unavailable,
                "No routes are known yet, or the gateway is stopping.",
                isPersistent: isPersistent
            )
        }
    }

    private func answerText(_ text: String, isPersistent: Bool) {
        let keeps = isPersistent && self.canSkipBody
        let body = self.loop.requestHead.method == .head ? "" : text
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(text.utf8.count)\r\n"
        self.write(ByteBuffer(string: head + Self.connectionField(keeps: keeps) + "\r\n" + body))
        self.unroutedEnded(keepsClient: keeps)
    }

    private static func connectionField(keeps: Bool) -> String { keeps ? "" : "Connection: close\r\n" }

    /// Writes a problem (RFC 9457); the version's name is in it when a version was chosen.
    ///
    /// The id of a request that no route took is a stamp of generation 0, which no route has.
    private func writeProblem(
        _ problem: GatewayProblem,
        _ detail: StaticString?,
        for request: ClientRequest?,
        isHead: Bool,
        _ keeps: Bool
    ) {
        let id = request?.id ?? self.loop.unroutedID()
        var body = "{\"type\":\"about:blank\",\"title\":\"\(problem.title)\",\"status\":\(problem.rawValue)"
        if let detail { body += ",\"detail\":\"\(detail)\"" }
        body += ",\"requestId\":\"\(id)\"}\n"
        var head = "HTTP/1.1 \(problem.rawValue) \(problem.title)\r\nContent-Type: application/problem+json\r\n"
        head += "Content-Length: \(body.utf8.count)\r\nx-serin-request-id: \(id)\r\n"
        if let request {
            head += "x-serin-version: \(String(decoding: request.versionName, as: UTF8.self))\r\n"
            if request.isFallback { head += "x-serin-fallback: stable\r\n" }
        }
        if problem == .unavailable { head += "Retry-After: 1\r\n" }
        head += Self.connectionField(keeps: keeps) + "\r\n"
        self.write(ByteBuffer(string: isHead ? head : head + body))
    }
}

// MARK: - The end of a request and of the connection

extension ClientConnection {
    private func requestEnded(keepsClient: Bool) {
        guard self.phase == .serving else { return }
        guard keepsClient, self.requestBody.isComplete else {
            self.closeAfterWriting()
            return
        }
        self.deadline = self.deadline(in: self.loop.configuration.timeouts.keepAlive)
        if self.loop.isDraining && !self.hasUnread {
            self.closeAfterWriting()
        } else {
            self.processUnread()
        }
    }

    /// How long bytes that nobody wants are read, so that the client can read its answer before the connection goes.
    private static let lingerTime = Duration.seconds(2)

    /// Ends the connection when everything written has gone out.
    func closeAfterWriting() {
        guard self.phase == .serving, let context = self.context else { return }
        self.phase = .flushing
        self.forgetUnread()
        self.requestBody = .finished
        self.deadline = self.loop.tickTime.adding(self.loop.configuration.timeouts.responseIdle)
        for reason in [ReadingPause.connecting, .upstreamIsFull, .pipelined, .clientIsFull] { self.resume(reason) }
        let flushed = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer()), promise: flushed)
        self.noteUnsentBytes()
        flushed.futureResult.assumeIsolated().whenComplete { _ in self.flushed() }
    }

    private func flushed() {
        guard self.phase == .flushing else { return }  // It was broken off meanwhile.
        self.phase = .lingering
        self.deadline = self.loop.tickTime.adding(Self.lingerTime)
        self.context?.close(mode: .output, promise: nil)
    }

    /// Breaks the connection off with a reset: where the end of the answer is the close, a plain close would look whole.
    func reset() {
        guard let context = self.context else { return }
        self.phase = .lingering
        self.deadline = .never
        guard let channel = context.channel as? any SocketOptionProvider else {
            context.close(promise: nil)
            return
        }
        channel.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
            self.context?.close(promise: nil)
        }
    }

    /// Closes without another word.
    func abandon() {
        self.phase = .lingering
        self.context?.close(promise: nil)
    }

    /// Ends the connection although its request or its last answer has not ended; an answer that is cut must not look whole.
    func cutOff() {
        let looksWhole = self.upstream?.endsWithClose == true || self.phase == .flushing
        self.perform(self.exchange.gatewayStopped())
        if looksWhole { self.reset() } else { self.abandon() }
    }

    func closeWhenIdle() {
        if self.exchange.isIdle && self.phase == .serving {
            self.closeAfterWriting()
        } else {
            self.exchange.clientMustClose()
        }
    }
}
