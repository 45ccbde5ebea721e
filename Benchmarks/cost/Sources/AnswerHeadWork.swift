import HTTPWire

/// Parses the head of a typical answer, checks its body's framing and writes the head for the client.
final class AnswerHeadWork: CostWork {
    private static let source = Array(
        """
        HTTP/1.1 200 OK\r
        date: Sat, 21 Nov 2026 14:36:00 GMT\r
        server: uvicorn\r
        content-length: 200\r
        content-type: application/json\r
        ce-id: 7b1f0f0e-5c4d-4c0e-9a52-1d5f0f6f8a11\r
        ce-specversion: 0.3\r
        \r

        """.utf8
    )
    private static let body = [UInt8](repeating: 0x20, count: 200)

    private let limits = HeadLimits()
    private var head = ResponseHead()
    private let output = HeadOutput()

    func once() {
        let source = unsafe Self.source.span.bytes
        guard case .complete = self.head.parse(source, limits: self.limits) else {
            preconditionFailure("the head is whole and valid")
        }
        var framing = BodyFraming(self.head.bodyLength(answering: .post))
        guard case .complete(end: 200) = unsafe framing.consume(Self.body.span.bytes, from: 0) else {
            preconditionFailure("the body is whole")
        }
        precondition(self.head.isPersistent(answering: .post), "nobody asked for a close")
        self.output.compose { output in
            self.head.write(into: &output, source: source, keepsChunked: true)
            output.append(contentsOf: "x-serin-version: 2\r\n\r\n")
        }
    }
}
