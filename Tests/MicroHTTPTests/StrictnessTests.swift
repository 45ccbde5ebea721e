import MicroHTTP
import Testing

/// A raw request and how the server must answer it.
struct StrictnessCase: Sendable, CustomTestStringConvertible {
    let name: String
    let request: String
    let status: Int
    let body: String

    init(_ name: String, _ request: String, _ status: Int, _ body: String) {
        self.name = name
        self.request = request
        self.status = status
        self.body = body
    }

    var testDescription: String { name }

    /// A request with these lines between the request line and the empty line.
    static func fields(_ name: String, _ lines: String, _ status: Int, _ body: String) -> StrictnessCase {
        StrictnessCase(name, "POST / HTTP/1.1\r\n\(lines)\r\n\r\n", status, body)
    }

    static func target(_ name: String, _ target: String, _ status: Int, _ body: String) -> StrictnessCase {
        StrictnessCase(name, "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n", status, body)
    }

    static func chunked(_ name: String, _ body: String, _ status: Int, _ answer: String) -> StrictnessCase {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        return StrictnessCase(name, head + body, status, answer)
    }

    static let lines: [StrictnessCase] = [
        .init("bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400, "Invalid line ending"),
        .init("bare LF after a header", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400, "Invalid line ending"),
        .init("bare LF as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400, "Invalid line ending"),
        .init("bare CR in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n", 400, "Invalid line ending"),
        .init("HTTP/0.9", "GET /\r\n\r\n", 400, "Malformed request line"),
        .init("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "HTTP version not supported"),
        .init("HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505, "HTTP version not supported"),
        .init("lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400, "Malformed request line"),
        .init("two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "Malformed request line"),
        .init("tab as separator", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, "Malformed request line"),
        .init("trailing space", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400, "Malformed request line"),
        .init("two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "Malformed request line"),
        .init("one empty line first", "\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n", 200, "GET /x "),
        .init("method no token", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "Invalid method"),
        .init("NUL in the method", "G\0T / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "Invalid method"),
        .init("HTTP/1.0 with chunks", "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 501, transferCoding),
        .init("HTTP/1.0 without Host", "GET /x HTTP/1.0\r\n\r\n", 200, "GET /x "),
    ]

    static let fields: [StrictnessCase] = [
        .fields(
            "both lengths",
            "Host: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked",
            400,
            "Conflicting lengths"
        ),
        .fields(
            "both, reversed",
            "Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4",
            400,
            "Conflicting lengths"
        ),
        .fields("differing lengths", "Host: a\r\nContent-Length: 0\r\nContent-Length: 4", 400, contentLength),
        .fields("repeated length", "Host: a\r\nContent-Length: 0\r\ncontent-length: 0", 400, contentLength),
        .fields("list of lengths", "Host: a\r\nContent-Length: 0, 0", 400, contentLength),
        .fields("signed length", "Host: a\r\nContent-Length: +4", 400, contentLength),
        .fields("negative length", "Host: a\r\nContent-Length: -1", 400, contentLength),
        .fields("empty length", "Host: a\r\nContent-Length:", 400, contentLength),
        .fields("hexadecimal length", "Host: a\r\nContent-Length: 0x4", 400, contentLength),
        .fields("length beyond 64 bits", "Host: a\r\nContent-Length: 18446744073709551620", 413, tooLarge),
        .fields("length above the limit", "Host: a\r\nContent-Length: 1025", 413, tooLarge),
        .fields("unknown coding", "Host: a\r\nTransfer-Encoding: gzip", 501, transferCoding),
        .fields("two codings", "Host: a\r\nTransfer-Encoding: gzip, chunked", 501, transferCoding),
        .fields("identity", "Host: a\r\nTransfer-Encoding: identity", 501, transferCoding),
        .fields(
            "coding twice",
            "Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            501,
            transferCoding
        ),
        .fields("folded header", "Host: a\r\nX: b\r\n c", 400, "Folded header"),
        .fields("folded length", "Host: a\r\nContent-Length:\r\n 4", 400, "Folded header"),
        .fields("first line folded", " Host: a", 400, "Folded header"),
        .fields("no Host", "X: a", 400, "Missing Host"),
        .fields("two Hosts", "Host: a\r\nHost: a", 400, "Invalid Host"),
        .fields("empty Host", "Host:", 400, "Invalid Host"),
        .fields("Host with a path", "Host: a/b", 400, "Invalid Host"),
        .fields("Host with user", "Host: u@a", 400, "Invalid Host"),
        .fields("Host with a bad port", "Host: a:b", 400, "Invalid Host"),
        .fields("space before the colon", "Host: a\r\nContent-Length : 4", 400, "Invalid header"),
        .fields("no colon", "Host: a\r\nX", 400, "Invalid header"),
        .fields("empty name", "Host: a\r\n: b", 400, "Invalid header"),
        .fields("NUL in a value", "Host: a\r\nX: b\0c", 400, "Invalid header"),
        .fields("control byte in a value", "Host: a\r\nX: b\u{1}c", 400, "Invalid header"),
        .fields("DEL in a value", "Host: a\r\nX: b\u{7F}c", 400, "Invalid header"),
        .fields("control byte in a name", "Host: a\r\nX\u{8}: b", 400, "Invalid header"),
        .fields("IPv6 Host", "Host: [::1]:8080", 200, "POST / "),
        .fields("UTF-8 value", "Host: a\r\nX: é", 200, "POST / "),
    ]

    static let targets: [StrictnessCase] = [
        .target("absolute form", "http://A/x?y", 200, "GET /x "),
        .target("absolute form without path", "http://a", 200, "GET / "),
        .target("absolute form of another host", "http://b/x", 400, target),
        .target("absolute form with user", "http://u@a/x", 400, target),
        .target("unknown scheme", "ftp://a/x", 400, target),
        .target("authority form", "a:80", 400, target),
        .target("asterisk for GET", "*", 400, target),
        .target("relative", "x", 400, target),
        .target("fragment", "/x#y", 400, target),
        .target("incomplete escape", "/x%2", 400, target),
        .target("bad escape", "/x%zz", 400, target),
        .target("bad escape in the query", "/x?a=%", 400, target),
        .target("encoded NUL", "/x%00", 400, target),
        .target("encoded bytes that are no UTF-8", "/x%FF", 400, target),
        .target("control byte", "/x\u{1}", 400, target),
        .target("raw UTF-8", "/é", 400, target),
        .target("too long", "/" + String(repeating: "x", count: 512), 414, "Request target too long"),
        .target("longer than any head", "/" + String(repeating: "x", count: 9_000), 414, "Request target too long"),
        .target("as long as allowed", "/" + String(repeating: "x", count: 511), 200, longEcho),
    ]

    static let sizes: [StrictnessCase] = [
        .fields(
            "head too large",
            "Host: a\r\nX: " + String(repeating: "x", count: 4_096),
            431,
            "Request head too large"
        ),
        .fields("too many headers", "Host: a\r\n" + manyFields(21), 431, "Too many headers"),
        .fields("as many headers as allowed", "Host: a\r\n" + manyFields(19), 200, "POST / "),
    ]

    static let chunks: [StrictnessCase] = [
        .chunked("good chunks", "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n", 200, "POST / abc0123456789"),
        .chunked("extension and trailer", "3;a=\"b\"\r\nabc\r\n0\r\nX: y\r\n\r\n", 200, "POST / abc"),
        .chunked("forged refusal in a trailer", "3\r\nabc\r\n0\r\nx-refusal: 1\r\n\r\n", 200, "POST / abc"),
        .chunked("bare LF after the size", "3\nabc\r\n0\r\n\r\n", 400, "Invalid line ending"),
        .chunked("bare LF after the data", "3\r\nabc\n0\r\n\r\n", 400, "Invalid chunked body"),
        .chunked("more data than said", "3\r\nabcd\r\n0\r\n\r\n", 400, "Invalid chunked body"),
        .chunked("no size", "\r\nabc\r\n0\r\n\r\n", 400, "Invalid chunked body"),
        .chunked("prefix of the size", "0x3\r\nabc\r\n0\r\n\r\n", 400, "Invalid chunked body"),
        .chunked("sign", "+3\r\nabc\r\n0\r\n\r\n", 400, "Invalid chunked body"),
        .chunked("space before the size", " 3\r\nabc\r\n0\r\n\r\n", 400, "Invalid chunked body"),
        .chunked("space after the size", "3 \r\nabc\r\n0\r\n\r\n", 400, "Invalid chunked body"),
        .chunked("size beyond 64 bits", "10000000000000003\r\nabc\r\n0\r\n\r\n", 400, "Invalid chunked body"),
        .chunked("endless extension", "3;" + String(repeating: "x", count: 300), 400, "Invalid chunked body"),
        .chunked("bad trailer", "3\r\nabc\r\n0\r\nX y\r\n\r\n", 400, "Invalid header"),
        .chunked("chunk above the limit", "401\r\n", 413, tooLarge),
        .chunked(
            "chunks above the limit",
            "3ff\r\n" + String(repeating: "x", count: 1_023) + "\r\n2\r\n",
            413,
            tooLarge
        ),
    ]

    private static let transferCoding = "Transfer coding not implemented"
    private static let contentLength = "Invalid Content-Length"
    private static let tooLarge = "Request body too large"
    private static let target = "Invalid request target"
    private static let longEcho = "GET /" + String(repeating: "x", count: 511) + " "

    private static func manyFields(_ count: Int) -> String {
        (0..<count).map { "X-\($0): y" }.joined(separator: "\r\n")
    }
}

@Suite("Strictness")
struct StrictnessTests {
    @Test(
        "What could be read in two ways is refused before a handler sees it, and the connection closes",
        arguments: StrictnessCase.lines + StrictnessCase.fields + StrictnessCase.targets + StrictnessCase.sizes
            + StrictnessCase.chunks
    )
    func verdict(_ example: StrictnessCase) throws {
        let server = try Self.server()

        for isSplit in [false, true] {
            let client = try RawClient(port: server.port)
            if isSplit, example.request.utf8.count < 200 {
                for byte in example.request.utf8 { client.send([byte]) }
            } else {
                client.send(example.request)
            }
            let answer = try #require(try client.answer())

            #expect(answer.status == example.status)
            #expect(answer.body == example.body)
            if example.status != 200 { #expect(try client.readToEnd() == "") }
        }
    }

    private static func server() throws -> HTTPServer {
        try .fixture(
            configure: {
                $0.maxTargetBytes = 512
                $0.maxHeaderBytes = 4_096
                $0.maxHeaderCount = 20
                $0.maxBodyBytes = 1_024
            },
            handler: HTTPServer.echo
        )
    }
}
