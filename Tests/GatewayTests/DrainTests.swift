import Gateway
import RolloutCore
import Synchronization
import Testing

@Suite("A gateway that is stopping")
struct DrainTests {
    /// Longer than any test takes: the test ends it.
    private static let delay = Duration.seconds(60)

    /// Begins to stop; returns when the gateway has said that it isn't ready.
    private func beginStopping(_ gateway: GatewayFixture) throws -> Shared<Bool> {
        let stopped = stopInBackground(gateway)
        try eventually("the gateway isn't ready") {
            let probe = try gateway.connect()
            try probe.send(get("/-/readyz"))
            let answer = try probe.takeMessage()
            return answer.status == 503 && answer.fields["connection"] == "close"
        }
        return stopped
    }

    private func awaitStop(_ stopped: Shared<Bool>) throws {
        try eventually("the gateway has stopped") { stopped.value.withLock { $0 } }
    }

    /// Sends a request; the answer must be good, and the last one.
    private func expectLastAnswer(_ client: SocketPeer) throws {
        try client.send(post())
        let answer = try client.takeMessage()
        #expect(answer.status == 200)
        #expect(answer.fields["connection"] == "close")
        #expect(try client.receiveSome() == false)
        #expect(!client.wasReset)
    }

    @Test("It serves clients that still come, and those that were idle, and tells them that it was the last time")
    func lastAnswers() throws {
        let model = try ModelServer.named("model")
        defer { model.stop() }
        let gateway = try GatewayFixture(.fixture(stable: model.url)) { $0.drainDelay = Self.delay }
        let kept = try gateway.connect()
        try kept.send(post())
        #expect(try kept.takeMessage().fields["connection"] == nil)

        let stopped = try self.beginStopping(gateway)
        try self.expectLastAnswer(gateway.connect())
        try self.expectLastAnswer(kept)
        #expect(stopped.value.withLock { !$0 })

        gateway.server.hurry()
        try self.awaitStop(stopped)
        #expect(throws: SocketPeer.Failure.self) { try gateway.connect() }
        #expect(gateway.store.outcomes(.stable) == [.success: 3])
    }

    @Test("An answer that had begun keeps its connection, since it did not say that it is the last")
    func begunAnswer() throws {
        let mayEnd = Shared(false)
        let model = try ModelServer { peer in
            while true {
                _ = try peer.takeMessage()
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nO")
                try eventually("the answer may end") { mayEnd.value.withLock { $0 } }
                try peer.send("K")
            }
        }
        defer { model.stop() }
        let gateway = try GatewayFixture(.fixture(stable: model.url)) { $0.drainDelay = Self.delay }
        let client = try gateway.connect()
        try client.send(post())
        try client.receive { $0.text.hasSuffix("\r\n\r\nO") }

        let stopped = try self.beginStopping(gateway)
        mayEnd.value.withLock { $0 = true }
        let answer = try client.takeMessage()
        #expect(answer.body == "OK")
        #expect(answer.fields["connection"] == nil)
        try self.expectLastAnswer(client)

        gateway.server.hurry()
        try self.awaitStop(stopped)
    }

    @Test("It waits no longer than the delay for clients that are silent", arguments: [true, false])
    func silentClient(isHurried: Bool) throws {
        let model = try ModelServer.named("model")
        defer { model.stop() }
        let gateway = try GatewayFixture(.fixture(stable: model.url)) {
            $0.drainDelay = isHurried ? Self.delay : .milliseconds(20)
            $0.drainLimit = Self.delay
        }
        let kept = try gateway.connect()
        try kept.send(post())
        _ = try kept.takeMessage()
        let fresh = try gateway.connect()

        let stopped = stopInBackground(gateway)
        if isHurried { gateway.server.hurry() }

        for client in [kept, fresh] {
            #expect(try client.receiveSome() == false)
            #expect(!client.wasReset)
        }
        try self.awaitStop(stopped)
    }

    @Test("It lets a request whose head has only begun to arrive have its answer")
    func partialHead() throws {
        let model = try ModelServer.named("model")
        defer { model.stop() }
        let gateway = try GatewayFixture(.fixture(stable: model.url)) { $0.drainDelay = .milliseconds(20) }
        let client = try gateway.connect()
        try client.send("GET /m/x HTTP/1.1\r\n")
        // Once this is answered the loops have read what came before.
        for _ in 1...2 {
            let other = try gateway.connect()
            try other.send(get())
            _ = try other.takeMessage()
        }

        let stopped = stopInBackground(gateway)
        try eventually("the gateway listens no more") { (try? gateway.connect()) == nil }
        try client.send("Host: h\r\n\r\n")
        let answer = try client.takeMessage()
        #expect(answer.status == 200)
        #expect(answer.fields["connection"] == "close")
        try self.awaitStop(stopped)
    }
}
