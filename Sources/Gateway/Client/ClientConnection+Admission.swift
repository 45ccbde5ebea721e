import ProxyCore
import RolloutCore
import Sockets

// MARK: - The version's limit of requests in flight

extension ClientConnection {
    /// Takes a place for the request, unless it has one.
    ///
    /// - Parameter firstPart: Body bytes that have come with the head.
    /// - Returns: false when it waits for one, or was turned away.
    func isAdmitted(_ request: ClientRequest, _ firstPart: RawSpan) -> Bool {
        guard case .none = request.admission, let gate = request.table.gate(ofArm: request.servingArm) else {
            return true
        }
        switch gate.gate.enter(self, at: TrafficLoop.now()) {
        case .admitted:
            request.admission = .admitted(gate)
            return true
        case .waits(let ticket):
            request.admission = .waiting(gate, ticket)
            self.attempt += 1
            self.pause(.connecting)
            if firstPart.byteCount > 0 { request.hold(firstPart) }
            self.deadline = self.deadline(in: TimeLimits.unlimited)
            return false
        case .refused:
            if firstPart.byteCount > 0 { request.hold(firstPart) }  // Another version may take it.
            self.turnAway(request)
            return false
        }
    }

    /// The request's version has answered, or another one takes its place.
    func leavePlace(of request: ClientRequest) {
        let admission = request.admission
        request.admission = .none
        switch admission {
        case .none: break
        case .admitted(let gate): gate.leave()
        case .waiting(let gate, let ticket): gate.gate.giveUp(ticket)
        }
    }

    /// Not at once: it is told by another connection that is in the middle of something.
    func placeCameFree(_ gate: VersionGate) {
        guard let request = self.request else { preconditionFailure("who leaves gives up its ticket") }
        request.admission = .admitted(gate)
        let attempt = self.attempt
        self.loop.sockets.afterwards {
            guard self.request === request, attempt == self.attempt, case .connecting = self.exchange.state else {
                return  // The request has ended meanwhile, and with it its place.
            }
            self.connect(fresh: false, headIsParsed: false)
        }
    }

    /// It has waited long enough.
    func patienceEnded() {
        guard let request = self.request else { preconditionFailure("who leaves gives up its ticket") }
        request.admission = .none
        self.turnAway(request)
    }

    /// - Returns: false when the request doesn't wait for a place.
    func waitedTooLong() -> Bool {
        guard let request = self.request, case .waiting = request.admission else { return false }
        self.leavePlace(of: request)
        self.turnAway(request)
        return true
    }

    private func turnAway(_ request: ClientRequest) {
        request.problemDetail = "The version has as many requests in flight as it may."
        self.perform(self.exchange.connectFailed(.unavailable, outcome: .saturated))
    }
}
