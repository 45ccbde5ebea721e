import HTTPWire
import ProxyCore
import RolloutCore

// MARK: - Requests that the canary is asked as well

extension ClientConnection {
    /// Begins to keep a request that is drawn for a copy.
    func drawForCopy(_ request: ClientRequest, _ mirror: MirrorDraw, head: RawSpan, _ bodyLength: BodyLength) {
        let loop = self.loop
        guard mirror.draws(for: request.arm, random: &loop.random) else { return }
        guard let bodyBytes = bodyLength.mayFit(loop.copies.bodyLimit), loop.requestHead.upgrade(in: head) == nil,
            !loop.isBusy, loop.copies.take(bytes: self.head.count + bodyBytes)
        else {
            request.table.counters.dropCopy(for: mirror.arm)
            return
        }
        let copy = RequestCopy(
            of: request,
            to: mirror.arm,
            hop: self.hop,
            head: self.head,
            reserved: self.head.count + bodyBytes,
            bodyLimit: bodyBytes
        )
        request.copy = copy
        loop.copies.add(copy)
    }

    /// Keeps a part of the body.
    func keepForCopy(_ part: RawSpan, _ copy: RequestCopy) {
        if copy.phase == .keeping, !copy.keep(part) { self.loop.copies.drop(copy) }
    }

    /// Sends the copy as soon as the request is whole: never before the client's own.
    func sendCopyWhenWhole() {
        guard let copy = self.request?.copy, copy.phase == .keeping, self.requestBody.isComplete else { return }
        self.loop.copies.send(copy, self.loop)
    }

    /// Tells the copy of a request how that ended.
    func endCopy(_ copy: RequestCopy, of request: ClientRequest, at end: LoopTime) {
        self.loop.copies.originalEnded(
            copy,
            MirroredPair.Side(
                outcome: request.outcome ?? .gatewayFailure,
                times: request.times,
                endedAt: end
            )
        )
    }
}

extension BodyLength {
    /// Bytes that a body may have, if it may have no more than `limit`.
    fileprivate func mayFit(_ limit: Int) -> Int? {
        switch self {
        case .none: 0
        case .chunked: limit
        case .exactly(let count): count <= limit ? count : nil
        case .untilClose: nil
        }
    }
}
