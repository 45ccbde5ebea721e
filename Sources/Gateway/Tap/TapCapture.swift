import HTTPWire
import ProxyCore
import RolloutCore

/// Keeps one request and its answer while they pass, for the tap. Confined to its event loop.
final class TapCapture {
    private let draw: TapDraw
    private let stamp: RequestStamp
    private var request = KeptMessage()
    private var response = KeptMessage()
    private var status = 0
    private var bodyAt: LoopTime?

    init(_ draw: TapDraw, stamp: RequestStamp, head: RawSpan, body: BodyLength) {
        self.draw = draw
        self.stamp = stamp
        self.request.begin(head, isChunked: body == .chunked, bodySize: Self.expected(body, draw.bodyLimit))
    }

    /// What keeping a part came to.
    struct Kept {
        /// Bytes of memory held beyond those before.
        let bytes: Int
        /// The body is not larger than what is kept.
        let fits: Bool
    }

    /// Bytes of memory that it takes up.
    var heldBytes: Int { self.request.heldBytes + self.response.heldBytes }

    func keepRequest(_ part: RawSpan) -> Kept { Self.keep(part, in: &self.request, self.draw.bodyLimit) }

    private static func keep(_ part: RawSpan, in message: inout KeptMessage, _ limit: Int) -> Kept {
        guard message.bodyCount + part.byteCount <= limit else { return Kept(bytes: 0, fits: false) }
        let before = message.heldBytes
        message.append(part)
        return Kept(bytes: message.heldBytes - before, fits: true)
    }

    private static func expected(_ body: BodyLength, _ limit: Int) -> Int {
        switch body {
        case .exactly(let count): min(count, limit)
        case .none, .chunked, .untilClose: 0
        }
    }

    /// - Parameter isChunked: The chunks' marks pass, too.
    func answerBegan(_ head: RawSpan, status: Int, body: BodyLength, isChunked: Bool) -> Kept {
        let before = self.response.heldBytes
        self.response.begin(head, isChunked: isChunked, bodySize: Self.expected(body, self.draw.bodyLimit))
        self.status = status
        return Kept(bytes: self.response.heldBytes - before, fits: true)
    }

    func keepAnswer(_ part: RawSpan, at time: @autoclosure () -> LoopTime) -> Kept {
        if self.bodyAt == nil { self.bodyAt = time() }
        return Self.keep(part, in: &self.response, self.draw.bodyLimit)
    }

    /// What the tap gets when the answer has ended at `end`; nil when the request was never sent.
    func exchange(of sent: ClientRequest, endingAt end: LoopTime) -> TapExchange? {
        guard let sentAt = sent.times.sentAt else { return nil }
        return TapExchange(
            of: sent,
            stamp: self.stamp,
            isCounted: self.draw.look == .yes,
            predictionRows: self.draw.predictionRows,
            request: self.request,
            response: self.response,
            status: self.status,
            firstByteMicroseconds: (self.bodyAt ?? end).microseconds(since: sentAt),
            totalMicroseconds: end.microseconds(since: sentAt)
        )
    }
}
