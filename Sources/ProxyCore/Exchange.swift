package import RolloutCore

/// One request and its answer, from the head to the last byte, as a value without I/O.
///
/// The driver tells what happened and does what it is told. A client connection has one exchange at a time; a pipelined
/// request waits until it is idle again. Every request is answered at most once, and its outcome is counted exactly once.
package struct Exchange: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// Between requests. Can go to `connecting`.
        case idle
        /// Waits for a connection; nothing was sent to this answerer. Can go to `awaitingResponse`, to `connecting` another one, or to
        /// `idle`.
        case connecting(Answerer)
        /// The request is on its way. Can go to `connecting` (for a stale connection, or another answerer), `responding` or `idle`.
        case awaitingResponse(Attempt)
        /// The final head was passed on. Can go to `idle`.
        case responding(Answerer)
    }

    /// Who is asked for the answer.
    package enum Answerer: Hashable, Sendable {
        /// The version that was chosen.
        case chosen
        /// Stable, because the canary was never asked.
        case fallback
        /// Stable, although the canary was asked.
        case rescue
    }

    package struct Attempt: Hashable, Sendable {
        package var answerer: Answerer
        /// The connection had carried a request before, so the server may have closed it unseen.
        package var isPooled: Bool
        package var hasResponseBytes: Bool
    }

    package enum Side: Hashable, Sendable {
        case client
        case upstream
    }

    /// What the driver does next. An outcome is the one of the version that was chosen, to be counted at once; nil when it was before.
    package enum Action: Hashable, Sendable {
        case none
        /// Send the same request again to the same version, on a connection made for it.
        case reconnect
        /// Give up the upstream connection and send the request to stable instead.
        case fallBack(outcome: Outcome)
        /// Answer with a problem and give up the upstream connection.
        case answer(GatewayProblem, outcome: Outcome?)
        /// Break off both connections so that the client can't take the answer for a whole one.
        case abort(outcome: Outcome?)
        /// Give up the upstream connection; the client is gone.
        case cancel(outcome: Outcome?)
    }

    /// What follows a whole answer.
    package struct Completion: Hashable, Sendable {
        /// Nil when it was counted before.
        package var outcome: Outcome?
        package var upstreamIsReusable: Bool
        package var clientIsReusable: Bool
    }

    package private(set) var state = State.idle
    private var request = ExchangeRequest(
        isReplayable: false,
        hasFallback: false,
        isComplete: true,
        clientIsPersistent: true
    )
    /// Another one answers in the place of the version that was chosen.
    private var isCounted = false
    private var hasReconnected = false
    /// Everything that was sent can be sent again.
    private var isKept = true
    /// The version that was chosen failed in a way that a rescue repairs, but there was none.
    package private(set) var missedRescue = false

    package init() {}

    package var isIdle: Bool { self.state == .idle }
    package var requestIsComplete: Bool { self.request.isComplete }

    package var isResponding: Bool {
        if case .responding = self.state { true } else { false }
    }

    /// The client connection can take another request when this one has ended well.
    package var keepsClient: Bool { self.request.clientIsPersistent && self.request.isComplete }

    /// What is sent must be kept, because it may have to be sent again.
    package var wantsBodyKept: Bool {
        guard self.isKept, self.request.rescue?.isRepeatable == true else { return false }
        switch self.state {
        case .connecting(.chosen), .connecting(.rescue): return true
        case .awaitingResponse(let attempt): return attempt.answerer != .fallback
        case .idle, .connecting(.fallback), .responding: return false
        }
    }
}

// MARK: - The request

extension Exchange {
    package mutating func requestStarted(_ request: ExchangeRequest) {
        precondition(self.isIdle, "an exchange carries one request at a time")
        self = Exchange()
        self.request = request
        self.state = .connecting(.chosen)
    }

    /// Part of the body went out behind the head.
    ///
    /// - Parameter isKept: It can be sent again.
    package mutating func bodySent(isKept: Bool = false) {
        self.request.isReplayable = false
        if !isKept { self.isKept = false }
    }

    /// What was kept of the request had to be given up.
    package mutating func keepingEnded() { self.isKept = false }

    package mutating func requestCompleted() { self.request.isComplete = true }

    /// The connection must not carry another request, e.g. because the gateway is stopping.
    package mutating func clientMustClose() { self.request.clientIsPersistent = false }

