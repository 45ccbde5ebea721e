import HTTPWire
import ProxyCore
import RolloutCore

// MARK: - What is kept for the tap

extension ClientConnection {
    /// Begins to keep a request with a body when it is drawn; one without is no inference.
    func drawForTap(_ request: ClientRequest, _ stamp: RequestStamp, head: RawSpan, _ bodyLength: BodyLength) {
        let draw = request.table.drawForTap(
            route: request.matching.route,
            arm: request.arm,
            random: &self.loop.random
        )
        guard let draw else { return }
        if draw.look == .refused { self.loop.tapFeed.omit(request.chosenArm.key, .dropped) }
        if !draw.isRead { return }
        if case .exactly(let count) = bodyLength, count > draw.bodyLimit {
            self.loop.tapFeed.omit(request.chosenArm.key, .oversized)
        } else if !self.loop.tapFeed.hasRoom {
            self.loop.tapFeed.omit(request.chosenArm.key, .dropped)
        } else {
            let capture = TapCapture(draw, stamp: stamp, head: head, body: bodyLength)
            request.capture = capture
            self.kept(TapCapture.Kept(bytes: capture.heldBytes, fits: true))
        }
    }

    func keepRequest(_ part: RawSpan, _ capture: TapCapture) { self.kept(capture.keepRequest(part)) }

    func keepAnswer(_ part: RawSpan, _ capture: TapCapture, at time: @autoclosure () -> LoopTime) {
        self.kept(capture.keepAnswer(part, at: time()))
    }

    func kept(_ kept: TapCapture.Kept) {
        let hasRoom = self.loop.tapFeed.hold(kept.bytes)
        if kept.fits && hasRoom { return }
        guard let request = self.request else { return }
        self.loop.tapFeed.omit(request.chosenArm.key, kept.fits ? .dropped : .oversized)
        self.stopCapture(request)
    }

    /// Forgets what was kept: the request has no whole answer of the version that was chosen.
    func stopCapture(_ request: ClientRequest) {
        guard let capture = request.capture else { return }
        _ = self.loop.tapFeed.hold(-capture.heldBytes)
        request.capture = nil
    }

    /// Hands over what was kept of a whole answer.
    func finish(_ capture: TapCapture, _ request: ClientRequest, _ requestIsWhole: Bool, endingAt end: LoopTime) {
        request.capture = nil
        let heldBytes = capture.heldBytes
        // An early answer leaves a part of the request unsent.
        let exchange = requestIsWhole ? capture.exchange(of: request, endingAt: end) : nil
        self.loop.tapFeed.add(exchange, insteadOf: heldBytes)
    }
}
