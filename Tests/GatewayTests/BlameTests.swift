import Gateway
import ProxyCore
import RolloutCore
import Statistics
import Synchronization
import Testing

/// Answers the first request of each connection with a head and a part of the body, and then nothing more.
private func stallingModel() throws -> ModelServer {
    try ModelServer { peer in
        _ = try peer.takeMessage()
        try peer.send("HTTP/1.1 200 OK\r\n\r\npart")
        _ = try peer.receiveSome(seconds: 20)
    }
}

@Suite("Whose fault it was")
struct BlameTests {
    @Test("A client that stops reading is not the version's timeout")
    func clientStopsReading() throws {
        let model = try ModelServer { peer in
            _ = try peer.takeMessage()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
            try peer.send([UInt8](repeating: 0x78, count: 50_000_000))
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url), { $0.timeouts.responseIdle = .milliseconds(500) }) { gateway in
            let client = try gateway.connect(receiveBuffer: 4_096)
            try client.send(get())
            try gateway.awaitOutcomes(.stable, [.clientAborted: 1])
        }
    }

    @Test("A server that doesn't take the body is a timeout, not a slow client")
    func serverStopsReading() throws {
        let model = try ModelServer { peer in
            try peer.receive { $0.text.contains("\r\n\r\n") }
            try peer.awaitReset(seconds: 20)
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url), { $0.timeouts.body = .milliseconds(300) }) { gateway in
            let client = try gateway.connect()
            try client.send("POST /m HTTP/1.1\r\nHost: h\r\nContent-Length: 500000000\r\n\r\n")
            let part = [UInt8](repeating: 0x78, count: 1_000_000)
            try eventually("the server is given up") {
                _ = client.sendWithoutWaiting(part)
                return gateway.store.outcomes(.stable) == [.timeout: 1]
            }
            #expect(try client.takeMessage().status == 504)
        }
    }

    @Test("Requests that the gateway has no connection for fall back and are not counted against the canary")
    func poolLimit() throws {
        let stable = try ModelServer.named("stable")
        let canary = try stallingModel()
        defer {
            stable.stop()
            canary.stop()
        }
        try withGateway(
            .fixture(stable: stable.url, canary: canary.url),
            {
                $0.loopCount = 1
                $0.upstreamPool.connections = 1
                $0.drainLimit = .milliseconds(10)
            }
        ) { gateway in
            let first = try gateway.connect()
            try first.send(get())
            try first.receive { $0.text.hasSuffix("part") }
            let second = try gateway.connect()
            for _ in 1...5 {
                try second.send(get())
                let answer = try second.takeMessage()
                #expect(answer.body == "stable /x ")
                #expect(answer.fields["x-serin-fallback"] == "stable")
            }
            try gateway.awaitOutcomes(.canary, [.gatewayFailure: 5])
            let tally = gateway.store.tally(.canary)
            #expect(tally.connectFailureRun == 0)
            #expect(tally.outcomes.judged == 0)
            #expect(tally.latency.isEmpty)
        }
    }

    @Test("An answer that the stop cuts off is broken off, and is not the client's doing")
    func cutByStop() throws {
        let model = try stallingModel()
        defer { model.stop() }
        let gateway = try GatewayFixture(.fixture(stable: model.url)) { $0.drainLimit = .milliseconds(50) }
        let client = try gateway.connect()
        try client.send(get())
        try client.receive { $0.text.hasSuffix("part") }
        try gateway.server.stop()

        try client.receiveToEnd()
        #expect(client.wasReset)
        #expect(gateway.store.outcomes(.stable) == [.gatewayFailure: 1])
    }

    @Test("While one of two servers is down the other answers everything")
    func oneOfTwoDown() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        let dead = "http://127.0.0.1:\(try ModelServer.deadPort())"
        try withGateway(.fixture(stable: dead, alsoStable: [model.url])) { gateway in
            for _ in 1...50 {
                let client = try gateway.connect()
                try client.send(post("/m/x", "body"))
                #expect(try client.takeMessage().body == "one /x body")
            }
            try gateway.awaitOutcomes(.stable, [.success: 50])
        }
    }

    @Test("When all servers of a version are down, its request is one connect failure")
    func allDown() throws {
        let dead = try (0..<3).map { _ in "http://127.0.0.1:\(try ModelServer.deadPort())" }
        try withGateway(.fixture(stable: dead[0], alsoStable: Array(dead[1...]))) { gateway in
            let client = try gateway.connect()
            for _ in 1...5 {
                try client.send(post())
                #expect(try client.takeMessage().status == 502)
            }
            try gateway.awaitOutcomes(.stable, [.connectFailure: 5])
        }
    }

    @Test("A connection is not used again behind an answer that announces a body it must not have")
    func announcedBody() throws {
        let model = try ModelServer { peer in
            while true {
                _ = try peer.takeMessage()
                try peer.send("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n")
            }
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            for number in 1...3 {
                try client.send(get())
                #expect(try client.takeMessage(hasBody: false).status == 204)
                #expect(model.connectionCount == number)
            }
        }
    }

    @Test("A path that a server would resolve to another model's is refused", arguments: ["..", "%2e%2E", "."])
    func dotSegment(segment: String) throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            try client.send(get("/v2/models/m/\(segment)/other/infer"))
            #expect(try client.takeMessage().status == 400)
            #expect(model.connectionCount == 0)
        }
    }

    @Test("An empty line behind a request is not the beginning of another one")
    func strayLineEnd() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url), { $0.timeouts.head = .milliseconds(150) }) { gateway in
            let client = try gateway.connect()
            try client.send(get() + "\r\n")
            #expect(try client.takeMessage().status == 200)
            try client.receiveToEnd()
            #expect(client.text == "")
        }
    }
}