    /// The body turned out to be malformed, or larger than allowed.
    package mutating func requestBroke(_ problem: GatewayProblem) -> Action {
        switch self.state {
        case .idle: return .none
        case .connecting, .awaitingResponse:
            return self.end(.clientAborted) { .answer(problem, outcome: $0) }
        case .responding: return self.end(.clientAborted) { .abort(outcome: $0) }
        }
    }

    package mutating func clientClosed() -> Action {
        switch self.state {
        case .idle: .none
        case .connecting, .awaitingResponse, .responding:
            self.end(.clientAborted) { .cancel(outcome: $0) }
        }
    }

    /// The gateway ends and can't wait for the request any longer.
    package mutating func gatewayStopped() -> Action {
        switch self.state {
        case .idle: .none
        case .connecting, .awaitingResponse, .responding:
            self.end(.gatewayFailure) { .cancel(outcome: $0) }
        }
    }

    /// Ends the exchange; `outcome` counts unless another one was counted before.
    private mutating func end(_ outcome: Outcome, _ action: (Outcome?) -> Action) -> Action {
        self.state = .idle
        return action(self.isCounted ? nil : outcome)
    }
}

// MARK: - Connections

extension Exchange {
    /// A connection carries the request from now on.
    package mutating func requestSent(onPooled isPooled: Bool) {
        guard case .connecting(let answerer) = self.state else {
            preconditionFailure("a request is sent on a connection it waited for")
        }
        self.state = .awaitingResponse(
            Attempt(answerer: answerer, isPooled: isPooled, hasResponseBytes: false)
        )
    }

    /// No connection could be made, or none was allowed.
    ///
    /// - Parameter outcome: What that says about the version, if it was the one that was chosen.
    package mutating func connectFailed(
        _ problem: GatewayProblem = .badGateway,
        outcome: Outcome = .connectFailure
    ) -> Action {
        guard case .connecting(let answerer) = self.state else { return .none }  // The client left meanwhile.
        if answerer == .chosen, self.request.hasFallback { return self.substitute(.fallback, outcome) }
        return self.end(outcome) { .answer(problem, outcome: $0) }
    }

    /// The connection took not a single byte of the request, so that nothing of it can have been done.
    ///
    /// - Returns: `reconnect` once; then it is as if no connection could be made.
    package mutating func requestUnsent() -> Action {
        guard case .awaitingResponse(let attempt) = self.state else { return .none }
        self.state = .connecting(attempt.answerer)
        if self.hasReconnected { return self.connectFailed() }
        self.hasReconnected = true
        return .reconnect
    }

    /// Lets stable answer; the outcome of the version that was chosen is what has happened until now.
    private mutating func substitute(_ answerer: Answerer, _ outcome: Outcome) -> Action {
        self.isCounted = true
        self.hasReconnected = false
        self.state = .connecting(answerer)
        return .fallBack(outcome: outcome)
    }

    /// The version that was asked has failed before the head of an answer.
    ///
    /// - Parameter hasRoom: Asked only when a rescue would follow.
    private mutating func fail(
        _ attempt: Attempt,
        _ problem: GatewayProblem,
        _ outcome: Outcome,
        _ hasRoom: () -> Bool
    ) -> Action {
        if self.isRescued(attempt, serverErrors: true, hasRoom) {
            return self.substitute(.rescue, outcome)
        }
        return self.end(outcome) { .answer(problem, outcome: $0) }
    }

    private mutating func isRescued(_ attempt: Attempt, serverErrors: Bool, _ hasRoom: () -> Bool)
        -> Bool
    {
        guard let rescue = self.request.rescue, attempt.answerer == .chosen,
            rescue.serverErrors || !serverErrors
        else {
            return false
        }
        if rescue.isRepeatable, self.isKept, hasRoom() { return true }
        self.missedRescue = true
        return false
    }
}

// MARK: - The upstream's answer

extension Exchange {
    package mutating func responseBytesArrived() {
        guard case .awaitingResponse(var attempt) = self.state else { return }
        attempt.hasResponseBytes = true
        self.state = .awaitingResponse(attempt)
    }

