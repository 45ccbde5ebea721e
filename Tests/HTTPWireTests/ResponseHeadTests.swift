import HTTPWire
import Testing

struct ResponseReading: Equatable {
    var progress: HeadProgress
    var status = 0
    var reason = ""
    var isPersistent = false
    var body = BodyLength.none
}

private func read(_ response: String, answering method: String = "GET") -> ResponseReading {
    let bytes = octets(response)
    var request = RequestHead()
    _ = request.parse(octets("\(method) / HTTP/1.1\r\nHost: h\r\n\r\n").span.bytes, limits: HeadLimits())
    var head = ResponseHead()
    let progress = head.parse(bytes.span.bytes, limits: HeadLimits())
    guard case .complete = progress else { return ResponseReading(progress: progress) }
    return ResponseReading(
        progress: progress,
        status: head.status,
        reason: text(bytes[head.reason.bounds]),
        isPersistent: head.isPersistent,
        body: head.bodyLength(answering: request.method)
    )
}

@Suite("Response heads")
struct ResponseHeadTests {
    @Test(
        "A response head is read with its framing",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "GET", 200, "OK", true, BodyLength.exactly(2)),
            ("HTTP/1.1 200 \r\n\r\n", "GET", 200, "", true, .untilClose),
            ("HTTP/1.1 200\r\n\r\n", "GET", 200, "", true, .untilClose),
            ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "GET", 200, "OK", false, .none),
            ("HTTP/1.1 204 No Content\r\n\r\n", "GET", 204, "No Content", true, .none),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "GET", 304, "Not Modified", true, .none),
            ("HTTP/1.1 100 Continue\r\n\r\n", "POST", 100, "Continue", true, .none),
            ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "HEAD", 200, "OK", true, .none),
            (
                "HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n", "GET", 500, "X", false,
                .chunked
            ),
        ]
    )
    func accepted(
        _ example: (response: String, method: String, status: Int, reason: String, persistent: Bool, body: BodyLength)
    ) {
        let expected = ResponseReading(
            progress: .complete(length: example.response.utf8.count),
            status: example.status,
            reason: example.reason,
            isPersistent: example.persistent,
            body: example.body
        )

        #expect(read(example.response, answering: example.method) == expected)
    }

    @Test(
        "A response head that could be read in two ways is refused",
        arguments: [
            ("HTTP/1.1\r\n\r\n", HeadDefect.malformedStartLine), ("HTTP/1.1 2\r\n\r\n", .malformedStatus),
            ("HTTP/1.1 20 OK\r\n\r\n", .malformedStatus),
            ("HTTP/1.1 2000 OK\r\n\r\n", .malformedStatus),
            ("HTTP/1.1 999 OK\r\n\r\n", .malformedStatus),
            ("HTTP/2.0 200 OK\r\n\r\n", .unsupportedVersion),
            ("garbage that is no response\r\n\r\n", .malformedStartLine),
            ("HTTP/1.1 200 OK\n\n", .bareLineFeed),
            ("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", .foldedField),
            ("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", .controlCharacter),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", .repeatedContentLength),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .contradictoryLength),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", .unsupportedTransferEncoding),
            ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncodingInVersion10),
        ]
    )
    func refused(_ response: String, _ defect: HeadDefect) {
        #expect(read(response) == ResponseReading(progress: .invalid(defect)))
    }

    @Test(
        "A connection is not kept behind an answer that announces a body it must not have",
        arguments: [
            ("200 OK\r\nContent-Length: 2", "GET", true), ("200 OK\r\nContent-Length: 0", "GET", true),
            ("200 OK\r\nTransfer-Encoding: chunked", "GET", true), ("204 No Content", "GET", true),
            ("204 No Content\r\nContent-Length: 0", "GET", true),
            ("204 No Content\r\nContent-Length: 2", "GET", false),
            ("204 No Content\r\nTransfer-Encoding: chunked", "GET", false),
            ("304 Not Modified\r\nContent-Length: 2", "GET", true),
            ("304 Not Modified\r\nTransfer-Encoding: chunked", "GET", false),
            ("200 OK\r\nContent-Length: 0", "HEAD", false), ("200 OK\r\nConnection: close", "GET", false),
        ]
    )
    func persistence(_ response: String, _ method: String, _ isKept: Bool) {
        var request = RequestHead()
        _ = request.parse(octets("\(method) / HTTP/1.1\r\nHost: h\r\n\r\n").span.bytes, limits: HeadLimits())
        var head = ResponseHead()
        _ = head.parse(octets("HTTP/1.1 \(response)\r\n\r\n").span.bytes, limits: HeadLimits())

        #expect(head.isPersistent(answering: request.method) == isKept)
    }
}
