import RolloutCore
import Testing

@testable import ProxyCore

/// An event, so that tables can name it.
enum Event: CaseIterable, Sendable {
    case sentFresh, sentPooled, connectFailed, responseBytes, responseStarted, completed200, completed500
    case upstreamClosed, upstreamBroke, deadline, clientClosed, requestBroke
    case shortage, clientStalled, upstreamStalled, gatewayStopped

    func apply(to exchange: inout Exchange) -> Result {
        switch self {
        case .sentFresh: exchange.requestSent(onPooled: false)
        case .sentPooled: exchange.requestSent(onPooled: true)
        case .connectFailed: return .action(exchange.connectFailed())
        case .responseBytes: exchange.responseBytesArrived()
        case .responseStarted: exchange.responseStarted()
        case .completed200:
            return .completion(exchange.responseCompleted(status: 200, upstreamIsPersistent: true))
        case .completed500:
            return .completion(exchange.responseCompleted(status: 500, upstreamIsPersistent: true))
        case .upstreamClosed: return .action(exchange.upstreamClosed())
        case .upstreamBroke: return .action(exchange.upstreamBroke())
        case .deadline: return .action(exchange.deadlinePassed(stalled: nil))
        case .clientClosed: return .action(exchange.clientClosed())
        case .requestBroke: return .action(exchange.requestBroke(.badRequest))
        case .shortage: return .action(exchange.connectFailed(.unavailable, outcome: .gatewayFailure))
        case .clientStalled: return .action(exchange.deadlinePassed(stalled: .client))
        case .upstreamStalled: return .action(exchange.deadlinePassed(stalled: .upstream))
        case .gatewayStopped: return .action(exchange.gatewayStopped())
        }
        return .action(.none)
    }
}

enum Result: Equatable, Sendable {
    case action(Exchange.Action)
    case completion(Exchange.Completion)
}

extension ExchangeRequest {
    static func fixture(
        isReplayable: Bool = false,
        hasFallback: Bool = false,
        isComplete: Bool = true,
        clientIsPersistent: Bool = true
    ) -> ExchangeRequest {
        ExchangeRequest(
            isReplayable: isReplayable,
            hasFallback: hasFallback,
            isComplete: isComplete,
            clientIsPersistent: clientIsPersistent
        )
    }
}

/// Events that happened, the next one, and what must follow.
struct Transition: Sendable, CustomStringConvertible {
    var request: ExchangeRequest
    var past: [Event]
    var event: Event
    var expected: Result
    var state: Exchange.State

    init(
        _ request: ExchangeRequest = .fixture(),
        after past: [Event],
        _ event: Event,
        _ expected: Exchange.Action,
        _ state: Exchange.State = .idle
    ) {
        self.request = request
        self.past = past
        self.event = event
        self.expected = .action(expected)
        self.state = state
    }

    init(_ request: ExchangeRequest = .fixture(), after past: [Event], _ event: Event, _ expected: Exchange.Completion)
    {
        self.request = request
        self.past = past
        self.event = event
        self.expected = .completion(expected)
        self.state = .idle
    }

    var description: String { "\(self.past.map { "\($0)" }.joined(separator: ", ")) | \(self.event)" }
}

private func attempt(pooled: Bool, fallback: Bool = false, bytes: Bool = false) -> Exchange.State {
    .awaitingResponse(Exchange.Attempt(isPooled: pooled, isFallback: fallback, hasResponseBytes: bytes))
}

