import RolloutCore
import Testing

@testable import ProxyCore

/// Events that happened, the next one, and what must follow.
struct Transition: Sendable, CustomStringConvertible {
    var request: ExchangeRequest
    var past: [ExchangeEvent]
    var event: ExchangeEvent
    var expected: ExchangeEvent.Result
    var state: Exchange.State

    init(
        _ request: ExchangeRequest = .fixture(),
        after past: [ExchangeEvent],
        _ event: ExchangeEvent,
        _ expected: Exchange.Action,
        _ state: Exchange.State = .idle
    ) {
        self.request = request
        self.past = past
        self.event = event
        self.expected = .action(expected)
        self.state = state
    }

    init(
        _ request: ExchangeRequest = .fixture(),
        after past: [ExchangeEvent],
        _ event: ExchangeEvent,
        _ expected: Exchange.Completion
    ) {
        self.request = request
        self.past = past
        self.event = event
        self.expected = .completion(expected)
        self.state = .idle
    }

    var description: String { "\(self.past.map { "\($0)" }.joined(separator: ", ")) | \(self.event)" }
}

private func attempt(
    pooled: Bool,
    by answerer: Exchange.Answerer = .chosen,
    bytes: Bool = false
) -> Exchange.State {
    .awaitingResponse(Exchange.Attempt(answerer: answerer, isPooled: pooled, hasResponseBytes: bytes))
}

private let replayable = ExchangeRequest.fixture(isReplayable: true)
private let canary = ExchangeRequest.fixture(hasFallback: true)
/// A canary's request with a plan that has it repeated.
private let rescued = ExchangeRequest.fixture(
    hasFallback: true,
    rescue: ExchangeRequest.Rescue(serverErrors: true, isRepeatable: true)
)
/// The same where only late answers are repaired, or where it can't be repeated.
private let rescuedWhenLate = ExchangeRequest.fixture(
    hasFallback: true,
    rescue: ExchangeRequest.Rescue(serverErrors: false, isRepeatable: true)
)
private let unrepeatable = ExchangeRequest.fixture(
    hasFallback: true,
    rescue: ExchangeRequest.Rescue(serverErrors: true, isRepeatable: false)
)
private let uploading = ExchangeRequest.fixture(isComplete: false)

@Suite("Exchange")
struct ExchangeTests {
    static let connecting: [Transition] = [
        Transition(after: [], .sentFresh, .none, attempt(pooled: false)),
        Transition(after: [], .sentPooled, .none, attempt(pooled: true)),
        Transition(after: [], .connectFailed, .answer(.badGateway, outcome: .connectFailure)),
        Transition(after: [], .deadline, .answer(.gatewayTimeout, outcome: .connectFailure)),
        Transition(after: [], .clientClosed, .cancel(outcome: .clientAborted)),
        Transition(after: [], .requestBroke, .answer(.badRequest, outcome: .clientAborted)),
        Transition(after: [], .shortage, .answer(.unavailable, outcome: .gatewayFailure)),
        Transition(after: [], .gatewayStopped, .cancel(outcome: .gatewayFailure)),
        Transition(after: [], .upstreamClosed, .none, .connecting(.chosen)),
        Transition(after: [], .upstreamBroke, .none, .connecting(.chosen)),
    ]

    static let fallback: [Transition] = [
        Transition(
            canary,
            after: [],
            .connectFailed,
            .fallBack(outcome: .connectFailure),
            .connecting(.fallback)
        ),
        Transition(
            canary,
            after: [],
            .deadline,
            .fallBack(outcome: .connectFailure),
            .connecting(.fallback)
        ),
        Transition(
            canary,
            after: [],
            .shortage,
            .fallBack(outcome: .gatewayFailure),
            .connecting(.fallback)
        ),
        Transition(
            canary,
            after: [.shortage, .sentFresh, .head200],
            .end200,
            Exchange.Completion(outcome: nil, upstreamIsReusable: true, clientIsReusable: true)
        ),
        Transition(
            canary,
            after: [.connectFailed],
            .shortage,
            .answer(.unavailable, outcome: nil)
        ),
        Transition(
            canary,
            after: [.connectFailed],
            .connectFailed,
            .answer(.badGateway, outcome: nil)
        ),
        Transition(
            canary,
            after: [.connectFailed],
            .sentFresh,
            .none,
            attempt(pooled: false, by: .fallback)
        ),
        Transition(
            canary,
            after: [.connectFailed, .sentFresh, .head200],
            .end200,
            Exchange.Completion(outcome: nil, upstreamIsReusable: true, clientIsReusable: true)
        ),
        Transition(canary, after: [.connectFailed, .sentFresh], .clientClosed, .cancel(outcome: nil)),
        Transition(
            canary,
            after: [.connectFailed, .sentFresh],
            .upstreamClosed,
            .answer(.badGateway, outcome: nil)
        ),
        Transition(
            canary,
            after: [.sentFresh],
            .upstreamClosed,
            .answer(.badGateway, outcome: .upstreamFailure)
        ),
    ]

