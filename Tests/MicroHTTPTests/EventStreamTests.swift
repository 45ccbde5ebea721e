import MicroHTTP
import Testing

@Suite("EventStream")
struct EventStreamTests {
    private static let request = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("Events arrive as they are sent, in order, and the stream's end ends the answer")
    func delivery() throws {
        let ends = Mailbox<EventStream.End>()
        let stream = EventStream { ends.put($0) }
        let server = try HTTPServer.fixture { _ in .eventStream(stream) }
        let client = try RawClient(port: server.port)
        client.send(Self.request)
        let head = try client.answer()

        var texts: [String?] = []
        for number in 1...3 {
            #expect(stream.send(event: "decision", id: "\(number)", data: "line 1\nline 2"))
            texts.append(try client.read(through: "\n\n"))
            #expect(stream.comment("still here"))
            texts.append(try client.read(through: "\n\n"))
        }
        stream.finish()
        let rest = try client.read(through: "0\r\n\r\n")

        #expect(head?.headers["content-type"] == "text/event-stream")
        #expect(head?.headers["cache-control"] == "no-store")
        for number in 1...3 {
            let event = "event: decision\nid: \(number)\ndata: line 1\ndata: line 2\n\n"
            #expect(texts[2 * number - 2]?.hasSuffix(event) == true)
            #expect(texts[2 * number - 1]?.hasSuffix(": still here\n\n") == true)
        }
        #expect(rest?.hasSuffix("0\r\n\r\n") == true)
        #expect(try ends.take() == .finished)
        #expect(!stream.send(data: "late"))
    }

    @Test("What was sent before the client was there is delivered")
    func early() throws {
        let stream = EventStream()
        stream.send(data: "early")
        stream.finish()
        let server = try HTTPServer.fixture { _ in .eventStream(stream) }
        let client = try RawClient(port: server.port)

        client.send("GET / HTTP/1.0\r\n\r\n")

        #expect(try client.readToEnd().hasSuffix("\r\n\r\ndata: early\n\n"))
    }

    @Test("A client that does not read ends its stream, and holds up nobody else")
    func slowConsumer() throws {
        let ends = Mailbox<EventStream.End>()
        let stream = EventStream(capacityBytes: 64 * 1024) { ends.put($0) }
        let server = try HTTPServer.fixture { request in
            request.target.rawPath == "/events" ? .eventStream(stream) : HTTPServer.echo(request)
        }
        let slow = try RawClient(port: server.port)
        slow.send(Self.request)
        #expect(try slow.answer()?.status == 200)

        let data = String(repeating: "x", count: 1_024)
        var sent = 0
        while sent < 100_000, stream.send(data: data) { sent += 1 }
        let other = try RawClient(port: server.port)
        other.send("GET /other HTTP/1.1\r\nHost: a\r\n\r\n")

        #expect(sent >= 60)
        #expect(sent < 100_000)
        #expect(try ends.take() == .overflowed)
        #expect(!stream.isOpen)
        #expect(try other.answer()?.body == "GET /other ")
    }

    @Test("A client that has gone is noticed by the next heartbeat")
    func clientGone() throws {
        let ends = Mailbox<EventStream.End>()
        let stream = EventStream { ends.put($0) }
        let server = try HTTPServer.fixture { _ in .eventStream(stream) }
        var client: RawClient? = try RawClient(port: server.port)
        client?.send(Self.request)
        #expect(try client?.answer()?.status == 200)

        client = nil
        let deadline = ContinuousClock.now + .seconds(10)
        while stream.comment(), ContinuousClock.now < deadline {}

        #expect(try ends.take() == .clientGone)
        _ = server.port
    }

    @Test("One stream cannot serve two responses")
    func reuse() throws {
        let stream = EventStream()
        let server = try HTTPServer.fixture { _ in .eventStream(stream) }
        let first = try RawClient(port: server.port)
        first.send(Self.request)
        #expect(try first.answer()?.status == 200)

        let second = try RawClient(port: server.port)
        second.send(Self.request)

        #expect(try second.answer()?.status == 500)
        #expect(stream.isOpen)
    }

    @Test("HEAD on a stream sends the head only and ends the stream")
    func head() throws {
        let ends = Mailbox<EventStream.End>()
        let server = try HTTPServer.fixture { _ in .eventStream(EventStream { ends.put($0) }) }
        let client = try RawClient(port: server.port)

        client.send("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n")

        #expect(try client.answer(toHead: true)?.status == 200)
        #expect(try ends.take() == .clientGone)
    }
}
