import HTTPWire

/// Parses the head of a typical request, checks its body's framing and writes the head for the model server.
final class RequestHeadWork: CostWork {
    private static let source = Array(
        """
        POST /v2/models/fraud/infer HTTP/1.1\r
        Host: models.example.com:8080\r
        User-Agent: python-httpx/0.28.1\r
        Accept: */*\r
        Accept-Encoding: gzip, deflate, br\r
        Connection: keep-alive\r
        Content-Type: application/json\r
        Content-Length: 300\r
        traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r
        X-Forwarded-For: 192.0.2.17\r
        \r

        """.utf8
    )
    private static let body = [UInt8](repeating: 0x20, count: 300)

    private let limits = HeadLimits()
    private var head = RequestHead()
    private let output = HeadOutput()

    func once() {
        let source = unsafe Self.source.span.bytes
        guard case .complete = self.head.parse(source, limits: self.limits) else {
            preconditionFailure("the head is whole and valid")
        }
        var framing = BodyFraming(self.head.bodyLength)
        guard case .complete(end: 300) = unsafe framing.consume(Self.body.span.bytes, from: 0) else {
            preconditionFailure("the body is whole")
        }
        self.output.compose { output in
            self.head.write(
                into: &output,
                source: source,
                targetPrefix: [],
                skipping: 0,
                rules: RequestFieldRules(keepsHost: true)
            )
            output.append(contentsOf: "X-Forwarded-For: ")
            self.head.appendForwardedFor(to: &output, source: source)
            output.append(contentsOf: "198.51.100.4\r\n\r\n")
        }
    }
}