private let replayable = ExchangeRequest.fixture(isReplayable: true)
private let canary = ExchangeRequest.fixture(hasFallback: true)
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
        Transition(after: [], .upstreamClosed, .none, .connecting(isFallback: false)),
        Transition(after: [], .upstreamBroke, .none, .connecting(isFallback: false)),
    ]

    static let fallback: [Transition] = [
        Transition(canary, after: [], .connectFailed, .fallBack, .connecting(isFallback: true)),
        Transition(canary, after: [], .deadline, .fallBack, .connecting(isFallback: true)),
        Transition(canary, after: [], .shortage, .fallBack, .connecting(isFallback: true)),
        Transition(
            canary,
            after: [.shortage, .sentFresh, .responseStarted],
            .completed200,
            Exchange.Completion(outcome: .gatewayFailure, upstreamIsReusable: true, clientIsReusable: true)
        ),
        Transition(
            canary,
            after: [.connectFailed],
            .shortage,
            .answer(.unavailable, outcome: .connectFailure)
        ),
        Transition(
            canary,
            after: [.connectFailed],
            .connectFailed,
            .answer(.badGateway, outcome: .connectFailure)
        ),
        Transition(canary, after: [.connectFailed], .sentFresh, .none, attempt(pooled: false, fallback: true)),
        Transition(
            canary,
            after: [.connectFailed, .sentFresh, .responseStarted],
            .completed200,
            Exchange.Completion(outcome: .connectFailure, upstreamIsReusable: true, clientIsReusable: true)
        ),
        Transition(canary, after: [.connectFailed, .sentFresh], .clientClosed, .cancel(outcome: .connectFailure)),
        Transition(
            canary,
            after: [.connectFailed, .sentFresh],
            .upstreamClosed,
            .answer(.badGateway, outcome: .connectFailure)
        ),
        Transition(canary, after: [.sentFresh], .upstreamClosed, .answer(.badGateway, outcome: .upstreamFailure)),
    ]

    static let awaiting: [Transition] = [
        Transition(after: [.sentFresh], .responseBytes, .none, attempt(pooled: false, bytes: true)),
        Transition(after: [.sentFresh], .responseStarted, .none, .responding),
        Transition(after: [.sentFresh], .deadline, .answer(.gatewayTimeout, outcome: .timeout)),
        Transition(after: [.sentFresh], .clientStalled, .answer(.gatewayTimeout, outcome: .timeout)),
        Transition(uploading, after: [.sentFresh], .deadline, .answer(.requestTimeout, outcome: .clientAborted)),
        Transition(uploading, after: [.sentFresh], .clientStalled, .answer(.requestTimeout, outcome: .clientAborted)),
        Transition(uploading, after: [.sentFresh], .upstreamStalled, .answer(.gatewayTimeout, outcome: .timeout)),
        Transition(after: [.sentFresh], .gatewayStopped, .cancel(outcome: .gatewayFailure)),
        Transition(after: [.sentFresh], .clientClosed, .cancel(outcome: .clientAborted)),
        Transition(after: [.sentFresh], .requestBroke, .answer(.badRequest, outcome: .clientAborted)),
        Transition(after: [.sentFresh], .upstreamBroke, .answer(.badGateway, outcome: .upstreamFailure)),
        Transition(after: [.sentFresh], .upstreamClosed, .answer(.badGateway, outcome: .upstreamFailure)),
        Transition(after: [.sentPooled], .upstreamClosed, .answer(.badGateway, outcome: .upstreamFailure)),
        Transition(replayable, after: [.sentFresh], .upstreamClosed, .answer(.badGateway, outcome: .upstreamFailure)),
        Transition(replayable, after: [.sentPooled], .upstreamClosed, .reconnect, .connecting(isFallback: false)),
        Transition(replayable, after: [.sentPooled], .upstreamBroke, .answer(.badGateway, outcome: .upstreamFailure)),
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
            after: [.sentFresh, .responseStarted],
            .completed200,
            Exchange.Completion(outcome: .success, upstreamIsReusable: true, clientIsReusable: true)
        ),
        Transition(
            after: [.sentFresh, .responseStarted],
            .completed500,
            Exchange.Completion(outcome: .serverError, upstreamIsReusable: true, clientIsReusable: true)
        ),
        Transition(
            uploading,
            after: [.sentFresh, .responseStarted],
            .completed200,
            Exchange.Completion(outcome: .success, upstreamIsReusable: false, clientIsReusable: false)
        ),
        Transition(
            .fixture(clientIsPersistent: false),
            after: [.sentFresh, .responseStarted],
            .completed200,
            Exchange.Completion(outcome: .success, upstreamIsReusable: true, clientIsReusable: false)
        ),
        Transition(after: [.sentFresh, .responseStarted], .upstreamClosed, .abort(outcome: .upstreamFailure)),
        Transition(
            replayable,
            after: [.sentPooled, .responseStarted],
            .upstreamClosed,
            .abort(outcome: .upstreamFailure)
        ),
        Transition(after: [.sentFresh, .responseStarted], .upstreamBroke, .abort(outcome: .upstreamFailure)),
        Transition(after: [.sentFresh, .responseStarted], .deadline, .abort(outcome: .timeout)),
        Transition(after: [.sentFresh, .responseStarted], .upstreamStalled, .abort(outcome: .timeout)),
        Transition(after: [.sentFresh, .responseStarted], .clientStalled, .abort(outcome: .clientAborted)),
        Transition(after: [.sentFresh, .responseStarted], .gatewayStopped, .cancel(outcome: .gatewayFailure)),
        Transition(after: [.sentFresh, .responseStarted], .clientClosed, .cancel(outcome: .clientAborted)),
        Transition(after: [.sentFresh, .responseStarted], .requestBroke, .abort(outcome: .clientAborted)),
        Transition(after: [.sentFresh, .responseStarted], .connectFailed, .none, .responding),
    ]

    @Test("Each event has its effect in each state", arguments: connecting + fallback + awaiting + responding)
    func transition(_ example: Transition) {
        var exchange = Exchange()
        exchange.requestStarted(example.request)
        for event in example.past { _ = event.apply(to: &exchange) }

        let result = example.event.apply(to: &exchange)

        #expect(result == example.expected)
        #expect(exchange.state == example.state)
    }

    @Test(
        "Between requests nothing that comes late has an effect",
        arguments: [
            Event.connectFailed, .responseBytes, .upstreamClosed, .upstreamBroke, .deadline, .clientClosed,
            .requestBroke, .shortage, .clientStalled, .upstreamStalled, .gatewayStopped,
        ]
    )
    func late(_ event: Event) {
        var exchange = Exchange()

        #expect(event.apply(to: &exchange) == .action(.none))
        #expect(exchange == Exchange())
    }

    @Test("A body that went out can't be sent again")
    func bodySent() {
        var exchange = Exchange()
        exchange.requestStarted(replayable)
        exchange.bodySent()
        exchange.requestSent(onPooled: true)

        #expect(exchange.upstreamClosed() == .answer(.badGateway, outcome: .upstreamFailure))
    }

    @Test("What one request did is forgotten with the next")
    func nextRequest() {
        var exchange = Exchange()
        exchange.requestStarted(canary)
        _ = exchange.connectFailed()
        exchange.requestSent(onPooled: false)
        exchange.responseStarted()
        _ = exchange.responseCompleted(status: 200, upstreamIsPersistent: true)
        exchange.requestStarted(.fixture())
        exchange.requestSent(onPooled: false)
        exchange.responseStarted()

        #expect(exchange.responseCompleted(status: 404, upstreamIsPersistent: true).outcome == .clientError)
    }
}
