import ProxyCore
import RolloutCore
import Sockets
import Synchronization
import Testing

@testable import Gateway

@Suite("Upgrades to another protocol")
struct TunnelTests {
    /// Runs `body` with a client that has just been told of the switch.
    private static func withTunnel(
        to server: TunnelServer,
        _ configure: (inout GatewayConfiguration) -> Void = { _ in },
        _ body: (GatewayFixture, SocketPeer) throws -> Void
    ) throws {
        defer { server.stop() }
        try withGateway(.fixture(stable: server.url), configure) { gateway in
            let client = try gateway.connect()
            try client.send(TunnelServer.upgrade)
            #expect(try client.takeMessage(hasBody: false).status == 101)
            try body(gateway, client)
        }
    }

    @Test("Both sides are told of the switch, and of nothing that concerns one connection only")
    func heads() throws {
        let server = try TunnelServer(
            "HTTP/1.1 101 Switching\r\nConnection: Upgrade, x-hop\r\nUpgrade: Echo\r\nX-Hop: 1\r\nSec-Reply: yes\r\n\r\n"
        )
        defer { server.stop() }
        try withGateway(.fixture(stable: server.url)) { gateway in
            let client = try gateway.connect()
            try client.send(TunnelServer.upgrade)
            let answer = try client.takeMessage(hasBody: false)

            let seen = try #require(server.seen.first)
            #expect(seen.fields["connection"] == "upgrade")
            #expect(seen.fields["upgrade"] == "echo")
            #expect(answer.status == 101)
            #expect(answer.fields["connection"] == "upgrade")
            #expect(answer.fields["upgrade"] == "Echo")
            #expect(answer.fields["x-hop"] == nil)
            #expect(answer.fields["sec-reply"] == "yes")
            #expect(answer.fields["x-serin-version"] == "1")
            #expect(answer.fields["x-serin-request-id"] == seen.fields["x-serin-request-id"])
            try gateway.awaitOutcomes(.stable, [.success: 1])
        }
    }

    @Test("Bytes go both ways, those that came with a head first, and each side may end on its own")
    func echo() throws {
        let server = try TunnelServer(TunnelServer.acceptance + "first ") { peer in
            try TunnelServer.echo(peer)
            try peer.send(" last")
        }
        defer { server.stop() }
        try withGateway(.fixture(stable: server.url)) { gateway in
            let client = try gateway.connect()
            try client.send(TunnelServer.upgrade + "early ")
            #expect(try client.takeMessage(hasBody: false).status == 101)
            try client.receive { $0.text == "first early " }
            try client.send("GET / HTTP/1.1\r\n\r\n")
            try client.receive { $0.text == "first early GET / HTTP/1.1\r\n\r\n" }
            client.endOutput()
            try client.receiveToEnd()

            #expect(client.text == "first early GET / HTTP/1.1\r\n\r\n last")
            #expect(!client.wasReset)
            try gateway.awaitOutcomes(.stable, [.success: 1])
        }
    }

    @Test("A server that has ended its output goes on being sent to")
    func serverEndsFirst() throws {
        let arrived = Shared("")
        let server = try TunnelServer { peer in
            peer.endOutput()
            try peer.receiveToEnd()
            let text = peer.text
            arrived.value.withLock { $0 = text }
        }
        try Self.withTunnel(to: server) { _, client in
            try client.receiveToEnd()
            #expect(!client.wasReset)
            try client.send("still ")
            try client.send("here")
            client.endOutput()
            try eventually("all of it arrives") { arrived.value.withLock { $0 } == "still here" }
        }
    }

