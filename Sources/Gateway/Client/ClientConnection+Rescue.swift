import HTTPWire
import ProxyCore
import RolloutCore
import Sockets

// MARK: - Requests that another version answers

extension ClientConnection {
    /// How the request that has just been drawn may be rescued; nil where its plan doesn't have that.
    func rescue(of request: ClientRequest, _ bodyLength: BodyLength) -> ExchangeRequest.Rescue? {
        guard let terms = request.chosenArm.rescue, request.chosenArm.key.cohort == .canary else { return nil }
        return ExchangeRequest.Rescue(
            serverErrors: terms.serverErrors,
            isRepeatable: request.method.isAnsweredTwice && bodyLength.mayFit(terms.bodyLimit)
        )
    }

    /// Keeps part of a body that is sent now, if it may have to be sent again.
    ///
    /// - Returns: false when it isn't kept.
    func keepSent(_ part: RawSpan, of request: ClientRequest) -> Bool {
        guard self.exchange.wantsBodyKept, let terms = request.chosenArm.rescue else { return false }
        let count = request.sent.count + part.byteCount
        let more = max(0, count - request.keptBytes)
        guard count <= terms.bodyLimit, self.loop.rescues.keep(more) else {
            self.forgetSent(request)
            self.exchange.keepingEnded()
            return false
        }
        request.keptBytes += more
        request.sent.append(contentsOf: part)
        return true
    }

    private func forgetSent(_ request: ClientRequest) {
        self.loop.rescues.free(request.keptBytes)
        request.keptBytes = 0
        request.sent = []
    }

    /// Lets stable answer. What the version that was chosen has done is counted now; what follows is not its doing.
    func fallBack(_ outcome: Outcome) {
        self.giveUpUpstream()
        self.resume(.upstreamIsFull)
        guard let request = self.request else { return }
        let assignment = request.table.table.routes[request.matching.route].assignment
        guard let stable = assignment.fallback(for: request.arm) else {
            preconditionFailure("only a request with a fallback falls back")
        }
        let now = TrafficLoop.now()
        self.stopCapture(request)  // What answers is not the version that was chosen.
        self.leavePlace(of: request)
        self.count(outcome, request, endingAt: now)
        if case .connecting(.rescue) = self.exchange.state {
            request.table.counters.record(RescueTally(repeated: 1), arm: request.arm)
            request.substitute(stable, as: .rescue(at: now))
        } else {
            request.substitute(stable, as: .fallback)
        }
        // Also for a request that was never taken: its body may stand with what was sent.
        request.rewind()
        self.connect(fresh: false, headIsParsed: false)
    }

    /// Settles what the care for the client took.
    ///
    /// - Parameter isWell: The client got a whole answer below 500; nil when nobody waited for it.
    func endCare(of request: ClientRequest, isWell: Bool?, at end: LoopTime) {
        if request.keptBytes > 0 { self.forgetSent(request) }
        if self.exchange.missedRescue { request.table.counters.record(RescueTally(missed: 1), arm: request.arm) }
        guard case .rescue(let failedAt) = request.substitution else { return }
        self.loop.rescues.ended(request.model, isWell: isWell, at: end)
        guard isWell == true else { return }
        let added = end.microseconds(since: failedAt)
        request.table.counters.record(RescueTally(saved: 1, addedMicroseconds: added), arm: request.arm)
    }

    /// Whether stable can be asked, too; takes a place for that. Never looks at `exchange`, which is being told something.
    func hasRescueRoom() -> Bool {
        guard let request = self.request else { return false }
        let now = TrafficLoop.now()
        let whole = request.times.startedAt.adding(microseconds: self.loop.limits.request)
        guard self.loop.limits.request == TimeLimits.unlimited || now < whole else { return false }
        let assignment = request.table.table.routes[request.matching.route].assignment
        if let stable = assignment.fallback(for: request.arm), let gate = request.table.gate(ofArm: stable),
            !gate.gate.hasPlace
        {
            return false
        }
        return self.loop.rescues.take(request.model, at: now)
    }
}

// MARK: - Requests that were never sent

extension ClientConnection {
    /// The connection was gone before it took a byte, as a pooled one whose server has restarted.
    ///
    /// - Parameter part: What was to go out of the body.
    func requestWasRefused(_ request: ClientRequest, _ part: RawSpan) {
        // What was kept is sent again anyway.
        if request.sent.isEmpty { request.hold(part) }
        self.perform(self.exchange.requestUnsent())
    }
}

// MARK: - Late answers

extension ClientConnection {
    /// From now on the head of the answer is waited for.
    func requestSentWholly(_ request: ClientRequest, at time: LoopTime) {
        request.times.completedAt = time
        guard request.substitution == .none, !request.isPinned, request.chosenArm.key.cohort == .canary,
            let lateAt = request.chosenArm.rescue?.lateAt(request.times)
        else { return }
        request.lateAt = lateAt
        self.watchForLateness()
    }

    /// The deadline was set anew.
    func watchForLateness() {
        if let request = self.request { self.deadline = min(self.deadline, request.lateAt) }
    }

    /// - Returns: true when the deadline was only that of a late answer.
    func answerWasLate() -> Bool {
        guard let request = self.request, request.lateAt <= self.loop.tickTime else { return false }
        request.lateAt = .never
        let action = self.exchange.answerIsLate(hasRoom: self.hasRescueRoom())
        if action == .none {
            let sentAt = request.times.completedAt ?? request.times.startedAt
            let own = sentAt.adding(microseconds: self.loop.limits.firstByte)
            self.deadline = min(own, self.deadline(in: TimeLimits.unlimited))
            return self.deadline > self.loop.tickTime
        }
        self.perform(action)
        return true
    }

    /// The head of the answer that the client gets is there.
    func answerBegan(_ request: ClientRequest, _ times: ExchangeTimes) {
        request.lateAt = .never
        guard let terms = request.chosenArm.rescue, request.substitution == .none, !request.isPinned,
            let answeredAt = times.answeredAt, terms.isLate(times, at: answeredAt)
        else { return }
        self.stopCapture(request)
        request.judgeNobody(.late)
    }
}

extension RequestMethod {
    /// A plan that has requests repeated means these; any other may change something.
    fileprivate var isAnsweredTwice: Bool {
        switch self {
        case .get, .head, .options, .post: true
        case .trace, .put, .delete, .connect, .other: false
        }
    }
}

extension BodyLength {
    fileprivate func mayFit(_ limit: Int) -> Bool {
        switch self {
        case .none, .chunked: true
        case .exactly(let count): count <= limit
        case .untilClose: false
        }
    }
}