    /// A final head.
    ///
    /// - Parameter hasRoom: Whether stable can be asked, too; evaluated only when that would follow.
    /// - Returns: `none` when the head goes to the client; `fallBack` when this answer is not wanted.
    package mutating func responseStarted(status: Int, hasRoom: @autoclosure () -> Bool = false)
        -> Action
    {
        guard case .awaitingResponse(let attempt) = self.state else {
            preconditionFailure("an answer follows a request")
        }
        if status >= 500, self.isRescued(attempt, serverErrors: true, hasRoom) {
            return self.substitute(.rescue, .serverError)
        }
        self.state = .responding(attempt.answerer)
        return .none
    }

    /// There is no head of an answer after as long as the plan waits for one.
    ///
    /// - Returns: `none` when the version goes on to be waited for.
    package mutating func answerIsLate(hasRoom: @autoclosure () -> Bool = false) -> Action {
        guard case .awaitingResponse(let attempt) = self.state, self.request.isComplete else {
            return .none
        }
        return self.isRescued(attempt, serverErrors: false, hasRoom)
            ? self.substitute(.rescue, .timeout) : .none
    }

    /// - Returns: `reconnect` at most once an answerer, and only when the connection was a pooled one that died before any byte of an
    ///   answer, and the request may be done twice: it is idempotent and has no body, or the plan has it repeated anyway.
    package mutating func upstreamClosed(hasRoom: @autoclosure () -> Bool = false) -> Action {
        switch self.state {
        case .idle, .connecting: return .none  // The connection was given up before its close arrived.
        case .awaitingResponse(let attempt):
            let mayRepeat = self.request.isReplayable || (attempt.answerer == .rescue && self.isKept)
            if attempt.isPooled, !attempt.hasResponseBytes, mayRepeat, !self.hasReconnected {
                self.hasReconnected = true
                self.state = .connecting(attempt.answerer)
                return .reconnect
            }
            return self.fail(attempt, .badGateway, .upstreamFailure, hasRoom)
        case .responding: return self.end(.upstreamFailure) { .abort(outcome: $0) }
        }
    }

    /// The upstream broke the protocol or closed where it must not.
    package mutating func upstreamBroke(hasRoom: @autoclosure () -> Bool = false) -> Action {
        switch self.state {
        case .idle, .connecting: .none
        case .awaitingResponse(let attempt): self.fail(attempt, .badGateway, .upstreamFailure, hasRoom)
        case .responding: self.end(.upstreamFailure) { .abort(outcome: $0) }
        }
    }

    /// The last byte of the answer was passed on.
    ///
    /// - Parameter upstreamIsPersistent: As far as the answer tells.
    package mutating func responseCompleted(status: Int, upstreamIsPersistent: Bool) -> Completion {
        precondition(self.isResponding, "only an answer that has begun can be complete")
        self.state = .idle
        return Completion(
            outcome: self.isCounted ? nil : Outcome(status: status),
            upstreamIsReusable: upstreamIsPersistent && self.request.isComplete,
            clientIsReusable: self.keepsClient
        )
    }

    /// Client and upstream go on with another protocol, which takes a request that is complete.
    ///
    /// - Returns: The outcome to be counted; nil when it was before.
    package mutating func protocolsSwitched() -> Outcome? {
        guard case .awaitingResponse = self.state else {
            preconditionFailure("protocols are switched in answer to a request")
        }
        self.state = .idle
        return self.isCounted ? nil : .success
    }

    /// A limit of time has passed.
    ///
    /// - Parameter stalled: Who the other side waits for, as far as the connections tell; nil when they don't: then it is
    ///   the client while the request is incomplete and no answer has begun, else the upstream.
    package mutating func deadlinePassed(stalled: Side?, hasRoom: @autoclosure () -> Bool = false)
        -> Action
    {
        switch self.state {
        case .idle: .none
        case .connecting: self.connectFailed(.gatewayTimeout)
        case .awaitingResponse where !self.request.isComplete && stalled != .upstream:
            self.end(.clientAborted) { .answer(.requestTimeout, outcome: $0) }
        case .awaitingResponse(let attempt): self.fail(attempt, .gatewayTimeout, .timeout, hasRoom)
        case .responding:
            self.end(stalled == .client ? .clientAborted : .timeout) { .abort(outcome: $0) }
        }
    }
}

extension Outcome {
    /// The outcome of a whole answer with this status.
    package init(status: Int) {
        self =
            switch status {
            case ..<400: .success
            case 400..<500: .clientError
            case _: .serverError
            }
    }
}