    @Test("Who doesn't read is sent no more than the buffers take, and gets all of it later")
    func slowClient() throws {
        let chunk = [UInt8](repeating: 0x78, count: 65_536)
        let sent = Shared(0)
        let server = try TunnelServer { peer in
            for _ in 1...800 {
                try peer.send(chunk)
                sent.value.withLock { $0 += 1 }
            }
        }
        defer { server.stop() }
        try withGateway(.fixture(stable: server.url), { $0.loopCount = 1 }) { gateway in
            let client = try gateway.connect(receiveBuffer: 4_096)
            try client.send(TunnelServer.upgrade)
            _ = try client.takeMessage(hasBody: false)
            var (last, unchanged) = (0, 0)
            try eventually("no more is taken", seconds: 20) {
                let now = sent.value.withLock { $0 }
                unchanged = now == last && now > 0 ? unchanged + 1 : 0
                last = now
                return unchanged == 100
            }
            // What the kernel's buffers take is some megabytes.
            #expect(last < 400)

            var count = client.received.count
            client.forgetReceived()
            while try client.receiveSome() {
                count += client.received.count
                client.forgetReceived()
            }
            #expect(count == 800 * chunk.count)
            #expect(!client.wasReset)
        }
    }

    @Test("A server that doesn't read holds the client back, and gets all of it later")
    func slowServer() throws {
        let (reads, arrived) = (Shared(false), Shared(0))
        let server = try TunnelServer { peer in
            try eventually("it may read", seconds: 20) { reads.value.withLock { $0 } }
            repeat {
                let count = peer.received.count
                arrived.value.withLock { $0 += count }
                peer.forgetReceived()
            } while try peer.receiveSome()
        }
        try Self.withTunnel(to: server) { _, client in
            let chunk = [UInt8](repeating: 0x78, count: 65_536)
            var (sent, refusals) = (0, 0)
            try eventually("no more is taken", seconds: 20) {
                let count = client.sendWithoutWaiting(chunk)
                sent += count
                refusals = count == 0 ? refusals + 1 : 0
                return refusals == 100 || sent > 64_000_000
            }
            #expect(sent < 32_000_000)
            reads.value.withLock { $0 = true }
            client.endOutput()
            try eventually("all of it arrives") { arrived.value.withLock { $0 } == sent }
        }
    }

    @Test("A connection that is broken off breaks the other one off", arguments: [true, false])
    func breaks(byClient: Bool) throws {
        let wasReset = Shared(false)
        let server = try TunnelServer { peer in
            if byClient {
                try peer.receiveToEnd()
                let found = peer.wasReset
                wasReset.value.withLock { $0 = found }
            } else {
                try peer.receive { $0.text == "go" }
                peer.resetOnClose()
            }
        }
        try Self.withTunnel(to: server) { _, client in
            if byClient {
                client.resetOnClose()
                client.close()
                try eventually("the server is told") { wasReset.value.withLock { $0 } }
            } else {
                try client.send("go")
                try client.receiveToEnd()
                #expect(client.wasReset)
            }
        }
    }

