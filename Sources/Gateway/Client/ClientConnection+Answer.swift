import HTTPWire
import ProxyCore
import RolloutCore
import Sockets

// MARK: - What the exchange asks for

extension ClientConnection {
    func perform(_ action: Exchange.Action) {
        switch action {
        case .none: break
        case .reconnect:
            self.giveUpUpstream()
            self.resume(.upstreamIsFull)
            self.request?.rewind()
            self.connect(fresh: true, headIsParsed: false)
        case .fallBack(let outcome):
            if outcome.isUnanswered { self.upstreamBroke() }
            self.fallBack(outcome)
        case .answer(let problem, let outcome):
            if problem == .badGateway || problem == .gatewayTimeout { self.upstreamBroke() }
            let keeps = self.exchange.keepsClient && self.requestBody.isComplete
            self.request?.problem = problem
            let request = self.end(outcome, isWell: problem.rawValue >= 500 ? false : nil)
            self.writeProblem(problem, request?.problemDetail, for: request, isHead: request?.method == .head, keeps)
            self.requestEnded(keepsClient: keeps)
        case .abort(let outcome):
            if outcome?.isUnanswered == true { self.upstreamBroke() }
            let endsWithClose = self.upstream?.endsWithClose ?? false
            _ = self.end(outcome, isWell: false)
            if endsWithClose { self.reset() } else { self.closeAfterWriting() }
        case .cancel(let outcome): _ = self.end(outcome, isWell: nil)
        }
    }

    /// Counts the request, unless it was counted before, lets go of its upstream, and forgets it.
    ///
    /// - Parameter isWell: Whether the client was served well; nil when that was not the servers' doing.
    private func end(_ outcome: Outcome?, isWell: Bool?) -> ClientRequest? {
        self.giveUpUpstream()
        self.attempt += 1
        self.resume(.connecting)
        self.resume(.upstreamIsFull)
        guard let request = self.request else { return nil }
        self.request = nil
        self.stopCapture(request)
        let now = TrafficLoop.now()
        if let outcome { self.count(outcome, request, endingAt: now) }
        self.left(request, isWell: isWell, at: now)
        return request
    }

    /// Counts what the version that was chosen has come to.
    func count(_ outcome: Outcome, _ request: ClientRequest, endingAt end: LoopTime) {
        if request.isPinned {
            request.outcome = outcome
            self.loop.pinned.record(request.chosenArm, outcome: outcome)
            return
        }
        let counted = request.table.counters.record(
            request.draw,
            upstream: request.chosenTarget?.place,
            outcome: outcome,
            times: request.times,
            endingAt: end
        )
        request.outcome = counted
        self.loop.watch(counted, of: request, at: end)
    }

    func left(_ request: ClientRequest, isWell: Bool?, at end: LoopTime) {
        if request.hasUnwatchedFailure { self.loop.watchFailure(of: request) }
        self.leavePlace(of: request)
        self.endCare(of: request, isWell: isWell, at: end)
        if let copy = request.copy { self.endCopy(copy, of: request, at: end) }
        if self.loop.accessLog != nil { self.log(request, endingAt: end) }
        self.loop.requestEnded(in: request.table)
    }

    func giveUpUpstream() {
        self.upstream?.discard()
        self.upstream = nil
    }
}

// MARK: - The upstream's answer

extension ClientConnection {
    /// Passes on part of an answer.
    func write(_ part: RawSpan) {
        self.request?.answerBytes += part.byteCount
        self.deadline = self.deadline(in: self.loop.limits.responseIdle)
        self.socket.send(part)
    }

    /// Passes on a head that is put together here, and `part` of a body behind it.
    ///
    /// - Parameter capacity: Bytes of the head at most.
    func write(reserving capacity: Int, before part: RawSpan = RawSpan(), _ compose: (inout OutputRawSpan) -> Void) {
        self.request?.answerBytes += part.byteCount
        self.deadline = self.deadline(in: self.loop.limits.responseIdle)
        self.socket.send(reserving: capacity, before: part, compose)
    }

    private func write(_ text: String) {
        let octets = Array(text.utf8)
        self.write(octets.octets)
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
            self.upstreamCompleted(request)
            if let capture = request.capture { self.finish(capture, request, requestIsWhole, endingAt: end) }
            if let outcome = completion.outcome { self.count(outcome, request, endingAt: end) }
            self.left(request, isWell: status < 500, at: end)
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
        self.loop.unrouted[problem.rawValue, default: 0] += 1
        let id = self.writeProblem(problem, detail, for: nil, isHead: false, false)
        if self.loop.accessLog != nil { self.logUnrouted(problem, detail, id: id, isParsed: false) }
        self.closeAfterWriting()
    }

