import Gateway
import Glibc
import ProxyCore
import RolloutCore
import Synchronization
import Testing

/// A client whose kernel takes little, so that what it doesn't read stays with the gateway.
private let smallBuffer: Int32 = 4_096

@Suite("Slow and pipelining clients")
struct SlowClientTests {
    @Test("A body that looks like an answer is never taken for the next one's head")
    func bodyLikeHead() throws {
        let disguise = "HTTP/1.1 299 Injected\r\nContent-Length: 3\r\n\r\nEVL"
        let body = disguise + String(repeating: "x", count: 30_000 - disguise.utf8.count)
        let model = try ModelServer { peer in
            while true {
                let request = try peer.takeMessage()
                let text = request.target == "/big" ? body : request.target
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
            }
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url), { $0.loopCount = 1 }) { gateway in
            let client = try gateway.connect()
            for _ in 1...40 {  // The gateway reads more at a time when much has come.
                try client.send(get("/m/big"))
                #expect(try client.takeMessage().body.utf8.count == 30_000)
            }
            for _ in 1...10 {
                try client.send(get("/m/big") + get("/m/second") + get("/m/third"))
                #expect(try client.takeMessage().body == body)
                #expect(try client.takeMessage().body == "/second")
                #expect(try client.takeMessage().body == "/third")
            }
        }
    }

    @Test("A client that asks and doesn't read is not served further, until it reads")
    func askingWithoutReading() throws {
        let model = try EagerModel()
        defer { model.server.stop() }
        try withGateway(.fixture(stable: model.server.url), { $0.loopCount = 1 }) { gateway in
            let client = try gateway.connect(receiveBuffer: smallBuffer)
            try client.send(String(repeating: get(), count: 1_000))

            // What the kernel's buffers take is some megabytes.
            #expect(try model.awaitStandstill() < 300)

            for _ in 1...1_000 { #expect(try client.takeMessage().body.utf8.count == EagerModel.size) }
        }
    }

    @Test("A slow client gets the rest of its answers from a gateway that is stopping")
    func slowReader() throws {
        let model = try EagerModel()
        defer { model.server.stop() }
        let gateway = try GatewayFixture(.fixture(stable: model.server.url)) { $0.drainLimit = .seconds(30) }
        let client = try gateway.connect(receiveBuffer: smallBuffer)
        try client.send(String(repeating: get(), count: 1_000))
        let served = try model.awaitStandstill()
        let idle = try gateway.connect()
        try idle.send("GET /-/healthz HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = try idle.takeMessage()
        let stopped = stopInBackground(gateway)
        #expect(try idle.receiveSome() == false)
        // Nothing is left of the other connection, so the time in which clients may linger is over.
        try eventually("the idle connection is given up") { idle.sendWithoutWaiting([0x78]) == 0 }

        for _ in 1...served { #expect(try client.takeMessage().body.utf8.count == EagerModel.size) }
        try client.receiveToEnd()
        #expect(client.received == [])
        #expect(!client.wasReset)
        client.close()
        try eventually("the gateway has stopped") { stopped.value.withLock { $0 } }
    }

    @Test("Answers that nobody takes are broken off, not ended")
    func unreadRest() throws {
        let model = try EagerModel()
        defer { model.server.stop() }
        let gateway = try GatewayFixture(.fixture(stable: model.server.url)) {
            $0.timeouts.responseIdle = .milliseconds(150)
        }
        let client = try gateway.connect(receiveBuffer: smallBuffer)
        try client.send(String(repeating: get(), count: 1_000))
        _ = try model.awaitStandstill()
        let stopped = stopInBackground(gateway)
        try eventually("the gateway has stopped") { stopped.value.withLock { $0 } }

        try client.receiveToEnd()
        #expect(client.wasReset)
    }

    @Test("Clients that were refused for being too many are forgotten")
    func refusedClients() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(
            .fixture(stable: model.url),
            {
                $0.loopCount = 1
                $0.limits.connections = 4
            }
        ) { gateway in
            let held = try (0..<4).map { _ in
                let client = try gateway.connect()
                try client.send(get())
                #expect(try client.takeMessage().status == 200)
                return client
            }
            for _ in 1...20 { try gateway.connect().receiveToEnd() }
            for client in held { client.close() }

            try eventually("a client is served again") {
                let client = try gateway.connect()
                do {
                    try client.send(get())
                    return try client.takeMessage().status == 200
                } catch is SocketPeer.Failure {
                    return false  // Refused, as long as the gateway has not seen all the closes.
                }
            }
        }
    }
}

/// A model server with large answers that counts what it has sent.
private final class EagerModel: Sendable {
    static let size = 60_000

    let server: ModelServer
    private let served: Shared<Int>

    init() throws {
        let served = Shared(0)
        let body = String(repeating: "x", count: Self.size)
        self.served = served
        self.server = try ModelServer { peer in
            while true {
                _ = try peer.takeMessage()
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(Self.size)\r\n\r\n\(body)")
                served.value.withLock { $0 += 1 }
            }
        }
    }

    /// Waits until no more is asked for; returns how many answers were sent.
    func awaitStandstill() throws -> Int {
        var last = 0
        var unchanged = 0
        try eventually("no more is asked for", seconds: 20) {
            let now = self.served.value.withLock { $0 }
            unchanged = now == last && now > 0 ? unchanged + 1 : 0
            last = now
            return unchanged == 100
        }
        return last
    }
}
