package import RolloutCore

/// What the beginning of a request fixes for its whole life.
package struct ExchangeRequest: Equatable, Sendable {
    /// A repetition has the same effect (RFC 9110 section 9.2.2) and there is no body that would have to be kept.
    package var isReplayable: Bool
    /// The request was drawn for a canary, so stable may answer in its place as long as nothing was sent.
    package var hasFallback: Bool
    /// The whole body was there together with the head.
    package var isComplete: Bool
    /// The client wants to keep its connection.
    package var clientIsPersistent: Bool

    package init(isReplayable: Bool, hasFallback: Bool, isComplete: Bool, clientIsPersistent: Bool) {
        self.isReplayable = isReplayable
        self.hasFallback = hasFallback
        self.isComplete = isComplete
        self.clientIsPersistent = clientIsPersistent
    }
}

/// One request and its answer, from the head to the last byte, as a value without I/O.
///
/// The driver tells what happened and does what it is told. A client connection has one exchange at a time; a pipelined
/// request waits until `finish`.
package struct Exchange: Equatable, Sendable {
    package enum State: Equatable, Sendable {
        /// Between requests. Can go to `connecting`.
        case idle
        /// Waits for a connection; nothing was sent. Can go to `awaitingResponse` or back to `idle`.
        case connecting(isFallback: Bool)
        /// The request is on its way. Can go to `connecting` (once, for a stale connection), `responding` or `idle`.
        case awaitingResponse(Attempt)
        /// The final head was passed on. Can go to `idle`.
        case responding
    }

    package struct Attempt: Equatable, Sendable {
        /// The connection had carried a request before, so the server may have closed it unseen.
        package var isPooled: Bool
        package var isFallback: Bool
        package var hasResponseBytes: Bool
    }

    package enum Side: Equatable, Sendable {
        case client
        case upstream
    }

    package enum Action: Equatable, Sendable {
        case none
        /// Send the same request again, on a connection made for it.
        case reconnect
        /// Send the request to stable instead.
        case fallBack
        /// Answer with a problem, give up the upstream connection, count `outcome`.
        case answer(GatewayProblem, outcome: Outcome)
        /// Break off both connections so that the client can't take the answer for a whole one; count `outcome`.
        case abort(outcome: Outcome)
        /// Give up the upstream connection; the client is gone; count `outcome`.
        case cancel(outcome: Outcome)
    }

    /// What follows a whole answer.
    package struct Completion: Equatable, Sendable {
        package var outcome: Outcome
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
    /// The outcome of the version that was chosen, when another one answers in its place.
    private var chosenFailed: Outcome?
    private var hasReconnected = false

    package init() {}

    package var isIdle: Bool { self.state == .idle }
    package var requestIsComplete: Bool { self.request.isComplete }
    package var isResponding: Bool { self.state == .responding }

    /// The client connection can take another request when this one has ended well.
    package var keepsClient: Bool { self.request.clientIsPersistent && self.request.isComplete }
}

// MARK: - The request

extension Exchange {
    package mutating func requestStarted(_ request: ExchangeRequest) {
        precondition(self.isIdle, "an exchange carries one request at a time")
        self.request = request
        self.chosenFailed = nil
        self.hasReconnected = false
        self.state = .connecting(isFallback: false)
    }

    /// Part of the body went out behind the head; it is not kept, so the request can't be repeated.
    package mutating func bodySent() { self.request.isReplayable = false }

    package mutating func requestCompleted() { self.request.isComplete = true }

    /// The connection must not carry another request, e.g. because the gateway is stopping.
    package mutating func clientMustClose() { self.request.clientIsPersistent = false }

    /// The body turned out to be malformed, or larger than allowed.
    package mutating func requestBroke(_ problem: GatewayProblem) -> Action {
        switch self.state {
        case .idle: return .none
        case .connecting, .awaitingResponse:
            let outcome = self.chosenFailed ?? .clientAborted
            self.state = .idle
            return .answer(problem, outcome: outcome)
        case .responding:
            let outcome = self.chosenFailed ?? .clientAborted
            self.state = .idle
            return .abort(outcome: outcome)
        }
    }

    package mutating func clientClosed() -> Action {
        switch self.state {
        case .idle: return .none
        case .connecting, .awaitingResponse, .responding:
            self.state = .idle
            return .cancel(outcome: self.chosenFailed ?? .clientAborted)
        }
    }

    /// The gateway ends and can't wait for the request any longer.
    package mutating func gatewayStopped() -> Action {
        switch self.state {
        case .idle: return .none
        case .connecting, .awaitingResponse, .responding:
            self.state = .idle
            return .cancel(outcome: self.chosenFailed ?? .gatewayFailure)
        }
    }
}

// MARK: - The upstream

extension Exchange {
    /// A connection carries the request from now on.
    package mutating func requestSent(onPooled isPooled: Bool) {
        guard case .connecting(let isFallback) = self.state else {
            preconditionFailure("a request is sent on a connection it waited for")
        }
        self.state = .awaitingResponse(
            Attempt(isPooled: isPooled, isFallback: isFallback, hasResponseBytes: false)
        )
    }

    /// No connection could be made, or none was allowed.
    ///
    /// - Parameter outcome: What that says about the version, if it was the one that was chosen.
    package mutating func connectFailed(
        _ problem: GatewayProblem = .badGateway,
        outcome: Outcome = .connectFailure
    ) -> Action {
        guard case .connecting(let isFallback) = self.state else { return .none }  // The client left meanwhile.
        if self.request.hasFallback, !isFallback {
            self.chosenFailed = outcome
            self.state = .connecting(isFallback: true)
            return .fallBack
        }
        self.state = .idle
        return .answer(problem, outcome: self.chosenFailed ?? outcome)
    }

    package mutating func responseBytesArrived() {
        guard case .awaitingResponse(var attempt) = self.state else { return }
        attempt.hasResponseBytes = true
        self.state = .awaitingResponse(attempt)
    }

    /// A final head, which goes to the client.
    package mutating func responseStarted() {
        guard case .awaitingResponse = self.state else {
            preconditionFailure("an answer follows a request")
        }
        self.state = .responding
    }

    /// - Returns: `reconnect` at most once a request, and only when the connection was a pooled one that died before any
    ///   byte of an answer, the method is idempotent and there is no body: anything else might be done twice.
    package mutating func upstreamClosed() -> Action {
        switch self.state {
        case .idle, .connecting: return .none  // The connection was given up before its close arrived.
        case .awaitingResponse(let attempt):
            if attempt.isPooled, !attempt.hasResponseBytes, self.request.isReplayable, !self.hasReconnected {
                self.hasReconnected = true
                self.state = .connecting(isFallback: attempt.isFallback)
                return .reconnect
            }
            return self.upstreamBroke()
        case .responding: return self.upstreamBroke()
        }
    }

    /// The upstream broke the protocol or closed where it must not.
    package mutating func upstreamBroke() -> Action {
        let outcome = self.chosenFailed ?? .upstreamFailure
        switch self.state {
        case .idle, .connecting: return .none
        case .awaitingResponse:
            self.state = .idle
            return .answer(.badGateway, outcome: outcome)
        case .responding:
            self.state = .idle
            return .abort(outcome: outcome)
        }
    }

    /// The last byte of the answer was passed on.
    ///
    /// - Parameter upstreamIsPersistent: As far as the answer tells.
    package mutating func responseCompleted(status: Int, upstreamIsPersistent: Bool) -> Completion {
        precondition(self.state == .responding, "only an answer that has begun can be complete")
        self.state = .idle
        return Completion(
            outcome: self.chosenFailed ?? Outcome(status: status),
            upstreamIsReusable: upstreamIsPersistent && self.request.isComplete,
            clientIsReusable: self.keepsClient
        )
    }

    /// A limit of time has passed.
    ///
    /// - Parameter stalled: Who the other side waits for, as far as the connections tell; nil when they don't: then it is
    ///   the client while the request is incomplete and no answer has begun, else the upstream.
    package mutating func deadlinePassed(stalled: Side?) -> Action {
        switch self.state {
        case .idle: return .none
        case .connecting: return self.connectFailed(.gatewayTimeout)
        case .awaitingResponse:
            self.state = .idle
            if !self.request.isComplete, stalled != .upstream {
                return .answer(.requestTimeout, outcome: self.chosenFailed ?? .clientAborted)
            }
            return .answer(.gatewayTimeout, outcome: self.chosenFailed ?? .timeout)
        case .responding:
            self.state = .idle
            return .abort(outcome: self.chosenFailed ?? (stalled == .client ? .clientAborted : .timeout))
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
