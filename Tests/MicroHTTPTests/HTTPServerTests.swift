import Dispatch
import MicroHTTP
import Synchronization
import Testing

@Suite("HTTPServer")
struct HTTPServerTests {
    @Test("One connection serves requests one after the other")
    func keepAlive() throws {
        let server = try HTTPServer.fixture(handler: HTTPServer.echo)
        let client = try RawClient(port: server.port)

        var bodies: [String] = []
        for number in 1...3 {
            client.send("POST /n/\(number)?q=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nb\(number)")
            bodies.append(try #require(try client.answer()).body)
        }

        #expect(bodies == ["POST /n/1 b1", "POST /n/2 b2", "POST /n/3 b3"])
    }

    @Test("Pipelined requests are answered in order, a refused one last")
    func pipelining() throws {
        let server = try HTTPServer.fixture(handler: HTTPServer.echo)
        let client = try RawClient(port: server.port)
        let good = (1...5).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()

        client.send(good + "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n")
        client.send("GET /bad HTTP/1.1\nHost: a\r\n\r\nGET /ignored HTTP/1.1\r\nHost: a\r\n\r\n")
        var bodies: [String] = []
        while let answer = try client.answer() { bodies.append(answer.body) }

        #expect(bodies == (1...5).map { "GET /\($0) " } + ["POST /c abc", "Invalid line ending"])
    }

    @Test("A request reaches the handler whole: method, target, headers in order, body and address")
    func wholeRequest() throws {
        let requests = Mailbox<HTTPRequest>()
        let server = try HTTPServer.fixture { request in
            requests.put(request)
            return HTTPResponse(status: .noContent)
        }
        let client = try RawClient(port: server.port)

        client.send("PATCH /a%2Fb/%C3%A9?x=1+2&x=%26&y HTTP/1.1\r\nHost: a:1\r\nX-A: 1\r\nx-a:\t2 \r\n")
        client.send("Content-Length: 3\r\n\r\nabc")
        let answer = try client.answer()

        let target = try #require(RequestTarget(parsing: "/a%2Fb/%C3%A9?x=1+2&x=%26&y".utf8))
        let request = try requests.take()
        #expect(answer?.status == 204)
        #expect(target.rawPath == "/a%2Fb/%C3%A9")
        #expect(target.segments == ["a/b", "é"])
        #expect(
            target.query == [.init(name: "x", value: "1 2"), .init(name: "x", value: "&"), .init(name: "y", value: "")]
        )
        #expect(
            request
                == HTTPRequest(
                    head: HTTPRequestHead(
                        method: "PATCH",
                        target: target,
                        headers: HTTPHeaders([
                            .init(name: "Host", value: "a:1"), .init(name: "X-A", value: "1"),
                            .init(name: "x-a", value: "2"), .init(name: "Content-Length", value: "3"),
                        ]),
                        remoteAddress: "127.0.0.1"
                    ),
                    body: Array("abc".utf8)
                )
        )
        #expect(request.headers[all: "X-a"] == ["1", "2"])
    }

    @Test("Bodies of several megabytes pass both ways", arguments: [false, true])
    func bigBodies(isChunked: Bool) throws {
        let size = 6 * 1024 * 1024
        let server = try HTTPServer.fixture(configure: { $0.maxBodyBytes = size }) { request in
            HTTPResponse(body: request.body)
        }
        let client = try RawClient(port: server.port)
        let body = String(repeating: "0123456789abcdef", count: size / 16)

        if isChunked {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send(
                "400000\r\n" + body.prefix(4_194_304) + "\r\n200000\r\n" + body.suffix(2_097_152) + "\r\n0\r\n\r\n"
            )
        } else {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n" + body)
        }
        let answer = try client.answer()

        #expect(answer?.body == body)
    }

    @Test("HEAD has the headers of GET and no body, and the connection goes on")
    func head() throws {
        let server = try HTTPServer.fixture { _ in .text("twelve bytes") }
        let client = try RawClient(port: server.port)

        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let head = try client.answer(toHead: true)
        let get = try client.answer()

        #expect(head?.headers["content-length"] == "12")
        #expect(get?.body == "twelve bytes")
    }

    @Test(
        "The connection closes when the client asks for it, or speaks HTTP/1.0",
        arguments: ["GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"]
    )
    func closing(request: String) throws {
        let server = try HTTPServer.fixture(handler: HTTPServer.echo)
        let client = try RawClient(port: server.port)

        client.send(request)
        let answer = try client.answer()

        #expect(answer?.body == "GET / ")
        #expect(try client.readToEnd() == "")
    }

    @Test("Expect: 100-continue is answered before the body is sent")
    func expectContinue() throws {
        let server = try HTTPServer.fixture(handler: HTTPServer.echo)
        let client = try RawClient(port: server.port)

        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n")
        let interim = try client.answer()
        client.send("x")
        let final = try client.answer()

        #expect(interim?.status == 100)
        #expect(final?.body == "POST / x")
    }

    @Test("A handler's throw is a 500 that says nothing of it, and is reported")
    func handlerThrows() throws {
        struct Secret: Error {}
        let failures = Mailbox<String>()
        let lane = Lane(name: "main", threads: 1, queueCapacity: 1)
        let responder = HTTPResponder(
            lane: { _ in lane },
            handlerFailed: { error, head in failures.put("\(type(of: error)) at \(head.target.rawPath)") },
            handler: { _ in throw Secret() }
        )
        let server = try HTTPServer(HTTPServer.Configuration(), responder: responder)
        let client = try RawClient(port: server.port)

        client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try client.answer()

        #expect(answer?.status == 500)
        #expect(answer?.body.contains("Secret") == false)
        #expect(try failures.take() == "Secret at /x")
    }

    @Test("An answer with a header that would break the message becomes a 500")
    func brokenAnswer() throws {
        let server = try HTTPServer.fixture { _ in HTTPResponse(headers: ["X": "a\r\nSet-Cookie: b"]) }
        let client = try RawClient(port: server.port)

        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")

        #expect(try client.answer()?.status == 500)
    }

    @Test("Two hundred clients at once are all served")
    func manyClients() throws {
        let server = try HTTPServer.fixture(handler: HTTPServer.echo)
        let clients = try (0..<200).map { _ in try RawClient(port: server.port) }

        for round in 0..<5 {
            for (number, client) in clients.enumerated() {
                client.send("GET /\(round)/\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
            }
            let bodies = try clients.map { try $0.answer()?.body }
            #expect(bodies == (0..<200).map { "GET /\(round)/\($0) " })
        }
    }

    @Test("Connections above the limits are closed, and there is room again when one has gone")
    func connectionLimit() throws {
        let server = try HTTPServer.fixture(configure: { $0.perAddressLimit = 2 }, handler: HTTPServer.echo)
        let first = try RawClient(port: server.port)
        var second: RawClient? = try RawClient(port: server.port)
        for client in [first, second] {
            client?.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client?.answer()?.status == 200)
        }

        let third = try RawClient(port: server.port)
        third.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try third.answer() == nil)
        second = nil

        let deadline = ContinuousClock.now + .seconds(10)
        var served = false
        while !served, ContinuousClock.now < deadline {
            let client = try RawClient(port: server.port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            served = try client.answer() != nil
        }
        #expect(served)
    }

    @Test(
        "A client that stops within a request is closed after the request timeout",
        arguments: [
            "GET / HTTP/1.1\r\nHost:", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        ]
    )
    func requestTimeout(beginning: String) throws {
        let server = try HTTPServer.fixture(configure: { $0.requestTimeoutSeconds = 1 }, handler: HTTPServer.echo)
        let client = try RawClient(port: server.port)

        client.send(beginning)

        #expect(try client.readToEnd() == "")
    }

    @Test("A connection without a request is closed after the idle timeout")
    func idleTimeout() throws {
        let server = try HTTPServer.fixture(configure: { $0.idleTimeoutSeconds = 1 }, handler: HTTPServer.echo)
        let client = try RawClient(port: server.port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.answer()?.status == 200)

        #expect(try client.readToEnd() == "")
    }

    @Test("A wrong configuration says which field and what it should be")
    func configuration() throws {
        let expected = HTTPServerError.invalidConfiguration(field: "pollingThreads", expected: "1...64, not 0")
        #expect(throws: expected) {
            try HTTPServer.fixture(configure: { $0.pollingThreads = 0 }, handler: HTTPServer.echo)
        }
        #expect(throws: HTTPServerError.invalidHost("localhost")) {
            try HTTPServer.fixture(configure: { $0.host = "localhost" }, handler: HTTPServer.echo)
        }
        let server = try HTTPServer.fixture(handler: HTTPServer.echo)
        let error = #expect(throws: HTTPServerError.self) {
            try HTTPServer.fixture(configure: { $0.port = server.port }, handler: HTTPServer.echo)
        }
        #expect("\(error!)" == "cannot listen on 127.0.0.1 port \(server.port): Address already in use")
    }
}
