import HTTPWire
import Testing

private let asking = "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"

@Suite("Upgrades")
struct UpgradeTests {
    @Test(
        "Only a request that can be read in one way asks for another protocol",
        arguments: [
            (" / HTTP/1.1\r\n\(asking)", "websocket"), (" / HTTP/1.1\r\n\(asking)Content-Length: 0\r\n", "websocket"),
            (" / HTTP/1.1\r\nconnection: UPGRADE\r\nupgrade:\tIRC/6.9 \r\n", "IRC/6.9"),
            (" / HTTP/1.0\r\n\(asking)", nil), (" / HTTP/1.1\r\n\(asking)Content-Length: 1\r\n", nil),
            (" / HTTP/1.1\r\n\(asking)Transfer-Encoding: chunked\r\n", nil),
            (" / HTTP/1.1\r\n\(asking)Upgrade: websocket\r\n", nil), (" / HTTP/1.1\r\nUpgrade: websocket\r\n", nil),
            (" / HTTP/1.1\r\nConnection: upgrade\r\n", nil),
            (" / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade:\r\n", nil),
            (" / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket, irc\r\n", nil),
            (" / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: web socket\r\n", nil),
            (" / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: a/\r\n", nil),
            (" / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: a/b/c\r\n", nil),
            (" / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n", nil),
            (" / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: H2C\r\n", nil),
            (" / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: HTTP/2.0\r\n", nil),
            (" / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: TLS/1.3\r\n", nil),
        ] as [(String, String?)]
    )
    func wishes(_ request: String, _ expected: String?) {
        let source = octets("GET\(request)Host: h\r\n\r\n")
        var head = RequestHead()
        #expect(head.parse(source.span.bytes, limits: HeadLimits()) == .complete(length: source.count))
        #expect(head.upgrade(in: source.span.bytes).map { text(source[$0.bounds]) } == expected)
    }

    @Test("What was asked for is written anew, and only when the caller says so")
    func writing() {
        let source = octets("GET / HTTP/1.1\r\n\(asking)Sec-WebSocket-Version: 13\r\nHost: h\r\n\r\n")
        var head = RequestHead()
        _ = head.parse(source.span.bytes, limits: HeadLimits())
        let written = { (head: borrowing RequestHead, upgrade: ByteRange?) in
            text(
                [UInt8](capacity: head.outgoingSize) { output in
                    head.write(
                        into: &output,
                        source: source.span.bytes,
                        targetPrefix: [],
                        skipping: 0,
                        rules: RequestFieldRules(keepsHost: true),
                        upgrade: upgrade
                    )
                }
            )
        }
        let plain = "GET / HTTP/1.1\r\nSec-WebSocket-Version: 13\r\nHost: h\r\n"
        #expect(written(head, nil) == plain)
        #expect(
            written(head, head.upgrade(in: source.span.bytes)) == plain
                + "Connection: upgrade\r\nUpgrade: websocket\r\n"
        )
    }

    @Test(
        "An answer switches only to what was asked for",
        arguments: [
            ("HTTP/1.1 101 \r\n\(asking)", true),
            ("HTTP/1.1 101 \r\nConnection: upgrade\r\nUpgrade: WebSocket\r\n", true),
            ("HTTP/1.1 101 \r\nConnection: upgrade\r\nUpgrade: irc\r\n", false),
            ("HTTP/1.1 101 \r\nUpgrade: websocket\r\n", false), ("HTTP/1.1 101 \r\nConnection: upgrade\r\n", false),
            ("HTTP/1.1 101 \r\n\(asking)Upgrade: websocket\r\n", false), ("HTTP/1.1 200 \r\n\(asking)", false),
            ("HTTP/1.0 101 \r\n\(asking)", false), ("HTTP/1.1 101 \r\n\(asking)Content-Length: 5\r\n", false),
            ("HTTP/1.1 101 \r\n\(asking)Transfer-Encoding: chunked\r\n", false),
        ]
    )
    func accepting(_ response: String, _ isAccepted: Bool) {
        let source = octets(response + "\r\n")
        var head = ResponseHead()
        #expect(head.parse(source.span.bytes, limits: HeadLimits()) == .complete(length: source.count))
        #expect((head.acceptedUpgrade(to: octets("websocket"), in: source.span.bytes) != nil) == isAccepted)
    }
}
