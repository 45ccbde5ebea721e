import HTTPWire

/// One request with the answer that the parser must give.
struct RequestCase: CustomStringConvertible, Sendable {
    var title: String
    var request: String
    var expected: RequestReading

    var description: String { self.title }

    init(_ title: String, _ request: String, content: String = "", rest: String = "") {
        self.title = title
        self.request = request + rest
        let bytes = octets(request)
        let headEnd = request.range(of: "\r\n\r\n", skippingLeadingLines: true)
        self.expected = .body(.complete(end: bytes.count), headLength: headEnd, content: content)
    }

    init(_ title: String, _ request: String, _ defect: HeadDefect) {
        self.title = title
        self.request = request
        self.expected = .head(.invalid(defect))
    }

    init(_ title: String, body request: String, _ defect: HeadDefect) {
        self.title = title
        self.request = request
        let headEnd = request.range(of: "\r\n\r\n", skippingLeadingLines: true)
        self.expected = .body(.invalid(defect), headLength: headEnd, content: "")
    }
}

extension String {
    /// The octet offset behind the first empty line that follows a line with content.
    fileprivate func range(of mark: String, skippingLeadingLines: Bool) -> Int {
        let bytes = octets(self)
        let mark = octets(mark)
        var start = 0
        while skippingLeadingLines, bytes[start...].starts(with: octets("\r\n")) { start += 2 }
        while !bytes[start...].starts(with: mark) { start += 1 }
        return start + mark.count
    }
}

private let host = "Host: h\r\n"
private let chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"

