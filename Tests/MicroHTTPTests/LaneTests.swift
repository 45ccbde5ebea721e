import MicroHTTP
import Testing

@Suite("Lane")
struct LaneTests {
    @Test("A blocked lane holds up neither another lane nor inline answers, and answers 503 when its queue is full")
    func isolation() throws {
        let latch = Latch()
        let main = Lane(name: "main", threads: 2, queueCapacity: 1)
        let urgent = Lane(name: "urgent", threads: 1, queueCapacity: 1)
        let server = try HTTPServer.fixture(laneFor: { head in
            switch head.target.rawPath {
            case "/urgent": urgent
            case "/healthz": .inline
            default: main
            }
        }) { request in
            if request.target.rawPath == "/slow" { latch.pass() }
            return HTTPServer.echo(request)
        }
        let slow = try (0..<3).map { _ in try RawClient(port: server.port) }
        for client in slow { client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n") }
        #expect(latch.waitForArrival())
        #expect(latch.waitForArrival())
        try waitUntil { main.load == (running: 2, waiting: 1) }

        let answers = try ["/urgent", "/healthz", "/main"].map { path in
            let client = try RawClient(port: server.port)
            client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            return try client.answer()
        }
        latch.open(3)
        let late = try slow.map { try $0.answer()?.body }

        #expect(answers.map { $0?.status } == [200, 200, 503])
        #expect(answers[2]?.headers["retry-after"] == "1")
        #expect(answers[2]?.body == "Service overloaded")
        #expect(late == ["GET /slow ", "GET /slow ", "GET /slow "])
    }

    private func waitUntil(_ condition: () -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !condition() { try #require(ContinuousClock.now < deadline, "the condition never came true") }
    }
}