    static let awaiting: [Transition] = [
        Transition(after: [.sentFresh], .responseBytes, .none, attempt(pooled: false, bytes: true)),
        Transition(after: [.sentFresh], .head200, .none, .responding(.chosen)),
        Transition(after: [.sentFresh], .deadline, .answer(.gatewayTimeout, outcome: .timeout)),
        Transition(after: [.sentFresh], .clientStalled, .answer(.gatewayTimeout, outcome: .timeout)),
        Transition(
            uploading,
            after: [.sentFresh],
            .deadline,
            .answer(.requestTimeout, outcome: .clientAborted)
        ),
        Transition(
            uploading,
            after: [.sentFresh],
            .clientStalled,
            .answer(.requestTimeout, outcome: .clientAborted)
        ),
        Transition(
            uploading,
            after: [.sentFresh],
            .upstreamStalled,
            .answer(.gatewayTimeout, outcome: .timeout)
        ),
        Transition(after: [.sentFresh], .gatewayStopped, .cancel(outcome: .gatewayFailure)),
        Transition(after: [.sentFresh], .clientClosed, .cancel(outcome: .clientAborted)),
        Transition(after: [.sentFresh], .requestBroke, .answer(.badRequest, outcome: .clientAborted)),
        Transition(
            after: [.sentFresh],
            .upstreamBroke,
            .answer(.badGateway, outcome: .upstreamFailure)
        ),
        Transition(
            after: [.sentFresh],
            .upstreamClosed,
            .answer(.badGateway, outcome: .upstreamFailure)
        ),
        Transition(
            after: [.sentPooled],
            .upstreamClosed,
            .answer(.badGateway, outcome: .upstreamFailure)
        ),
        Transition(
            replayable,
            after: [.sentFresh],
            .upstreamClosed,
            .answer(.badGateway, outcome: .upstreamFailure)
        ),
        Transition(replayable, after: [.sentPooled], .upstreamClosed, .reconnect, .connecting(.chosen)),
        Transition(
            replayable,
            after: [.sentPooled],
            .upstreamBroke,
            .answer(.badGateway, outcome: .upstreamFailure)
        ),
        Transition(
            replayable,
            after: [.sentPooled, .responseBytes],
            .upstreamClosed,
            .answer(.badGateway, outcome: .upstreamFailure)
        ),
        Transition(
            replayable,
            after: [.sentPooled, .upstreamClosed, .sentPooled],
            .upstreamClosed,
            .answer(.badGateway, outcome: .upstreamFailure)
        ),
    ]

    static let responding: [Transition] = [
        Transition(
            after: [.sentFresh, .head200],
            .end200,
            Exchange.Completion(outcome: .success, upstreamIsReusable: true, clientIsReusable: true)
        ),
        Transition(
            after: [.sentFresh, .head500],
            .end500,
            Exchange.Completion(outcome: .serverError, upstreamIsReusable: true, clientIsReusable: true)
        ),
        Transition(
            uploading,
            after: [.sentFresh, .head200],
            .end200,
            Exchange.Completion(outcome: .success, upstreamIsReusable: false, clientIsReusable: false)
        ),
        Transition(
            .fixture(clientIsPersistent: false),
            after: [.sentFresh, .head200],
            .end200,
            Exchange.Completion(outcome: .success, upstreamIsReusable: true, clientIsReusable: false)
        ),
        Transition(after: [.sentFresh, .head200], .upstreamClosed, .abort(outcome: .upstreamFailure)),
        Transition(
            replayable,
            after: [.sentPooled, .head200],
            .upstreamClosed,
            .abort(outcome: .upstreamFailure)
        ),
        Transition(after: [.sentFresh, .head200], .upstreamBroke, .abort(outcome: .upstreamFailure)),
        Transition(after: [.sentFresh, .head200], .deadline, .abort(outcome: .timeout)),
        Transition(after: [.sentFresh, .head200], .upstreamStalled, .abort(outcome: .timeout)),
        Transition(after: [.sentFresh, .head200], .clientStalled, .abort(outcome: .clientAborted)),
        Transition(after: [.sentFresh, .head200], .gatewayStopped, .cancel(outcome: .gatewayFailure)),
        Transition(after: [.sentFresh, .head200], .clientClosed, .cancel(outcome: .clientAborted)),
        Transition(after: [.sentFresh, .head200], .requestBroke, .abort(outcome: .clientAborted)),
        Transition(after: [.sentFresh, .head200], .connectFailed, .none, .responding(.chosen)),
    ]

