import RolloutCore

@testable import ProxyCore

/// What can happen to an exchange, so that tables can name it and walks can try all of it.
enum ExchangeEvent: CaseIterable, Hashable, Sendable {
    case sentFresh, sentPooled, bodySent, bodyKept, keepingEnded, completed
    case connectFailed, shortage, unsent
    case responseBytes, head200, head404, head500, head500NoRoom, end200, end404, end500
    case late, lateNoRoom, upstreamClosed, upstreamClosedNoRoom, upstreamBroke, upstreamBrokeNoRoom
    case deadline, deadlineNoRoom, clientStalled, upstreamStalled
    case clientClosed, requestBroke, gatewayStopped

    enum Result: Hashable, Sendable {
        case action(Exchange.Action)
        case completion(Exchange.Completion)
    }

    /// Whether a driver can tell it in this state.
    func isPossible(in state: Exchange.State) -> Bool {
        switch (self, state) {
        case (.sentFresh, .connecting), (.sentPooled, .connecting): true
        case (.sentFresh, _), (.sentPooled, _): false
        case (.head200, .awaitingResponse), (.head404, .awaitingResponse): true
        case (.head500, .awaitingResponse), (.head500NoRoom, .awaitingResponse): true
        case (.head200, _), (.head404, _), (.head500, _), (.head500NoRoom, _): false
        case (.end200, .responding), (.end404, .responding), (.end500, .responding): true
        case (.end200, _), (.end404, _), (.end500, _): false
        case (_, _): true
        }
    }

    func apply(to exchange: inout Exchange) -> Result {
        switch self {
        case .sentFresh: exchange.requestSent(onPooled: false)
        case .sentPooled: exchange.requestSent(onPooled: true)
        case .bodySent: exchange.bodySent(isKept: false)
        case .bodyKept: exchange.bodySent(isKept: true)
        case .keepingEnded: exchange.keepingEnded()
        case .completed: exchange.requestCompleted()
        case .connectFailed: return .action(exchange.connectFailed())
        case .shortage: return .action(exchange.connectFailed(.unavailable, outcome: .gatewayFailure))
        case .unsent: return .action(exchange.requestUnsent())
        case .responseBytes: exchange.responseBytesArrived()
        case .head200: return .action(exchange.responseStarted(status: 200, hasRoom: true))
        case .head404: return .action(exchange.responseStarted(status: 404, hasRoom: true))
        case .head500: return .action(exchange.responseStarted(status: 500, hasRoom: true))
        case .head500NoRoom: return .action(exchange.responseStarted(status: 500))
        case .end200:
            return .completion(exchange.responseCompleted(status: 200, upstreamIsPersistent: true))
        case .end404:
            return .completion(exchange.responseCompleted(status: 404, upstreamIsPersistent: false))
        case .end500:
            return .completion(exchange.responseCompleted(status: 500, upstreamIsPersistent: true))
        case .late: return .action(exchange.answerIsLate(hasRoom: true))
        case .lateNoRoom: return .action(exchange.answerIsLate())
        case .upstreamClosed: return .action(exchange.upstreamClosed(hasRoom: true))
        case .upstreamClosedNoRoom: return .action(exchange.upstreamClosed())
        case .upstreamBroke: return .action(exchange.upstreamBroke(hasRoom: true))
        case .upstreamBrokeNoRoom: return .action(exchange.upstreamBroke())
        case .deadline: return .action(exchange.deadlinePassed(stalled: nil, hasRoom: true))
        case .deadlineNoRoom: return .action(exchange.deadlinePassed(stalled: nil))
        case .clientStalled: return .action(exchange.deadlinePassed(stalled: .client, hasRoom: true))
        case .upstreamStalled:
            return .action(exchange.deadlinePassed(stalled: .upstream, hasRoom: true))
        case .clientClosed: return .action(exchange.clientClosed())
        case .requestBroke: return .action(exchange.requestBroke(.badRequest))
        case .gatewayStopped: return .action(exchange.gatewayStopped())
        }
        return .action(.none)
    }
}

extension ExchangeRequest {
    static func fixture(
        isReplayable: Bool = false,
        hasFallback: Bool = false,
        rescue: Rescue? = nil,
        isComplete: Bool = true,
        clientIsPersistent: Bool = true
    ) -> ExchangeRequest {
        ExchangeRequest(
            isReplayable: isReplayable,
            hasFallback: hasFallback,
            rescue: rescue,
            isComplete: isComplete,
            clientIsPersistent: clientIsPersistent
        )
    }

    /// Every request there can be; only a canary's can be rescued.
    static let all: [ExchangeRequest] = {
        let rescues: [Rescue?] =
            [nil] + [(true, true), (true, false), (false, true), (false, false)].map(Rescue.init)
        var requests: [ExchangeRequest] = []
        for isReplayable in [true, false] {
            for hasFallback in [true, false] {
                for rescue in rescues where rescue == nil || hasFallback {
                    for isComplete in [true, false] {
                        for isPersistent in [true, false] {
                            requests.append(
                                .fixture(
                                    isReplayable: isReplayable,
                                    hasFallback: hasFallback,
                                    rescue: rescue,
                                    isComplete: isComplete,
                                    clientIsPersistent: isPersistent
                                )
                            )
                        }
                    }
                }
            }
        }
        return requests
    }()
}

extension ExchangeRequest.Rescue {
    init(_ parts: (serverErrors: Bool, isRepeatable: Bool)) {
        self.init(serverErrors: parts.serverErrors, isRepeatable: parts.isRepeatable)
    }
}
