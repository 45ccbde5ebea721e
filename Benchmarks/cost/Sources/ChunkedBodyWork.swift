import HTTPWire

/// Follows a stream of 20 tokens, each a chunk of its own that arrives by itself.
final class ChunkedBodyWork: CostWork {
    private static let chunk = Array("1a\r\ndata: {\"token\":\"canary\"}\n\n\r\n".utf8)
    private static let end = Array("0\r\n\r\n".utf8)

    func once() {
        var framing = BodyFraming(.chunked)
        for _ in 0..<20 {
            guard case .needsMore = unsafe framing.consume(Self.chunk.span.bytes, from: 0) else {
                preconditionFailure("the stream goes on")
            }
        }
        guard case .complete(end: 5) = unsafe framing.consume(Self.end.span.bytes, from: 0) else {
            preconditionFailure("the stream has ended")
        }
    }
}
