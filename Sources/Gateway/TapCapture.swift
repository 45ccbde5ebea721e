import NIOCore
import ProxyCore
import RolloutCore

/// Keeps one request and its answer while they pass, for the tap. Confined to its event loop.
final class TapCapture {
    /// Exchanges up to this size are copied into one piece at their end; that costs less than the buffers they would keep.
    private static let packLimit = 8_192

    private let draw: TapDraw
    private let stamp: RequestStamp
    private var request: KeptMessage
    private var response = KeptMessage()
    private var status = 0
    private var bodyAt: LoopTime?

    init(_ draw: TapDraw, stamp: RequestStamp, head: ByteBuffer, isChunked: Bool) {
        self.draw = draw
        self.stamp = stamp
        self.request = KeptMessage(head: head, isChunked: isChunked)
    }

    /// What keeping a part came to.
    struct Kept {
        /// Bytes of memory held beyond those before.
        let bytes: Int
        /// The body is not larger than what is kept.
        let fits: Bool
    }

    /// Bytes of memory that the bodies keep from being freed.
    var heldBytes: Int { self.request.body.heldBytes + self.response.body.heldBytes }

    func keepRequest(_ part: ByteBuffer) -> Kept { Self.keep(part, in: &self.request.body, self.draw.bodyLimit) }

    private static func keep(_ part: ByteBuffer, in body: inout KeptBody, _ limit: Int) -> Kept {
        let before = body.heldBytes
        body.append(part)
        return Kept(bytes: body.heldBytes - before, fits: body.count <= limit)
    }

    func answerBegan(_ head: ByteBuffer, status: Int, isChunked: Bool) {
        self.response.head = head
        self.response.isChunked = isChunked
        self.status = status
    }

    func keepAnswer(_ part: ByteBuffer, at time: @autoclosure () -> LoopTime) -> Kept {
        if self.bodyAt == nil { self.bodyAt = time() }
        return Self.keep(part, in: &self.response.body, self.draw.bodyLimit)
    }

    /// What the tap gets when the answer has ended at `end`; nil when the request was never sent.
    func exchange(of sent: ClientRequest, endingAt end: LoopTime) -> TapExchange? {
        guard let sentAt = sent.times.sentAt else { return nil }
        if self.request.count + self.response.count <= Self.packLimit {
            KeptMessage.pack(&self.request, &self.response)
        }
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