    static let rescue: [Transition] = [
        Transition(
            rescued,
            after: [.sentFresh],
            .head500,
            .fallBack(outcome: .serverError),
            .connecting(.rescue)
        ),
        Transition(rescued, after: [.sentFresh], .head404, .none, .responding(.chosen)),
        Transition(rescued, after: [.sentFresh], .head500NoRoom, .none, .responding(.chosen)),
        Transition(rescued, after: [.sentFresh, .bodySent], .head500, .none, .responding(.chosen)),
        Transition(rescued, after: [.sentFresh, .keepingEnded], .head500, .none, .responding(.chosen)),
        Transition(
            rescued,
            after: [.sentFresh, .bodyKept],
            .head500,
            .fallBack(outcome: .serverError),
            .connecting(.rescue)
        ),
        Transition(unrepeatable, after: [.sentFresh], .head500, .none, .responding(.chosen)),
        Transition(rescuedWhenLate, after: [.sentFresh], .head500, .none, .responding(.chosen)),
        Transition(canary, after: [.sentFresh], .head500, .none, .responding(.chosen)),
        Transition(
            rescued,
            after: [.sentFresh],
            .late,
            .fallBack(outcome: .timeout),
            .connecting(.rescue)
        ),
        Transition(
            rescuedWhenLate,
            after: [.sentFresh],
            .late,
            .fallBack(outcome: .timeout),
            .connecting(.rescue)
        ),
        Transition(rescued, after: [.sentFresh], .lateNoRoom, .none, attempt(pooled: false)),
        Transition(canary, after: [.sentFresh], .late, .none, attempt(pooled: false)),
        Transition(
            rescued,
            after: [.sentFresh],
            .upstreamClosed,
            .fallBack(outcome: .upstreamFailure),
            .connecting(.rescue)
        ),
        Transition(
            rescued,
            after: [.sentFresh],
            .upstreamBroke,
            .fallBack(outcome: .upstreamFailure),
            .connecting(.rescue)
        ),
        Transition(
            rescued,
            after: [.sentFresh],
            .deadline,
            .fallBack(outcome: .timeout),
            .connecting(.rescue)
        ),
        Transition(
            rescued,
            after: [.sentFresh],
            .deadlineNoRoom,
            .answer(.gatewayTimeout, outcome: .timeout)
        ),
        Transition(
            rescuedWhenLate,
            after: [.sentFresh],
            .upstreamBroke,
            .answer(.badGateway, outcome: .upstreamFailure)
        ),
        // What was never sent falls back, whatever the plan says of what was.
        Transition(
            rescued,
            after: [],
            .connectFailed,
            .fallBack(outcome: .connectFailure),
            .connecting(.fallback)
        ),
        Transition(
            rescued,
            after: [.connectFailed, .sentFresh],
            .head500,
            .none,
            .responding(.fallback)
        ),
        Transition(rescued, after: [.sentPooled], .unsent, .reconnect, .connecting(.chosen)),
        Transition(canary, after: [.sentPooled], .unsent, .reconnect, .connecting(.chosen)),
        Transition(
            canary,
            after: [.sentPooled, .unsent, .sentFresh],
            .unsent,
            .fallBack(outcome: .connectFailure),
            .connecting(.fallback)
        ),
        Transition(
            after: [.sentPooled, .unsent, .sentFresh],
            .unsent,
            .answer(.badGateway, outcome: .connectFailure)
        ),
        // Stable in the canary's place: whatever it does is the answer, and counts nothing.
        Transition(
            rescued,
            after: [.sentFresh, .head500, .sentPooled],
            .head500,
            .none,
            .responding(.rescue)
        ),
        Transition(
            rescued,
            after: [.sentFresh, .head500, .sentPooled, .head200],
            .end200,
            Exchange.Completion(outcome: nil, upstreamIsReusable: true, clientIsReusable: true)
        ),
        Transition(
            rescued,
            after: [.sentFresh, .head500],
            .connectFailed,
            .answer(.badGateway, outcome: nil)
        ),
        Transition(rescued, after: [.sentFresh, .head500], .clientClosed, .cancel(outcome: nil)),
        Transition(rescued, after: [.sentFresh, .head500], .gatewayStopped, .cancel(outcome: nil)),
        Transition(
            rescued,
            after: [.sentFresh, .head500, .sentPooled],
            .upstreamClosed,
            .reconnect,
            .connecting(.rescue)
        ),
        Transition(
            rescued,
            after: [.sentFresh, .head500, .sentPooled, .upstreamClosed, .sentFresh],
            .upstreamClosed,
            .answer(.badGateway, outcome: nil)
        ),
        Transition(
            rescued,
            after: [.sentFresh, .head500, .sentPooled],
            .late,
            .none,
            attempt(pooled: true, by: .rescue)
        ),
        Transition(
            rescued,
            after: [.sentFresh, .head500, .sentPooled],
            .deadline,
            .answer(.gatewayTimeout, outcome: nil)
        ),
        Transition(
            rescued,
            after: [.sentFresh, .late, .sentFresh, .head200],
            .upstreamClosed,
            .abort(outcome: nil)
        ),
    ]

