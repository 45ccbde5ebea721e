import RolloutCore
import Testing

@testable import ProxyCore

/// Every state that any request can come to by any events, each with every event.
@Suite("Every walk of an exchange")
struct ExchangeWalkTests {
    /// An exchange and what its driver has done until now.
    struct Position: Hashable {
        var exchange = Exchange()
        let request: ExchangeRequest
        var outcomes = 0
        /// A problem was sent, or an answer has begun.
        var answers = 0
        var substitutes = 0
        var reconnects = 0
        /// Everything sent so far can be sent again.
        var isKept = true

        init(_ request: ExchangeRequest) {
            self.request = request
            self.exchange.requestStarted(request)
        }

        /// The position after `event`; nil when the request has ended, which is then checked.
        func after(_ event: ExchangeEvent) -> Position? {
            var next = self
            let before = self.exchange.state
            if event == .bodySent || event == .keepingEnded { next.isKept = false }
            switch event.apply(to: &next.exchange) {
            case .completion(let completion):
                next.count(completion.outcome)
                #expect(next.answers == 1, "\(event) in \(before)")
                return self.ended(next, event)
            case .action(.none):
                if next.exchange.isResponding, !self.exchange.isResponding { next.answers += 1 }
                return next
            case .action(.reconnect):
                next.reconnects += 1
                return next
            case .action(.fallBack(let outcome)):
                next.substitutes += 1
                next.count(outcome)
                self.checkSubstitute(next, event)
                return next
            case .action(.answer(_, let outcome)):
                next.answers += 1
                next.count(outcome)
                return self.ended(next, event)
            case .action(.abort(let outcome)):
                next.count(outcome)
                #expect(
                    next.answers == 1,
                    "only an answer that has begun is broken off: \(event) in \(before)"
                )
                return self.ended(next, event)
            case .action(.cancel(let outcome)):
                next.count(outcome)
                return self.ended(next, event)
            }
        }

        private mutating func count(_ outcome: Outcome?) { if outcome != nil { self.outcomes += 1 } }

        private func ended(_ next: Position, _ event: ExchangeEvent) -> Position? {
            #expect(next.exchange.isIdle, "\(event) in \(self.exchange.state)")
            #expect(next.outcomes == 1, "\(event) in \(self.exchange.state) of \(self.request)")
            #expect(next.answers <= 1, "\(event) in \(self.exchange.state) of \(self.request)")
            return nil
        }

        private func checkSubstitute(_ next: Position, _ event: ExchangeEvent) {
            switch next.exchange.state {
            case .connecting(.fallback):
                #expect(self.request.hasFallback)
                #expect(self.exchange.state == .connecting(.chosen) || event == .unsent)
            case .connecting(.rescue):
                #expect(
                    self.request.rescue?.isRepeatable == true && self.isKept,
                    "\(event) in \(self.exchange.state)"
                )
                #expect(
                    ![
                        .head500NoRoom, .lateNoRoom, .upstreamClosedNoRoom, .upstreamBrokeNoRoom,
                        .deadlineNoRoom,
                    ].contains(event)
                )
            case .idle, .connecting(.chosen), .awaitingResponse, .responding:
                Issue.record("stable is connected next, not \(next.exchange.state)")
            }
        }

        func check() {
            #expect(
                self.outcomes == self.substitutes,
                "nothing is counted before the end but what stable took over"
            )
            #expect(self.substitutes <= 1)
            #expect(self.reconnects <= 2)
            #expect(self.answers == (self.exchange.isResponding ? 1 : 0))
            #expect(!self.exchange.missedRescue || self.request.rescue != nil)
        }

        /// Whatever else happens, limits of time alone bring the request to its end.
        func endsByTime() -> Bool {
            var position = self
            for _ in 0..<4 {
                guard let next = position.after(.deadline) else { return true }
                position = next
                if case .connecting = position.exchange.state {
                    _ = ExchangeEvent.sentPooled.apply(to: &position.exchange)
                }
            }
            return false
        }
    }

    @Test("No client is answered twice or left alone, and every request is counted once")
    func everywhere() {
        var known: Set<Position> = []
        var open = ExchangeRequest.all.map(Position.init)
        var states: Set<Exchange.State> = []
        while let position = open.popLast() {
            guard known.insert(position).inserted else { continue }
            position.check()
            #expect(position.endsByTime(), "\(position.exchange.state) of \(position.request)")
            states.insert(position.exchange.state)
            for event in ExchangeEvent.allCases where event.isPossible(in: position.exchange.state) {
                if let next = position.after(event) { open.append(next) }
            }
        }
        // 3 answerers: connecting, responding, and awaiting on 2 kinds of connections with and without bytes.
        #expect(states.count == 3 * (1 + 1 + 4))
        #expect(known.count > 1_000)
    }

    @Test("Between requests nothing that comes late has an effect", arguments: ExchangeEvent.allCases)
    func idle(_ event: ExchangeEvent) {
        var exchange = Exchange()
        guard event.isPossible(in: .idle) else { return }
        switch event {
        case .bodySent, .bodyKept, .keepingEnded, .completed: return  // Not told of what isn't there.
        case _: break
        }

        #expect(event.apply(to: &exchange) == .action(.none))
        #expect(exchange == Exchange())
    }
}
