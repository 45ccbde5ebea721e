import HTTPWire
import ProxyCore
import RolloutCore
import Sockets

extension ClientConnection {
    /// Routes the request whose head was just parsed into the loop's `requestHead`.
    ///
    /// - Parameters:
    ///   - source: The head.
    ///   - rest: What arrived behind it.
    /// - Returns: How many bytes of `rest` belong to the request.
    func begin(_ source: RawSpan, _ rest: RawSpan) -> Int {
        let loop = self.loop
        let isPersistent = loop.requestHead.isPersistent && !loop.isDraining
        let bodyLength = loop.requestHead.bodyLength
        self.requestBody = BodyFraming(bodyLength)
        self.keepHead(source)
        let path = source.extracting(loop.requestHead.target.path.bounds)
        if let own = OwnEndpoint(path: path) {
            self.answer(own, isPersistent: isPersistent)
            return 0
        }
        if !loop.requestHead.target.isPlain, path.hasDotSegment {
            self.answerUnrouted(.badRequest, "The path has a segment that is . or ..", isPersistent: isPersistent)
            return 0
        }
        let table = loop.current
        let host = source.extracting(loop.requestHead.host.bounds)
        guard let matching = table.table.match(path: path, host: host) else {
            self.answerUnrouted(.notFound, "No model is served at this path.", isPersistent: isPersistent)
            return 0
        }
        if !loop.requestHead.target.isPlain, matching.style.isStandard, path.hidesVersion(from: matching.end) {
            self.answerUnrouted(.badRequest, "The path hides a version of the model.", isPersistent: isPersistent)
            return 0
        }
        if let refusal = self.refusal(of: bodyLength) {
            self.answerUnrouted(refusal.problem, refusal.detail, isPersistent: isPersistent)
            return 0
        }
        guard let place = self.place(source, route: matching.route, table.table, isPersistent: isPersistent) else {
            return 0
        }
        let (draw, isPinned) = place
        let startedAt = TrafficLoop.now()
        let stamp = loop.stamp(table.table.arms[draw.arm], isPinned: isPinned, at: startedAt)
        let request = ClientRequest(
            stamp: stamp,
            head: loop.requestHead,
            startedAt: startedAt,
            table: table,
            matching: matching,
            draw: draw,
            isPinned: isPinned
        )
        request.beganTrace = loop.beginTrace(source)
        request.upgrade = loop.requestHead.upgrade(in: source).map { source.extracting($0.bounds).array }
        self.request = request
        loop.requestBegan(in: table)
        if !isPinned { table.counters.assign(arm: draw.arm) }
        if bodyLength != .none, !isPinned { self.drawForTap(request, stamp, head: source, bodyLength) }
        self.exchange.requestStarted(self.beginning(of: request, bodyLength, isPersistent: isPersistent))
        if let mirror = table.table.routes[matching.route].mirror, !isPinned {
            self.drawForCopy(request, mirror, head: source, bodyLength)
        }
        var count = 0
        if bodyLength != .none {
            if rest.byteCount > 0 {
                guard let part = self.nextBodyPart(rest) else { return 0 }
                count = part
            }
            if self.requestBody.isComplete { self.exchange.requestCompleted() }
        }
        self.connect(fresh: false, headIsParsed: true, firstPart: rest.extracting(0..<count))
        self.sendCopyWhenWhole()
        return count
    }

    private func beginning(
        of request: ClientRequest,
        _ bodyLength: BodyLength,
        isPersistent: Bool
    ) -> ExchangeRequest {
        let assignment = request.table.table.routes[request.matching.route].assignment
        return ExchangeRequest(
            isReplayable: request.method.isIdempotent && bodyLength == .none,
            hasFallback: !request.isPinned && assignment.fallback(for: request.arm) != nil,
            rescue: request.isPinned ? nil : self.rescue(of: request, bodyLength),
            isComplete: bodyLength == .none,
            clientIsPersistent: isPersistent
        )
    }

    /// Memory for a head that is kept between two requests.
    private static let keptHeadSize = 4_096