    @Test(
        "Each event has its effect in each state",
        arguments: connecting + fallback + awaiting + responding + rescue
    )
    func transition(_ example: Transition) {
        var exchange = Exchange()
        exchange.requestStarted(example.request)
        for event in example.past { _ = event.apply(to: &exchange) }

        let result = example.event.apply(to: &exchange)

        #expect(result == example.expected)
        #expect(exchange.state == example.state)
    }

    @Test("A body that went out can't be sent again")
    func bodySent() {
        var exchange = Exchange()
        exchange.requestStarted(replayable)
        exchange.bodySent()
        exchange.requestSent(onPooled: true)

        let action = exchange.upstreamClosed()
        #expect(action == .answer(.badGateway, outcome: .upstreamFailure))
    }

    @Test("What one request did is forgotten with the next")
    func nextRequest() {
        var exchange = Exchange()
        exchange.requestStarted(rescued)
        exchange.requestSent(onPooled: false)
        exchange.bodySent()
        _ = exchange.responseStarted(status: 500, hasRoom: true)
        #expect(exchange.missedRescue)
        _ = exchange.responseCompleted(status: 500, upstreamIsPersistent: true)
        exchange.requestStarted(rescued)
        #expect(!exchange.missedRescue)
        #expect(exchange.wantsBodyKept)
        exchange.requestSent(onPooled: false)
        _ = exchange.responseStarted(status: 404, hasRoom: true)

        let completion = exchange.responseCompleted(status: 404, upstreamIsPersistent: true)
        #expect(completion.outcome == .clientError)
    }

    @Test("A body is kept for as long as it may be sent again, and no longer")
    func keeping() {
        var exchange = Exchange()
        exchange.requestStarted(canary)
        #expect(!exchange.wantsBodyKept)
        _ = exchange.clientClosed()
        exchange.requestStarted(rescued)
        #expect(exchange.wantsBodyKept)
        exchange.requestSent(onPooled: false)
        exchange.bodySent(isKept: true)
        #expect(exchange.wantsBodyKept)
        let action = exchange.responseStarted(status: 502, hasRoom: true)
        #expect(action == .fallBack(outcome: .serverError))
        #expect(exchange.wantsBodyKept)
        exchange.requestSent(onPooled: true)
        let next = exchange.upstreamClosed()
        #expect(next == .reconnect)
        exchange.requestSent(onPooled: false)
        _ = exchange.responseStarted(status: 200)
        #expect(!exchange.wantsBodyKept)
    }
}
