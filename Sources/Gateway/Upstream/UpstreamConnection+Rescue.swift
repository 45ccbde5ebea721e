import HTTPWire
import ProxyCore
import Sockets

extension UpstreamConnection {
    /// Tells the exchange of a final head.
    ///
    /// - Parameter rest: What arrived behind the head.
    /// - Returns: false when the client doesn't get this answer, which has then been dealt with.
    func answerIsWanted(_ head: RawSpan, _ rest: RawSpan, for request: ClientRequest, _ client: ClientConnection)
        -> Bool
    {
        let action = client.exchange.responseStarted(status: self.status, hasRoom: client.hasRescueRoom())
        if self.status >= 500 { self.showFailure(head, of: request, client) }
        if action == .none { return true }
        // A failure is short: where it is all there, the connection is as good as before.
        if self.isWhole(rest), self.isPersistent, client.exchange.requestIsComplete, self.isOpen {
            self.phase = .idle
            self.body = .finished
            client.upstream = nil
            self.release()
        }
        client.perform(action)
        return false
    }

    /// Where failures are repaired their payloads are not waited for, in either cohort: the tap gets what was asked.
    private func showFailure(_ head: RawSpan, of request: ClientRequest, _ client: ClientConnection) {
        guard let capture = request.capture, request.chosenArm.rescue?.serverErrors == true else { return }
        client.kept(capture.answerBegan(head, status: self.status, body: .none, isChunked: false))
        guard request.capture != nil else { return }
        client.finish(capture, request, client.exchange.requestIsComplete, endingAt: self.arrivalTime())
    }

    private func isWhole(_ rest: RawSpan) -> Bool {
        if self.body.isComplete { return rest.byteCount == 0 }
        return self.body.consume(rest, from: 0) == .complete(end: rest.byteCount)
    }
}