    private func keepHead(_ source: RawSpan) {
        if self.head.capacity > max(Self.keptHeadSize, source.byteCount) {
            self.head = []
        } else {
            self.head.removeAll(keepingCapacity: true)
        }
        self.head.append(contentsOf: source)
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
    ///   - firstPart: Body bytes that have come with the head.
    func connect(fresh: Bool, headIsParsed: Bool, firstPart: RawSpan = RawSpan()) {
        guard let request = self.request else { return }
        let table = request.table
        let arm = table.table.arms[request.servingArm]
        guard self.isAdmitted(request, firstPart) else { return }
        while let candidate = table.choose(
            of: arm,
            for: request,
            now: self.loop.tickTime,
            random: &self.loop.random
        ) {
            let pooled = table.upstreams[candidate.target.index]
            request.pick(candidate.target, at: candidate.endpoint, hasChoice: table.hasChoice(in: arm))
            self.attempt += 1
            guard let endpoint = candidate.endpoint else {
                self.lookUp(pooled, candidate, fresh: fresh, firstPart)
                return
            }
            switch endpoint.pool.acquire(fresh: fresh) {
            case .reuse(let handle):
                guard let connection = self.loop.connection(handle) else {
                    preconditionFailure("an idle connection is known to its loop")
                }
                self.send(on: connection, isPooled: true, headIsParsed: headIsParsed, firstPart)
                return
            case .connect:
                self.pause(.connecting)
                if firstPart.byteCount > 0 { request.hold(firstPart) }
                self.deadline = self.deadline(in: TimeLimits.unlimited)
                let attempt = self.attempt
                pooled.connect(to: endpoint, on: self.loop) { result in
                    self.connected(result, to: candidate, fresh: fresh, attempt: attempt)
                }
                return
            case .refused: request.connectFailed(.shortage, to: candidate)
            }
        }
        if firstPart.byteCount > 0 { request.hold(firstPart) }  // Another version may take it.
        self.noneConnected(request)
    }

    /// Waits until the upstream's name is known to stand for something, or for nothing.
    private func lookUp(_ pooled: PooledUpstream, _ candidate: UpstreamCandidate, fresh: Bool, _ firstPart: RawSpan) {
        self.pause(.connecting)
        if firstPart.byteCount > 0 { self.request?.hold(firstPart) }
        self.deadline = self.deadline(in: TimeLimits.unlimited)
        let attempt = self.attempt
        pooled.lookUp(self.loop) {
            guard attempt == self.attempt, case .connecting = self.exchange.state else { return }
            if pooled.endpoints.isEmpty { self.request?.connectFailed(.unreachable, to: candidate) }
            self.connect(fresh: fresh, headIsParsed: false)
        }
    }

    private func connected(
        _ result: Result<UpstreamConnection, ConnectFailure>,
        to candidate: UpstreamCandidate,
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
            self.send(on: connection, isPooled: false, headIsParsed: false, RawSpan())
        case .success(let connection):
            connection.discard()
            request.connectFailed(.unreachable, to: candidate)
            self.connect(fresh: fresh, headIsParsed: false)
        case .failure(let failure):
            request.connectFailed(failure, to: candidate)
            self.connect(fresh: fresh, headIsParsed: false)
        }
    }

    private func noneConnected(_ request: ClientRequest) {
        switch request.connectFailure {
        case .unreachable:
            if request.hasUnwatchedFailure { self.loop.watchFailure(of: request, stableIsUnreachable: true) }
            self.perform(self.exchange.connectFailed())
        case .shortage:
            request.problemDetail = "This gateway can't make more connections to the version."
            self.perform(self.exchange.connectFailed(.unavailable, outcome: .gatewayFailure))
        }
    }

    /// - Parameter firstPart: Body bytes that were not held back.
    private func send(
        on connection: UpstreamConnection,
        isPooled: Bool,
        headIsParsed: Bool,
        _ firstPart: RawSpan
    ) {
        guard let request = self.request, let target = request.target else { return }
        if request.hasUnwatchedFailure { self.loop.watchFailure(of: request) }
        let head = self.head
        if !headIsParsed {
            _ = self.loop.requestHead.parse(head.octets, limits: self.loop.configuration.limits.head)
        }
        self.exchange.requestSent(onPooled: isPooled)
        // Where nothing was waited for, the request is sent in the moment it began.
        request.times.sentAt = isPooled && headIsParsed ? request.times.startedAt : TrafficLoop.now()
        self.upstream = connection
        connection.begin(for: self, answering: request.method)
        connection.socket.setReading(self.socket.isWritable)
        if request.held.isEmpty {
            if firstPart.byteCount > 0 { self.exchange.bodySent(isKept: self.keepSent(firstPart, of: request)) }
            self.write(head.octets, of: request, for: target, before: firstPart, to: connection.socket)
            if connection.socket.hasRefusedOutput { return self.requestWasRefused(request, firstPart) }
        } else {
            let held = request.held
            request.held = []
            self.exchange.bodySent(isKept: self.keepSent(held.octets, of: request))
            self.write(head.octets, of: request, for: target, before: held.octets, to: connection.socket)
            if connection.socket.hasRefusedOutput { return self.requestWasRefused(request, held.octets) }
        }
        let limits = self.loop.limits
        self.deadline = self.deadline(in: self.requestBody.isComplete ? limits.firstByte : limits.body)
        self.resume(.connecting)
        if self.requestBody.isComplete {
            self.requestSentWholly(request, at: request.times.sentAt ?? TrafficLoop.now())
        }
    }

    /// Sends the head as this gateway writes it, and `part` of the body behind it.
    private func write(
        _ source: RawSpan,
        of request: ClientRequest,
        for target: ArmUpstream,
        before part: RawSpan,
        to socket: StreamSocket
    ) {
        let message = OutgoingRequest(
            matching: request.matching,
            target: target,
            id: request.id,
            trace: request.beganTrace
        )
        self.loop.send(message, by: self.hop, source: source, before: part, on: socket)
    }
}
