/// Follows one message body through the bytes of a connection and says where it ends.
///
/// The bytes themselves stay where they are: a proxy passes them on as they came, after they were found valid.
package struct BodyFraming: Equatable, Sendable {
    private enum State: Equatable, Sendable {
        case complete
        /// Can go to `complete`.
        case exactly(remaining: Int)
        /// Can go to `complete`.
        case chunked(ChunkedFraming)
        case untilClose
    }

    /// What the next bytes are.
    package enum Piece: Equatable, Sendable {
        /// Content of the body, without the marks of a transfer coding.
        case content(ByteRange)
        /// All bytes so far belong to the body, which goes on.
        case needsMore
        /// The body has ended; the byte at `end` belongs to the next message.
        case complete(end: Int)
        case invalid(HeadDefect)
    }

    /// What a run of bytes amounts to.
    package enum Progress: Equatable, Sendable {
        case needsMore
        case complete(end: Int)
        case invalid(HeadDefect)
    }

    private var state: State

    /// A body that has already ended.
    package static let finished = BodyFraming(.none)

    package init(_ length: BodyLength) {
        self.state =
            switch length {
            case .none: .complete
            case .exactly(let count): .exactly(remaining: count)
            case .chunked: .chunked(ChunkedFraming())
            case .untilClose: .untilClose
            }
    }

    package var isComplete: Bool { self.state == .complete }

    /// The close of the connection ends the body, rather than cutting it off.
    package var endsAtClose: Bool { self.state == .untilClose }

    /// Checks `bytes` from `offset` on, all of them or up to the end of the body.
    package mutating func consume(_ bytes: RawSpan, from offset: Int) -> Progress {
        var offset = offset
        while true {
            switch self.nextPiece(of: bytes, from: offset) {
            case .content(let range): offset = range.end
            case .needsMore: return .needsMore
            case .complete(let end): return .complete(end: end)
            case .invalid(let defect): return .invalid(defect)
            }
        }
    }

    /// The next piece of `bytes` from `offset` on; ask again from the end of a content piece.
    package mutating func nextPiece(of bytes: RawSpan, from offset: Int) -> Piece {
        switch self.state {
        case .complete: return .complete(end: offset)
        case .untilClose:
            if offset == bytes.byteCount { return .needsMore }
            return .content(ByteRange(from: offset, to: bytes.byteCount))
        case .exactly(let remaining):
            let count = min(remaining, bytes.byteCount - offset)
            if count == 0 { return .needsMore }
            self.state = count == remaining ? .complete : .exactly(remaining: remaining - count)
            return .content(ByteRange(from: offset, to: offset + count))
        case .chunked(var framing):
            let piece = framing.nextPiece(of: bytes, from: offset)
            if case .complete = piece { self.state = .complete } else { self.state = .chunked(framing) }
            return piece
        }
    }
}