extension RequestCase {
    static let accepted: [RequestCase] = [
        RequestCase("plain GET", "GET / HTTP/1.1\r\n\(host)\r\n"),
        RequestCase("another request follows", "GET / HTTP/1.1\r\n\(host)\r\n", rest: "GET /2 HTTP/1.1\r\n"),
        RequestCase("empty lines first", "\r\n\r\nGET / HTTP/1.1\r\n\(host)\r\n"),
        RequestCase("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n"),
        RequestCase("extension method", "PURGE /x HTTP/1.1\r\n\(host)\r\n"),
        RequestCase("absolute form", "GET http://a.example:81/x?y HTTP/1.1\r\n\(host)\r\n"),
        RequestCase("absolute form without a path", "GET http://a.example?y HTTP/1.1\r\n\(host)\r\n"),
        RequestCase("asterisk form", "OPTIONS * HTTP/1.1\r\n\(host)\r\n"),
        RequestCase("every token character", "GET / HTTP/1.1\r\n\(host)!#$%&'*+-.^_`|~09azAZ: ok\r\n\r\n"),
        RequestCase("obs-text in a value", "GET / HTTP/1.1\r\n\(host)X: \u{E9}\u{80}\u{FF}\r\n\r\n"),
        RequestCase("tab in a long value", "GET / HTTP/1.1\r\n\(host)X: a long value\twith a tab\r\n\r\n"),
        RequestCase("no blank behind the colon", "GET / HTTP/1.1\r\nHost:h\r\nX:\r\n\r\n"),
        RequestCase("address in brackets", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"),
        RequestCase("length", "POST / HTTP/1.1\r\n\(host)Content-Length: 5\r\n\r\nhello", content: "hello"),
        RequestCase("zero length", "POST / HTTP/1.1\r\n\(host)Content-Length: 0\r\n\r\n", rest: "x"),
        RequestCase("chunked", chunked + "5\r\nhello\r\n0\r\n\r\n", content: "hello"),
        RequestCase(
            "chunks with extensions",
            chunked + "1;a=b\r\nx\r\n2 ; c=\"d\"\r\nyz\r\n0;e\r\n\r\n",
            content: "xyz"
        ),
        RequestCase("upper-case digits and zeros", chunked + "00A\r\n0123456789\r\n000\r\n\r\n", content: "0123456789"),
        RequestCase("trailers", chunked + "1\r\nx\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n", content: "x", rest: "GET"),
        RequestCase(
            "blanks around chunked",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: \t Chunked\t\r\n\r\n0\r\n\r\n"
        ),
    ]

    static let refused: [RequestCase] = [
        RequestCase("garbage", "hello\r\n\r\n", .malformedStartLine),
        RequestCase("no version", "GET /\r\n\r\n", .malformedTarget),
        RequestCase("two blanks", "GET  / HTTP/1.1\r\n\(host)\r\n", .malformedTarget),
        RequestCase("blank behind the version", "GET / HTTP/1.1 \r\n\(host)\r\n", .malformedStartLine),
        RequestCase("lower-case version", "GET / http/1.1\r\n\(host)\r\n", .malformedStartLine),
        RequestCase("another protocol", "GET / FTP/1.1\r\n\(host)\r\n", .malformedStartLine),
        RequestCase("version 1.2", "GET / HTTP/1.2\r\n\(host)\r\n", .unsupportedVersion),
        RequestCase("version 2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .malformedTarget),
        RequestCase("version with two digits", "GET / HTTP/1.10\r\n\(host)\r\n", .malformedStartLine),
        RequestCase("CONNECT", "CONNECT a:1 HTTP/1.1\r\n\(host)\r\n", .unsupportedMethod),
        RequestCase("TRACE", "TRACE / HTTP/1.1\r\n\(host)\r\n", .unsupportedMethod),
        RequestCase("high octet in the method", "GET\u{DF} / HTTP/1.1\r\n\(host)\r\n", .malformedStartLine),
        RequestCase("high octet in the target", "GET /\u{E9} HTTP/1.1\r\n\(host)\r\n", .malformedTarget),
        RequestCase("fragment", "GET /#a HTTP/1.1\r\n\(host)\r\n", .malformedTarget),
        RequestCase("user in the authority", "GET http://u@h/ HTTP/1.1\r\n\(host)\r\n", .malformedTarget),
        RequestCase("another scheme", "GET ftp://h/ HTTP/1.1\r\n\(host)\r\n", .malformedTarget),
        RequestCase("asterisk with GET", "GET * HTTP/1.1\r\n\(host)\r\n", .malformedTarget),
        RequestCase("bare CR in the request line", "GET /\rHTTP/1.1\r\n\(host)\r\n", .malformedTarget),
        RequestCase("bare LF behind the request line", "GET / HTTP/1.1\n\(host)\r\n", .bareLineFeed),
        RequestCase("bare LF behind a field", "GET / HTTP/1.1\r\nHost: h\n\r\n", .bareLineFeed),
        RequestCase("bare CR in a value", "GET / HTTP/1.1\r\n\(host)X: a\rb\r\n\r\n", .bareCarriageReturn),
        RequestCase("NUL in a value", "GET / HTTP/1.1\r\n\(host)X: a\0b\r\n\r\n", .controlCharacter),
        RequestCase("DEL in a long value", "GET / HTTP/1.1\r\n\(host)X: 0123456789\u{7F}\r\n\r\n", .controlCharacter),
        RequestCase("fold", "GET / HTTP/1.1\r\n\(host)X: a\r\n b\r\n\r\n", .foldedField),
        RequestCase("blank before the first field", "GET / HTTP/1.1\r\n X: 1\r\n\(host)\r\n", .foldedField),
        RequestCase("blank before the colon", "GET / HTTP/1.1\r\n\(host)X : 1\r\n\r\n", .blankBeforeColon),
        RequestCase("no colon", "GET / HTTP/1.1\r\n\(host)bad\r\n\r\n", .malformedFieldName),
        RequestCase("empty name", "GET / HTTP/1.1\r\n\(host): x\r\n\r\n", .malformedFieldName),
        RequestCase("high octet in a name", "GET / HTTP/1.1\r\n\(host)f\u{F6}o: x\r\n\r\n", .malformedFieldName),
        RequestCase("no Host", "GET / HTTP/1.1\r\n\r\n", .missingHost),
        RequestCase("two Hosts", "GET / HTTP/1.1\r\n\(host)\(host)\r\n", .repeatedHost),
        RequestCase("blank in Host", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .malformedHost),
        RequestCase("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", .malformedHost),
        RequestCase("path in Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .malformedHost),
        RequestCase("port out of range", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", .malformedHost),
        RequestCase("open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", .malformedHost),
        RequestCase(
            "hexadecimal length",
            "POST / HTTP/1.1\r\n\(host)Content-Length: 0x5\r\n\r\n",
            .malformedContentLength
        ),
        RequestCase("signed length", "POST / HTTP/1.1\r\n\(host)Content-Length: +5\r\n\r\n", .malformedContentLength),
        RequestCase("empty length", "POST / HTTP/1.1\r\n\(host)Content-Length: \r\n\r\n", .malformedContentLength),
        RequestCase(
            "list of lengths",
            "POST / HTTP/1.1\r\n\(host)Content-Length: 5, 5\r\n\r\n",
            .malformedContentLength
        ),
        RequestCase(
            "length that overflows",
            "POST / HTTP/1.1\r\n\(host)Content-Length: 18446744073709551621\r\n\r\n",
            .malformedContentLength
        ),
        RequestCase(
            "two lengths",
            "POST / HTTP/1.1\r\n\(host)Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
            .repeatedContentLength
        ),
        RequestCase(
            "length and chunked",
            "POST / HTTP/1.1\r\n\(host)Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            .contradictoryLength
        ),
        RequestCase(
            "chunked in HTTP/1.0",
            "POST / HTTP/1.0\r\n\(host)Transfer-Encoding: chunked\r\n\r\n",
            .transferEncodingInVersion10
        ),
        RequestCase(
            "two codings",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: gzip, chunked\r\n\r\n",
            .unsupportedTransferEncoding
        ),
        RequestCase(
            "two coding lines",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            .repeatedTransferEncoding
        ),
        RequestCase(
            "coding in quotes",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: 'chunked'\r\n\r\n",
            .unsupportedTransferEncoding
        ),
        RequestCase(
            "empty coding",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding:\r\n\r\n",
            .unsupportedTransferEncoding
        ),
        RequestCase("chunk size with a sign", body: chunked + "+5\r\nhello\r\n", .malformedChunk),
        RequestCase("chunk size with a prefix", body: chunked + "0x5\r\nhello\r\n", .malformedChunk),
        RequestCase("chunk size of 2^64+5", body: chunked + "10000000000000005\r\nhello\r\n", .malformedChunk),
        RequestCase("empty chunk size", body: chunked + "\r\nhello\r\n", .malformedChunk),
        RequestCase("extension without a semicolon", body: chunked + "2 abc\r\naa\r\n", .malformedChunk),
        RequestCase("blank behind the size", body: chunked + "2 \r\naa\r\n", .malformedChunk),
        RequestCase("bare CR in an extension", body: chunked + "5;e=v\rue\r\nhello\r\n", .malformedChunk),
        RequestCase("bare LF in an extension", body: chunked + "5;e=v\nhello\r\n", .malformedChunk),
        RequestCase("bare LF behind the size", body: chunked + "5\nhello\r\n", .malformedChunk),
        RequestCase("chunk too long", body: chunked + "5\r\nhello!\r\n", .malformedChunk),
        RequestCase("bare LF behind the content", body: chunked + "5\r\nhello\n0\r\n\r\n", .malformedChunk),
        RequestCase("trailer with a fold", body: chunked + "0\r\nX: a\r\n b\r\n\r\n", .malformedTrailer),
        RequestCase("trailer without a colon", body: chunked + "0\r\nX\r\n\r\n", .malformedTrailer),
        RequestCase("trailer that frames", body: chunked + "0\r\nCONTENT-Length: 5\r\n\r\n", .forbiddenTrailer),
    ]
}
