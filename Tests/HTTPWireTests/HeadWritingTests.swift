import HTTPWire
import Testing

/// Writes the request as a proxy would that replaces `skipping` bytes of the path by `prefix`.
private func rewrite(_ request: String, prefix: String = "", skipping: Int = 0, keepsHost: Bool = true) -> String {
    let source = octets(request)
    var head = RequestHead()
    guard case .complete = head.parse(source.span.bytes, limits: HeadLimits()) else { return "refused" }
    let prefix = octets(prefix)
    let written = [UInt8](capacity: head.outgoingSize + prefix.count) { output in
        head.write(
            into: &output,
            source: source.span.bytes,
            targetPrefix: prefix,
            skipping: skipping,
            rules: RequestFieldRules(keepsHost: keepsHost)
        )
    }
    return text(written)
}

private func rewriteResponse(_ response: String, keepsChunked: Bool = true) -> String {
    let source = octets(response)
    var head = ResponseHead()
    guard case .complete = head.parse(source.span.bytes, limits: HeadLimits()) else { return "refused" }
    let written = [UInt8](capacity: head.outgoingSize) { output in
        head.write(into: &output, source: source.span.bytes, keepsChunked: keepsChunked)
    }
    return text(written)
}

@Suite("Head writing")
struct HeadWritingTests {
    @Test("Fields of one connection are dropped, the others pass unchanged and in order")
    func hopByHop() {
        let request = """
            POST /a?b HTTP/1.1\r\nA:  1 \r\nHost: h\r\nConnection: close, X-Hop\r\nx-hop: 1\r\nKeep-Alive: 5\r\n\
            Proxy-Connection: x\r\nProxy-Authorization: x\r\nTE: trailers\r\nUpgrade: foo/2\r\nX-Forwarded-For: 1.2.3.4\r\n\
            X-Serin-Version: evil\r\nContent-Length: 5\r\nB: 2\r\n\r\n
            """

        #expect(
            rewrite(request)
                == "POST /a?b HTTP/1.1\r\nA:  1 \r\nHost: h\r\nContent-Length: 5\r\nB: 2\r\n"
        )
    }

    @Test("The target's start is replaced and the query stays")
    func target() {
        #expect(
            rewrite("GET /m/x/y?z HTTP/1.1\r\nHost: h\r\n\r\n", prefix: "/v2", skipping: 2, keepsHost: false)
                == "GET /v2/x/y?z HTTP/1.1\r\n"
        )
        #expect(rewrite("GET /m?z HTTP/1.1\r\nHost: h\r\n\r\n", skipping: 2) == "GET /?z HTTP/1.1\r\nHost: h\r\n")
        #expect(
            rewrite("GET http://a:1?z HTTP/1.1\r\nHost: h\r\n\r\n") == "GET /?z HTTP/1.1\r\nHost: a:1\r\n"
        )
    }

    @Test("Nominating the framing does not strip it, and the coding is written in one form")
    func nominatedFraming() {
        let request = """
            POST / HTTP/1.1\r\nHost: h\r\nConnection: Transfer-Encoding, Host\r\nTransfer-Encoding: CHUNKED\t\r\n\r\n
            """

        #expect(rewrite(request) == "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n")
    }

    @Test("HTTP/1.0 becomes HTTP/1.1 without an expectation")
    func version10() {
        #expect(
            rewrite("GET / HTTP/1.0\r\nExpect: 100-continue\r\nA: b\r\n\r\n") == "GET / HTTP/1.1\r\nA: b\r\n"
        )
    }

    @Test("A response loses what concerns one connection, and blanks before colons")
    func response() {
        let response = """
            HTTP/1.1 200 \r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nX-A : 1\r\n\
            X-Keep: 1\r\nx-serin-version: evil\r\nTransfer-Encoding: chunked\r\n\r\n
            """

        #expect(
            rewriteResponse(response) == "HTTP/1.1 200 \r\nX-A: 1\r\nX-Keep: 1\r\nTransfer-Encoding: chunked\r\n"
        )
        #expect(rewriteResponse(response, keepsChunked: false) == "HTTP/1.1 200 \r\nX-A: 1\r\nX-Keep: 1\r\n")
    }

    @Test("A response that has no content announces none")
    func noContent() {
        #expect(
            rewriteResponse("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nA: b\r\n\r\n")
                == "HTTP/1.1 204 No Content\r\nA: b\r\n"
        )
    }

    @Test("Numbers are written in full", arguments: [(0, "0"), (7, "7"), (10, "10"), (1_234_567_890, "1234567890")])
    func decimals(_ number: Int, _ expected: String) {
        #expect(text([UInt8](capacity: 20) { $0.append(decimal: number) }) == expected)
    }

    @Test(
        "Hexadecimal numbers have sixteen digits",
        arguments: [0x0123_4567_89AB_CDEF, 0, .max, 0xFEDC_BA98_7654_3210, 0x9A9A_A9A9_0F0F_F0F0, 1, 1 << 63]
            as [UInt64]
    )
    func hexadecimals(_ number: UInt64) {
        let digits = String(number, radix: 16)
        let expected = String(repeating: "0", count: 16 - digits.count) + digits
        #expect(text([UInt8](capacity: 16) { $0.append(hexadecimal: number) }) == expected)
    }
}