    /// Answers a request that was never assigned to a version.
    func answerUnrouted(_ problem: GatewayProblem, _ detail: StaticString, isPersistent: Bool) {
        let keeps = isPersistent && self.canSkipBody
        let isHead = self.loop.requestHead.method == .head
        self.loop.unrouted[problem.rawValue, default: 0] += 1
        let id = self.writeProblem(problem, detail, for: nil, isHead: isHead, keeps)
        if self.loop.accessLog != nil { self.logUnrouted(problem, detail, id: id, isParsed: true) }
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
            self.deadline = self.deadline(in: self.loop.idleLimit)
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
        case .metrics:
            self.answerText(
                self.loop.metricsBoard.text,
                type: PrometheusText.contentType,
                isPersistent: isPersistent
            )
        case .readiness where self.loop.isReady: self.answerText("ready\n", isPersistent: isPersistent)
        case .readiness:
            self.answerUnrouted(
                .unavailable,
                "No routes are known yet, or the gateway is stopping.",
                isPersistent: isPersistent
            )
        }
    }

    private func answerText(_ text: String, type: String = "text/plain", isPersistent: Bool) {
        let keeps = isPersistent && self.canSkipBody
        let body = self.loop.requestHead.method == .head ? "" : text
        let head = "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(text.utf8.count)\r\n"
        self.write(head + self.loop.dateLine + Self.connectionField(keeps: keeps) + "\r\n" + body)
        self.unroutedEnded(keepsClient: keeps)
    }

    private static func connectionField(keeps: Bool) -> String { keeps ? "" : "Connection: close\r\n" }

    /// Writes a problem (RFC 9457); the version's name is in it when a version was chosen.
    ///
    /// The id of a request that no route took is a stamp of generation 0, which no route has.
    ///
    /// - Returns: The id.
    @discardableResult
    private func writeProblem(
        _ problem: GatewayProblem,
        _ detail: StaticString?,
        for request: ClientRequest?,
        isHead: Bool,
        _ keeps: Bool
    ) -> RequestID {
        let id = request?.id ?? self.loop.unroutedID()
        var body = "{\"type\":\"about:blank\",\"title\":\"\(problem.title)\",\"status\":\(problem.rawValue)"
        if let detail { body += ",\"detail\":\"\(detail)\"" }
        body += ",\"requestId\":\"\(id)\"}\n"
        var head = "HTTP/1.1 \(problem.rawValue) \(problem.title)\r\nContent-Type: application/problem+json\r\n"
        head += "Content-Length: \(body.utf8.count)\r\n\(self.loop.dateLine)x-serin-request-id: \(id)\r\n"
        if let request {
            head += "x-serin-version: \(String(decoding: request.versionName, as: UTF8.self))\r\n"
            if let mark = request.mark { head += mark.description + "\r\n" }
        }
        if problem == .unavailable { head += "Retry-After: 1\r\n" }
        if problem == .unauthorized { head += "WWW-Authenticate: SerinPin\r\n" }
        head += Self.connectionField(keeps: keeps) + "\r\n"
        self.write(isHead ? head : head + body)
        return id
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
        self.deadline = self.deadline(in: self.loop.idleLimit)
        // This answer had begun before the gateway was told to stop, and didn't say that it is the last.
        if self.loop.isDraining, self.loop.idleLimit == 0, !self.hasUnread {
            self.closeAfterWriting()
        } else {
            self.processUnread()
        }
    }

    /// How long bytes that nobody wants are read, so that the client can read its answer before the connection goes.
    private static let lingerTime = Duration.seconds(2)

    /// Ends the connection when everything written has gone out.
    func closeAfterWriting() {
        guard self.phase == .serving else { return }
        self.phase = .flushing
        self.forgetUnread()
        self.requestBody = .finished
        self.deadline = self.loop.tickTime.adding(microseconds: self.loop.limits.responseIdle)
        for reason in [ReadingPause.connecting, .upstreamIsFull, .pipelined, .clientIsFull] { self.resume(reason) }
        self.noteUnsentBytes()
        if self.socket.pendingBytes == 0 { self.flushed() }
    }

    /// Everything has gone out.
    func flushed() {
        self.phase = .lingering
        self.deadline = self.loop.tickTime.adding(Self.lingerTime)
        self.socket.endOutput()
    }

    /// Breaks the connection off with a reset: where the end of the answer is the close, a plain close would look whole.
    func reset() {
        self.phase = .lingering
        self.socket.reset()
    }

    /// Closes without another word.
    func abandon() {
        self.phase = .lingering
        self.socket.close()
    }

    /// Ends the connection although its request or its last answer has not ended; an answer that is cut must not look whole.
    func cutOff() {
        let looksWhole = self.upstream?.endsWithClose == true || self.phase == .flushing || self.phase == .tunnelling
        self.perform(self.exchange.gatewayStopped())
        if looksWhole { self.reset() } else { self.abandon() }
    }

    /// The gateway is stopping: what is answered from now on says that it is the last.
    func drain() {
        if !self.exchange.isIdle {
            if !self.exchange.isResponding || self.loop.idleLimit == 0 { self.exchange.clientMustClose() }
        } else if self.phase == .serving {
            if self.loop.idleLimit == 0 {
                self.closeAfterWriting()
            } else if self.hasOnlyLineEndsUnread {
                // Its next request may be on its way, and would be lost if the connection were closed now.
                self.deadline = min(self.deadline, self.deadline(in: self.loop.idleLimit))
            }
        }
    }
}
