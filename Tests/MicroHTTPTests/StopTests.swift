import Dispatch
import MicroHTTP
import Testing

@Suite("Stopping")
struct StopTests {
    private static let request = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("A running handler finishes and its answer arrives; a request that comes meanwhile gets 503")
    func runningHandler() throws {
        let latch = Latch()
        let server = try HTTPServer.fixture { request in
            if request.target.rawPath == "/x" { latch.pass() }
            return HTTPServer.echo(request)
        }
        let (running, idle) = (try RawClient(port: server.port), try RawClient(port: server.port))
        idle.send("GET /idle HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try idle.answer()?.status == 200)
        running.send(Self.request)
        #expect(latch.waitForArrival())

        let stopped = stopInBackground(server, drainMilliseconds: 10_000)
        var late: RawClient.Answer?
        repeat {
            idle.send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n")
            late = try idle.answer()
        } while late?.status == 200
        latch.open()

        #expect(late?.body == "Service stopping")
        #expect(try running.answer()?.body == "GET /x ")
        #expect(stopped.wait(timeout: .now() + 10) == .success)
        #expect(throws: (any Error).self) { try RawClient(port: server.port) }
    }

    @Test("A handler that does not end is answered for with 503, and its own answer is dropped")
    func stuckHandler() throws {
        let latch = Latch()
        let ends = Mailbox<EventStream.End>()
        let server = try HTTPServer.fixture { _ in
            latch.pass()
            return .eventStream(EventStream { ends.put($0) })
        }
        let client = try RawClient(port: server.port)
        client.send(Self.request)
        #expect(latch.waitForArrival())

        server.stop(drainMilliseconds: 0)
        let answer = try client.answer()
        latch.open()

        #expect(answer?.status == 503)
        #expect(try ends.take() == .clientGone)
    }

    @Test("Open event streams end with the server")
    func openStreams() throws {
        let ends = Mailbox<EventStream.End>()
        let server = try HTTPServer.fixture { _ in .eventStream(EventStream { ends.put($0) }) }
        let clients = try (0..<20).map { _ in try RawClient(port: server.port) }
        for client in clients { client.send(Self.request) }
        for client in clients { #expect(try client.answer()?.status == 200) }

        server.stop()

        for client in clients {
            #expect(try client.readToEnd() == "0\r\n\r\n")
            #expect(try ends.take() == .finished)
        }
    }

    @Test("Stopping twice, or an idle server, returns at once")
    func idleServer() throws {
        let server = try HTTPServer.fixture(handler: HTTPServer.echo)
        let client = try RawClient(port: server.port)
        client.send(Self.request)
        #expect(try client.answer()?.status == 200)

        server.stop()
        server.stop()

        #expect(try client.readToEnd() == "")
    }

    private func stopInBackground(_ server: HTTPServer, drainMilliseconds: Int) -> DispatchSemaphore {
        let stopped = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            server.stop(drainMilliseconds: drainMilliseconds)
            stopped.signal()
        }
        return stopped
    }
}