    @Test("A server that doesn't want to switch answers as ever, and the connection goes on")
    func refused() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            try client.send(TunnelServer.upgrade + get("/m/next"))
            #expect(try client.takeMessage().body == "one /x ")
            #expect(try client.takeMessage().body == "one /next ")
            try gateway.awaitOutcomes(.stable, [.success: 2])
        }
    }

    @Test(
        "What can't be passed on is not asked for",
        arguments: [
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n", "Upgrade: echo\r\n",
            "Connection: upgrade\r\nUpgrade: echo, h2c\r\n",
            "Connection: upgrade\r\nUpgrade: echo\r\nContent-Length: 0\r\nUpgrade: other\r\n",
        ]
    )
    func notPassedOn(fields: String) throws {
        let model = try ModelServer { peer in
            while true {
                let names = try peer.takeMessage().fields.keys
                let found = names.filter { ["connection", "upgrade", "http2-settings"].contains($0) }.sorted()
                let body = "found \(found)"
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            }
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            try client.send("GET /m/x HTTP/1.1\r\nHost: h\r\n\(fields)\r\n")
            #expect(try client.takeMessage().body == "found []")
        }
    }

    @Test(
        "A switch that nobody asked for is a broken answer",
        arguments: [
            (get(), TunnelServer.acceptance),
            (TunnelServer.upgrade, "HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n"),
            (TunnelServer.upgrade, "HTTP/1.1 101 X\r\nUpgrade: echo\r\n\r\n"),
            (TunnelServer.upgrade, "HTTP/1.1 101 X\r\nConnection: upgrade\r\n\r\n"),
        ]
    )
    func unasked(request: String, acceptance: String) throws {
        let server = try TunnelServer(acceptance)
        defer { server.stop() }
        try withGateway(.fixture(stable: server.url)) { gateway in
            let client = try gateway.connect()
            #expect(try client.ask(request).status == 502)
            try gateway.awaitOutcomes(.stable, [.upstreamFailure: 1])
        }
    }

    @Test("A tunnel in which nothing moves is given up")
    func idle() throws {
        let server = try TunnelServer()
        try Self.withTunnel(to: server, { $0.timeouts.tunnelIdle = .milliseconds(150) }) { _, client in
            try client.receiveToEnd()
            #expect(client.wasReset)
        }
    }

    @Test("A tunnel that its client has left is given up when the server takes nothing of the rest")
    func leftByClient() throws {
        let isOver = Shared(false)
        let server = try TunnelServer { peer in
            peer.endOutput()
            try eventually("the test is over", seconds: 20) { isOver.value.withLock { $0 } }
        }
        defer { isOver.value.withLock { $0 = true } }
        try Self.withTunnel(
            to: server,
            {
                $0.loopCount = 1
                $0.timeouts.tunnelIdle = .milliseconds(300)
            },
            { gateway, client in
                let thread = gateway.server.loops.threads[0]
                try client.receiveToEnd()
                let piece = [UInt8](repeating: 7, count: 16_384)
                while thread.call({ $0.connection(ConnectionHandle(0))?.socket.pendingBytes }).wait() == 0 {
                    try client.send(piece)
                }
                client.close()
                try eventually("both connections are closed") {
                    thread.call({ $0.openConnectionCount + $0.clientCount }).wait() == 0
                }
            }
        )
    }

    @Test("The limits of a request don't end a tunnel")
    func requestLimits() throws {
        let server = try TunnelServer()
        try Self.withTunnel(
            to: server,
            {
                $0.timeouts.request = .milliseconds(150)
                $0.timeouts.responseIdle = .milliseconds(150)
                $0.timeouts.keepAlive = .milliseconds(150)
            }
        ) { _, client in
            let end = ContinuousClock.now + .milliseconds(500)
            while ContinuousClock.now < end {
                client.forgetReceived()
                try client.send("x")
                try client.receive { $0.text == "x" }
            }
        }
    }

    @Test("A gateway that is stopping lets a tunnel be until its patience is over")
    func drain() throws {
        let server = try TunnelServer()
        defer { server.stop() }
        let gateway = try GatewayFixture(.fixture(stable: server.url)) { $0.drainLimit = .milliseconds(300) }
        let client = try gateway.connect()
        try client.send(TunnelServer.upgrade)
        _ = try client.takeMessage(hasBody: false)
        let stopped = stopInBackground(gateway)
        try client.send("x")
        try client.receive { $0.text == "x" }
        try client.receiveToEnd()
        #expect(client.wasReset)
        try eventually("the gateway has stopped") { stopped.value.withLock { $0 } }
    }

    @Test("A tunnel keeps its place within the version's limit of requests in flight until it ends")
    func place() throws {
        let server = try TunnelServer()
        defer { server.stop() }
        let settings = UpstreamSettings(inFlight: 1, queue: QueueRule(length: 0, milliseconds: 1_000))
        try withGateway(.fixture(stable: [server.url], settings), { $0.loopCount = 1 }) { gateway in
            let first = try gateway.connect()
            try first.send(TunnelServer.upgrade)
            #expect(try first.takeMessage(hasBody: false).status == 101)
            #expect(try gateway.connect().ask().status == 503)
            first.endOutput()
            try first.receiveToEnd()
            try eventually("the place is free") {
                let second = try gateway.connect()
                try second.send(TunnelServer.upgrade)
                return try second.takeMessage().status == 101
            }
        }
    }
}
