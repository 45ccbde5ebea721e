import Dispatch
import Glibc
import ProxyCore
import RolloutCore
import Sockets
import Statistics
import Synchronization
import Testing

@testable import Gateway

@Suite("Faults")
struct FaultTests {
    @Test("A canary that can't be connected costs its client nothing, and is counted")
    func connectFailureFallback() throws {
        let stable = try ModelServer.named("stable")
        defer { stable.stop() }
        let dead = "http://127.0.0.1:\(try ModelServer.deadPort())"
        try withGateway(.fixture(stable: stable.url, canary: dead)) { gateway in
            let client = try gateway.connect()
            for number in 1...3 {
                try client.send(post("/m/\(number)", "body"))
                let answer = try client.takeMessage()
                #expect(answer.body == "stable /\(number) body")
                #expect(answer.fields["x-serin-version"] == "1")
                #expect(answer.fields["x-serin-fallback"] == "stable")
            }
            try gateway.awaitOutcomes(.canary, [.connectFailure: 3])
            #expect(gateway.store.outcomes(.stable) == [:])
            #expect(gateway.store.tally(.canary).connectFailureRun == 3)
        }
    }

    @Test("A stable that can't be connected is a bad gateway")
    func connectFailure() throws {
        let dead = "http://127.0.0.1:\(try ModelServer.deadPort())"
        try withGateway(.fixture(stable: dead)) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            let answer = try client.takeMessage()
            #expect(answer.status == 502)
            #expect(answer.fields["x-serin-version"] == "1")
            try client.send(post())
            #expect(try client.takeMessage().status == 502)
            try gateway.awaitOutcomes(.stable, [.connectFailure: 2])
        }
    }

    @Test(
        "An answer that is cut off is never taken for a whole one",
        arguments: ["Content-Length: 10", "Transfer-Encoding: chunked"]
    )
    func cutOff(framing: String) throws {
        let model = try ModelServer { peer in
            _ = try peer.takeMessage()
            try peer.send("HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n4\r\nab")
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            try client.receiveToEnd()
            #expect(client.text.hasSuffix("4\r\nab"))
            try gateway.awaitOutcomes(.stable, [.upstreamFailure: 1])
        }
    }

    @Test(
        "An answer that ends with the close is whole after a close, and broken off after a reset",
        arguments: [true, false]
    )
    func untilClose(isWhole: Bool) throws {
        let model = try ModelServer { peer in
            try peer.receive { $0.text.contains("\r\n\r\n") }
            try peer.send("HTTP/1.1 200 OK\r\n\r\nuntil-close")
            if !isWhole {
                try peer.receive { $0.text.contains("more") }  // The client has the first part.
                peer.resetOnClose()
            }
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            try client.send("POST /m HTTP/1.1\r\nHost: h\r\nContent-Length: \(isWhole ? 0 : 4)\r\n\r\n")
            try client.receive { $0.text.hasSuffix("until-close") }
            if !isWhole { try client.send("more") }
            try client.receiveToEnd()
            #expect(client.wasReset == !isWhole)
            try gateway.awaitOutcomes(.stable, [isWhole ? .success : .upstreamFailure: 1])
        }
    }

    @Test("A server that closes without an answer is asked once when the request might have been served")
    func noAnswer() throws {
        let model = try ModelServer { peer in _ = try peer.takeMessage() }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            #expect(try client.takeMessage().status == 502)
            #expect(model.connectionCount == 1)
            try gateway.awaitOutcomes(.stable, [.upstreamFailure: 1])
        }
    }

    @Test("A pooled connection that dies unseen costs an idempotent request nothing")
    func staleConnection() throws {
        // Answers one request, then takes another one on the same connection and closes without an answer.
        let model = try ModelServer { peer in
            _ = try peer.takeMessage()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            _ = try peer.takeMessage()
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            for _ in 1...4 {
                try client.send(get())
                #expect(try client.takeMessage().status == 200)
            }
            #expect(model.connectionCount == 4)
            try gateway.awaitOutcomes(.stable, [.success: 4])
        }
    }

    @Test("A server that closes idle connections is connected again")
    func idleClose() throws {
        let closed = Mutex(0)
        let model = try ModelServer { peer in
            _ = try peer.takeMessage()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            peer.close()
            closed.withLock { $0 += 1 }
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            for number in 1...3 {
                try client.send(get())
                #expect(try client.takeMessage().status == 200)
                try eventually("the server has closed") { closed.withLock { $0 } == number }
            }
            try gateway.awaitOutcomes(.stable, [.success: 3])
        }
    }

    @Test("Bytes on an idle connection never reach the next client")
    func unaskedAnswer() throws {
        let sent = Mutex(0)
        let model = try ModelServer { peer in
            while true {
                _ = try peer.takeMessage()
                try peer.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
                )
                sent.withLock { $0 += 1 }
            }
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            for _ in 1...5 {
                let client = try gateway.connect()
                try client.send(post())
                #expect(try client.takeMessage().body == "ok")
            }
            try eventually("each of them was asked once") { sent.withLock { $0 } == 5 }
        }
    }

    @Test(
        "Bytes that came on an idle connection in the same moment as the next request are not its answer",
        arguments: [false, true]
    )
    func earlyAnswer(isRepeated: Bool) throws {
        let (sends, hasSent) = (Shared(false), Shared(false))
        let model = try ModelServer { peer in
            _ = try peer.takeMessage()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright")
            guard sends.value.withLock({ !$0 }) else { return }
            try eventually("the loop is held up") { sends.value.withLock { $0 } }
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong")
            hasSent.value.withLock { $0 = true }
            try peer.receive { $0.text.contains("never") }
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url), { $0.loopCount = 1 }) { gateway in
            let client = try gateway.connect()
            try client.send(get())
            #expect(try client.takeMessage().body == "right")
            let (isHeld, goesOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            gateway.server.loops.threads[0].post { _ in
                isHeld.signal()
                goesOn.wait()
            }
            isHeld.wait()
            defer { goesOn.signal() }
            try client.send(isRepeated ? get() : post())
            sends.value.withLock { $0 = true }
            try eventually("it has sent") { hasSent.value.withLock { $0 } }
            goesOn.signal()
            let answer = try client.takeMessage()
            #expect(answer.status == (isRepeated ? 200 : 502))
            #expect(!answer.body.contains("wrong"))
        }
    }

    @Test("A client that leaves cancels its request, which is counted as the client's doing")
    func clientAbort() throws {
        let left = Mutex(false)
        let started = Mutex(false)
        let model = try ModelServer { peer in
            _ = try peer.takeMessage()
            started.withLock { $0 = true }
            let more = try peer.receiveSome(seconds: 10)
            left.withLock { $0 = !more }
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            try eventually("the server has the request") { started.withLock { $0 } }
            client.close()
            try eventually("the server sees the close") { left.withLock { $0 } }
            try gateway.awaitOutcomes(.stable, [.clientAborted: 1])
            #expect(gateway.store.tally(.stable).latency.isEmpty)
        }
    }

    @Test("A server that is silent for too long is a timeout")
    func silence() throws {
        let model = try ModelServer { peer in
            _ = try peer.takeMessage(); _ = try peer.receiveSome(seconds: 10)
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url), { $0.timeouts.firstByte = .milliseconds(150) }) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            #expect(try client.takeMessage().status == 504)
            try gateway.awaitOutcomes(.stable, [.timeout: 1])
        }
    }

    @Test("A head that does not end is a request timeout")
    func slowHead() throws {
        try withGateway(.fixture(stable: "http://127.0.0.1:1"), { $0.timeouts.head = .milliseconds(150) }) { gateway in
            let client = try gateway.connect()
            try client.send("GET / HTTP/1.1\r\n")
            #expect(try client.takeMessage().status == 408)
        }
    }

    @Test("A body over the limit is refused, announced or not", arguments: [true, false])
    func bodyLimit(isAnnounced: Bool) throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url), { $0.limits.bodySize = 10 }) { gateway in
            let client = try gateway.connect()
            let framing = isAnnounced ? "Content-Length: 11\r\n\r\n" : "Transfer-Encoding: chunked\r\n\r\nb\r\n"
            try client.send("POST /m HTTP/1.1\r\nHost: h\r\n\(framing)01234567890")
            #expect(try client.takeMessage().status == 413)
        }
    }

    @Test("A version with too many connections is unavailable for a while")
    func connectionLimit() throws {
        let model = try ModelServer { peer in
            _ = try peer.takeMessage(); _ = try peer.receiveSome(seconds: 10)
        }
        defer { model.stop() }
        try withGateway(
            .fixture(stable: model.url),
            { configuration in
                configuration.loopCount = 1
                configuration.upstreamPool.connections = 1
                configuration.drainLimit = .milliseconds(10)
            }
        ) { gateway in
            let first = try gateway.connect()
            try first.send(post())
            try eventually("the first request is at the server") { model.connectionCount == 1 }
            let second = try gateway.connect()
            try second.send(post())
            let answer = try second.takeMessage()
            #expect(answer.status == 503)
            #expect(answer.fields["retry-after"] == "1")
            try gateway.awaitOutcomes(.stable, [.gatewayFailure: 1])
        }
    }
}
