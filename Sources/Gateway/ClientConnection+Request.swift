import HTTPWire
import NIOCore
import ProxyCore
import RolloutCore

extension ClientConnection {
    /// Body bytes up to this number travel in one buffer with their head; more are passed on as a slice.
    static let joinLimit = 8_192

    /// Routes the request whose head was just parsed into the loop's `requestHead`.
    func begin(headLength: Int, _ buffer: inout ByteBuffer) {
        guard let head = buffer.readSlice(length: headLength) else { return }
        let loop = self.loop
        let isPersistent = loop.requestHead.isPersistent && !loop.isDraining
        let bodyLength = loop.requestHead.bodyLength
        self.requestBody = BodyFraming(bodyLength)
        let source = head.readableBytesSpan
        let path = source.extracting(loop.requestHead.target.path.bounds)
        if let own = OwnEndpoint(path: path) {
            self.answer(own, isPersistent: isPersistent)
            return
        }
        if path.hasDotSegment {
            self.answerUnrouted(.badRequest, "The path has a segment that is . or ..", isPersistent: isPersistent)
            return
        }
        let table = loop.current
        let host = source.extracting(loop.requestHead.host.bounds)
        guard let matching = table.table.match(path: path, host: host) else {
            self.answerUnrouted(.notFound, "No model is served at this path.", isPersistent: isPersistent)
            return
        }
        if let refusal = self.refusal(of: bodyLength) {
            self.answerUnrouted(refusal.problem, refusal.detail, isPersistent: isPersistent)
            return
        }
        let assignment = table.table.routes[matching.route].assignment
        let draw = assignment.draw(for: loop.requestHead.fields, source: source, random: &loop.random)
        let method = loop.requestHead.method
        let startedAt = TrafficLoop.now()
        let stamp = loop.stamp(table.table.arms[draw.arm], at: startedAt)
        let request = ClientRequest(
            id: RequestID(stamp, signedWith: table.table.stampKey),
            method: method,
            isVersion10: loop.requestHead.isVersion10,
            startedAt: startedAt,
            head: head,
            table: table,
            matching: matching,
            draw: draw
        )
        self.request = request
        loop.requestBegan(in: table)
        table.counters.assign(arm: draw.arm)
        if bodyLength != .none { self.drawForTap(request, stamp, bodyLength) }
        self.exchange.requestStarted(
            ExchangeRequest(
                isReplayable: method.isIdempotent && bodyLength == .none,
                hasFallback: assignment.fallback(for: draw.arm) != nil,
                isComplete: bodyLength == .none,
                clientIsPersistent: isPersistent
            )
        )
        if bodyLength != .none, !self.takeFirstBodyPart(&buffer) { return }
        self.connect(fresh: false, headIsParsed: true)
    }

    /// - Returns: false when the body is not valid, which has then been answered.
    private func takeFirstBodyPart(_ buffer: inout ByteBuffer) -> Bool {
        if buffer.readableBytes > 0 {
            guard let part = self.nextBodyPart(&buffer) else { return false }
            self.request?.hold(part)
        }
        if self.requestBody.isComplete { self.exchange.requestCompleted() }
        return true
    }

    private func refusal(of bodyLength: BodyLength) -> (problem: GatewayProblem, detail: StaticString)? {
        if case .exactly(let count) = bodyLength, let limit = self.loop.configuration.limits.bodySize, count > limit {
            return (.contentTooLarge, "The body is larger than this gateway allows.")
        }
        if self.loop.isOverloaded { return (.unavailable, "This gateway has as many requests in flight as it may.") }
        return nil
    }

    /// Gets a connection to the least busy upstream of the serving arm and sends the request on it; goes through the
    /// others when there is none to be had.
    ///
    /// - Parameters:
    ///   - fresh: Make a new connection even if an idle one is there.
    ///   - headIsParsed: The loop's `requestHead` holds this request's head.
    func connect(fresh: Bool, headIsParsed: Bool) {
        guard let request = self.request else { return }
        let table = request.table
        let arm = table.table.arms[request.servingArm]
        while let target = table.leastPending(
            of: arm,
            except: request.tried,
            now: self.loop.tickTime,
            random: &self.loop.random
        ) {
            let pooled = table.upstreams[target.index]
            request.pick(target)
            self.attempt += 1
            switch pooled.pool.acquire(fresh: fresh) {
            case .reuse(let handle):
                guard let connection = self.loop.connection(handle) else {
                    preconditionFailure("an idle connection is known to its loop")
                }
                self.send(on: connection, isPooled: true, headIsParsed: headIsParsed)
                return
            case .connect:
                self.pause(.connecting)
                self.deadline = self.deadline(in: nil)
                let attempt = self.attempt
                pooled.connect(on: self.loop) { result in
                    self.connected(result, to: target, fresh: fresh, attempt: attempt)
                }
                return
            case .refused: request.connectFailed(.shortage, to: target)
            }
        }
        self.noneConnected(request)
    }

