import HTTPWire

private let host = "Host: h\r\n"
private let post = "POST / HTTP/1.1\r\n\(host)"
private let chunked = "\(post)Transfer-Encoding: chunked\r\n\r\n"
private let body = "\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\(host)\r\n"

extension RequestCase {
    /// Framing that two servers could read in two ways: the disguises that tools for request smuggling try.
    static let disguises = transferEncodings + contentLengths + chunks + lines

    private static let transferEncodings: [RequestCase] =
        [
            "\u{B}chunked", "\u{C}chunked", "chunked\u{B}", "chunked\u{1}", "\u{0}chunked", "chunked\u{7F}",
        ].map {
            RequestCase("coding \($0.debugDescription)", "\(post)Transfer-Encoding: \($0)\(body)", .controlCharacter)
        }
        + [
            "xchunked", "chunkedx", "chunked;q=1", "chunked,", ",chunked", "chunked chunked", "\"chunked\"", "identity",
            "x-chunked", "gzip", "chunk", "chunked, chunked", "chunked\u{A0}", "\u{FF}chunked", "trailers, chunked",
            "chunked;x=\"y\"", "cow", "chunked\u{85}", "deflate, chunked",
        ].map {
            RequestCase(
                "coding \($0.debugDescription)",
                "\(post)Transfer-Encoding: \($0)\(body)",
                .unsupportedTransferEncoding
            )
        }
        + [
            ("Transfer-Encoding : chunked", HeadDefect.blankBeforeColon),
            ("Transfer-Encoding\t: chunked", .blankBeforeColon),
            (" Transfer-Encoding: chunked", .foldedField), ("\tTransfer-Encoding: chunked", .foldedField),
            ("Transfer-Encoding:\r\n chunked", .unsupportedTransferEncoding),
            ("X: y\r\n Transfer-Encoding: chunked", .foldedField),
            ("X: y\rTransfer-Encoding: chunked", .bareCarriageReturn),
            ("X: y\nTransfer-Encoding: chunked", .bareLineFeed),
            ("\u{FF}Transfer-Encoding: chunked", .malformedFieldName),
            ("Transfer-Encoding\u{0}: chunked", .malformedFieldName), ("Transfer-Encoding", .malformedFieldName),
            ("Transfer\u{B}-Encoding: chunked", .malformedFieldName),
            ("Transfer-Encoding;: chunked", .malformedFieldName),
            ("\"Transfer-Encoding\": chunked", .malformedFieldName), ("Transfer Encoding: chunked", .blankBeforeColon),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", .repeatedTransferEncoding),
            ("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", .unsupportedTransferEncoding),
            ("transfer-ENCODING: Chunked\r\nContent-Length: 3", .contradictoryLength),
            ("Content-Length: 3\r\nTransfer-Encoding: chunked", .contradictoryLength),
        ].map { RequestCase("line \($0.0.debugDescription)", "\(post)\($0.0)\(body)", $0.1) }

    private static let contentLengths: [RequestCase] =
        [
            "-5", "+5", "5.0", "5a", "0x5", "5 5", "5,", ",5", "5, 5", "5,6", "1e1", "0_5", "\"5\"", "\u{B2}", "5;x",
            "NaN",
            "9223372036854775808", "99999999999999999999", "1234567890123456789", "5\u{A0}",
        ].map { RequestCase("length \($0)", "\(post)Content-Length: \($0)\r\n\r\nhello", .malformedContentLength) }
        + [
            ("Content-Length: 5\r\nContent-Length: 5", HeadDefect.repeatedContentLength),
            ("Content-Length: 5\r\ncontent-length: 0", .repeatedContentLength),
            ("Content-Length : 5", .blankBeforeColon), ("Content-Length\u{85}: 5", .malformedFieldName),
            ("Content-Length:\r\n 5", .malformedContentLength), ("Content-Length: 5\u{0}", .controlCharacter),
            ("Content-Length: \u{B}5", .controlCharacter), ("Content-Length: 5\u{C}", .controlCharacter),
        ].map { RequestCase("line \($0.0.debugDescription)", "\(post)\($0.0)\r\n\r\nhello", $0.1) }