    private func connected(
        _ result: Result<UpstreamConnection, ConnectFailure>,
        to target: ArmUpstream,
        fresh: Bool,
        attempt: Int
    ) {
        guard attempt == self.attempt, case .connecting = self.exchange.state, let request = self.request else {
            // The request that it was made for is gone; the next one can use it.
            if case .success(let connection) = result { connection.release() }
            return
        }
        switch result {
        case .success(let connection) where connection.isOpen:
            self.send(on: connection, isPooled: false, headIsParsed: false)
        case .success(let connection):
            connection.discard()
            request.connectFailed(.unreachable, to: target)
            self.connect(fresh: fresh, headIsParsed: false)
        case .failure(let failure):
            request.connectFailed(failure, to: target)
            self.connect(fresh: fresh, headIsParsed: false)
        }
    }

    private func noneConnected(_ request: ClientRequest) {
        switch request.connectFailure {
        case .unreachable: self.perform(self.exchange.connectFailed())
        case .shortage:
            request.problemDetail = "This gateway can't make more connections to the version."
            self.perform(self.exchange.connectFailed(.unavailable, outcome: .gatewayFailure))
        }
    }

    private func send(on connection: UpstreamConnection, isPooled: Bool, headIsParsed: Bool) {
        guard let request = self.request, let target = request.target, let context = self.context else { return }
        if !headIsParsed {
            let head = request.head
            _ = self.loop.requestHead.parse(head.readableBytesSpan, limits: self.loop.configuration.limits.head)
        }
        let held = request.held
        request.held = nil
        let joined = held.map { $0.readableBytes <= Self.joinLimit } ?? false
        var buffer = context.channel.allocator.buffer(
            capacity: self.outgoingSize(request, target) + (joined ? held?.readableBytes ?? 0 : 0)
        )
        self.writeHead(of: request, for: target, to: &buffer)
        if var held, joined { buffer.writeBuffer(&held) }
        self.exchange.requestSent(onPooled: isPooled)
        // Where nothing was waited for, the request is sent in the moment it began.
        request.times.sentAt = isPooled && headIsParsed ? request.times.startedAt : TrafficLoop.now()
        self.upstream = connection
        connection.begin(for: self, answering: request.method)
        connection.setReading(context.channel.isWritable)
        if let held {
            self.exchange.bodySent()
            if joined { connection.write(buffer) } else { connection.write(buffer, then: held) }
        } else {
            connection.write(buffer)
        }
        let timeouts = self.loop.configuration.timeouts
        self.deadline = self.deadline(in: self.requestBody.isComplete ? timeouts.firstByte : timeouts.body)
        self.resume(.connecting)
    }

    private func outgoingSize(_ request: ClientRequest, _ target: ArmUpstream) -> Int {
        self.loop.requestHead.outgoingSize + request.head.readableBytes + target.authority.count + self.address.count
            + target.prefixes.maximumCount + 176
    }

    private func writeHead(of request: ClientRequest, for target: ArmUpstream, to buffer: inout ByteBuffer) {
        let head = request.head
        let source = head.readableBytesSpan
        let path = self.loop.requestHead.target.path
        let end = Int(path.start) + request.matching.end
        let next = end < path.end ? source.byte(at: end) : nil
        let prefix = target.prefixes.prefix(for: request.matching, next: next)
        let keepsHost = self.loop.configuration.hostPolicy == .client && !self.loop.requestHead.host.isEmpty
        let address = self.address
        buffer.writeWithOutputRawSpan(minimumWritableBytes: self.outgoingSize(request, target)) { output in
            self.loop.requestHead.write(
                into: &output,
                source: source,
                targetPrefix: prefix.bytes,
                skipping: prefix.replaced,
                rules: RequestFieldRules(keepsHost: keepsHost)
            )
            if !keepsHost {
                output.append(contentsOf: "Host: ")
                output.append(contentsOf: target.authority)
                output.append(contentsOf: "\r\n")
            }
            output.append(contentsOf: "X-Forwarded-For: ")
            self.loop.requestHead.appendForwardedFor(to: &output, source: source)
            output.append(contentsOf: address)
            output.append(contentsOf: "\r\nx-serin-request-id: ")
            output.append(request.id)
            output.append(contentsOf: "\r\n\r\n")
        }
    }
}

extension OutputRawSpan {
    mutating func append(_ id: RequestID) {
        self.append(hexadecimal: id.first)
        self.append(hexadecimal: id.second)
        self.append(hexadecimal: id.third)
    }
}