    private static let chunks: [RequestCase] =
        [
            " 5\r\nhello\r\n", "\t5\r\nhello\r\n", "5\r\r\nhello\r\n", "-5\r\nhello\r\n", "5g\r\nhello\r\n",
            "5_0\r\nhello\r\n",
            "5\u{0}\r\nhello\r\n", "5\t\r\nhello\r\n", "5;\u{0}\r\nhello\r\n", "5;a\nb\r\nhello\r\n",
            "5 ;a\r\r\nhello\r\n",
            "fffffffffffffffff\r\n", "0000000000000005\r\nhello\r\n", ";a\r\nhello\r\n", "5\r\nhello\r\r\n",
            "5\r\nhell\r\n0\r\n\r\n",
            "5,\r\nhello\r\n", "\r\n5\r\nhello\r\n", "5\r\nhello5\r\n", "0x0\r\n\r\n", "0\n\r\n", "G\r\n",
            "5#\r\nhello\r\n",
        ].map { RequestCase("chunk \($0.debugDescription)", body: chunked + $0, .malformedChunk) }
        + [
            "0\r\n\n", "0\r\n\rX", "0\r\nX: a\n\r\n", "0\r\n X: a\r\n\r\n", "0\r\nX : a\r\n\r\n", "0\r\n: a\r\n\r\n",
            "0\r\nX: \u{0}\r\n\r\n", "0\r\nX: a\rb\r\n\r\n", "0\r\nX\u{FF}: a\r\n\r\n", "0\r\nGET / HTTP/1.1\r\n\r\n",
        ].map { RequestCase("trailer \($0.debugDescription)", body: chunked + $0, .malformedTrailer) }
        + [
            "transfer-encoding: chunked", "HOST: a", "Connection: close", "Set-Cookie: a", "Authorization: a",
            "Trailer: a",
            "X-Forwarded-For: a", "x-serin-pin: a", "Proxy-Authorization: a", "Content_Length: 5", "Forwarded: for=a",
        ].map { RequestCase("trailer \($0)", body: chunked + "0\r\n\($0)\r\n\r\n", .forbiddenTrailer) }

    private static let lines: [RequestCase] = [
        RequestCase("blank first", " GET / HTTP/1.1\r\n\(host)\r\n", .malformedStartLine),
        RequestCase("line feed first", "\nGET / HTTP/1.1\r\n\(host)\r\n", .bareLineFeed),
        RequestCase("tab as separator", "GET\t/ HTTP/1.1\r\n\(host)\r\n", .malformedStartLine),
        RequestCase("tab behind the target", "GET /\tHTTP/1.1\r\n\(host)\r\n", .malformedTarget),
        RequestCase("blank in the target", "GET /a b HTTP/1.1\r\n\(host)\r\n", .malformedStartLine),
        RequestCase("NUL in the target", "GET /\u{0} HTTP/1.1\r\n\(host)\r\n", .malformedTarget),
        RequestCase("no target", "GET HTTP/1.1\r\n\(host)\r\n", .malformedTarget),
        RequestCase("relative target", "GET a/b HTTP/1.1\r\n\(host)\r\n", .malformedTarget),
        RequestCase("authority as target", "GET h:80 HTTP/1.1\r\n\(host)\r\n", .malformedTarget),
        RequestCase("target without a host", "GET http:/// HTTP/1.1\r\n\(host)\r\n", .malformedTarget),
        RequestCase("empty target host", "GET http://:80/ HTTP/1.1\r\n\(host)\r\n", .malformedTarget),
        RequestCase("version 0.9", "GET / HTTP/0.9\r\n\(host)\r\n", .unsupportedVersion),
        RequestCase("version 3.0", "GET / HTTP/3.0\r\n\(host)\r\n", .unsupportedVersion),
        RequestCase("version without a minor", "GET / HTTP/1\r\n\(host)\r\n", .malformedStartLine),
        RequestCase("version with a comma", "GET / HTTP/1,1\r\n\(host)\r\n", .malformedStartLine),
        RequestCase("version with a sign", "GET / HTTP/+1.1\r\n\(host)\r\n", .malformedStartLine),
        RequestCase("version in other digits", "GET / HTTP/1.\u{B2}\r\n\(host)\r\n", .malformedStartLine),
        RequestCase("quoted method", "\"GET\" / HTTP/1.1\r\n\(host)\r\n", .malformedStartLine),
        RequestCase("two CRs", "GET / HTTP/1.1\r\r\n\(host)\r\n", .bareCarriageReturn),
        RequestCase("NUL in Host", "GET / HTTP/1.1\r\nHost: h\u{0}\r\n\r\n", .controlCharacter),
        RequestCase("user in Host", "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", .malformedHost),
        RequestCase("list in Host", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .malformedHost),
        RequestCase("scheme in Host", "GET / HTTP/1.1\r\nHost: http://h\r\n\r\n", .malformedHost),
        RequestCase("port with letters", "GET / HTTP/1.1\r\nHost: h:8o\r\n\r\n", .malformedHost),
        RequestCase("two ports", "GET / HTTP/1.1\r\nHost: h:80:80\r\n\r\n", .malformedHost),
        RequestCase("high octet in Host", "GET / HTTP/1.1\r\nHost: h\u{E9}\r\n\r\n", .malformedHost),
        RequestCase("bad escape in Host", "GET / HTTP/1.1\r\nHost: h%zz\r\n\r\n", .malformedHost),
        RequestCase("fold behind Host", "GET / HTTP/1.1\r\nHost: h\r\n\tx\r\n\r\n", .foldedField),
        RequestCase("bare CR as the end of the head", "GET / HTTP/1.1\r\n\(host)\r\r\n", .bareCarriageReturn),
        RequestCase("colon first", "GET / HTTP/1.1\r\n:Host: h\r\n\r\n", .malformedFieldName),
        RequestCase("blank line with a blank", "GET / HTTP/1.1\r\n\(host) \r\n\r\n", .foldedField),
    ]
}
