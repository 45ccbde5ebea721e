import ProxyCore
import RolloutCore
import Statistics
import Synchronization
import Testing

@testable import Gateway

extension RouteSnapshot {
    /// The same with so much of stable's requests mirrored.
    fileprivate func mirroring(_ basisPoints: Int = 10_000, rescue: RescueRule? = nil) throws -> RouteSnapshot {
        RouteSnapshot(
            generation: self.generation,
            routes: try self.routes.map { route in
                ModelRoute(
                    model: route.model,
                    generation: route.generation,
                    rollout: route.rollout,
                    match: route.match,
                    assignment: route.assignment,
                    salt: route.salt,
                    arms: route.arms,
                    signals: route.signals,
                    rescue: rescue,
                    mirror: try Weight(basisPoints: basisPoints)
                )
            },
            stampKey: self.stampKey
        )
    }
}

extension GatewayFixture {
    /// What was mirrored so far, without times, which depend on the machine.
    fileprivate var pairs: PairTally {
        var pairs = self.store.tally(.canary).detail.pairs ?? PairTally()
        (pairs.canaryLatency, pairs.stableLatency) = (.init(), .init())
        return pairs
    }

    fileprivate func awaitPairs(
        _ counts: [(stable: Outcome, canary: Outcome, count: Int64)],
        abandoned: Int64 = 0,
        dropped: Int64 = 0
    ) throws {
        var expected = PairTally(abandoned: abandoned, dropped: dropped)
        for entry in counts { expected.outcomes[stable: entry.stable, canary: entry.canary] = entry.count }
        do {
            try eventually("pairs come to \(expected)") { self.pairs == expected }
        } catch {
            throw SocketPeer.Failure(description: "\(error); they are \(self.pairs)")
        }
    }
}

/// A server that keeps the requests it got and answers them all the same.
private final class Recorder: Sendable {
    let server: ModelServer
    private let kept: Shared<[Message]>

    init(_ answer: String = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ncanary") throws {
        let kept = Shared<[Message]>([])
        self.kept = kept
        self.server = try ModelServer { peer in
            while true {
                let request = try peer.takeMessage()
                kept.value.withLock { $0.append(request) }
                try peer.send(answer)
            }
        }
    }

    var requests: [Message] { self.kept.value.withLock { $0 } }
}

@Suite("Mirrored requests")
struct MirrorTests {
    /// - Parameter canary: Of a canary without a weight.
    private func withServers(
        canary: ModelServer,
        stable: ModelServer? = nil,
        share: Int = 10_000,
        rescue: RescueRule? = nil,
        _ configure: (inout GatewayConfiguration) -> Void = { _ in },
        _ body: (GatewayFixture) throws -> Void
    ) throws {
        let stable = try stable ?? ModelServer.named("stable")
        defer {
            stable.stop()
            canary.stop()
        }
        let snapshot = try RouteSnapshot.fixture(stable: stable.url, canary: canary.url, canaryWeight: 0)
        try withGateway(
            snapshot.mirroring(share, rescue: rescue),
            { configuration in
                configure(&configuration)
                configuration.limits.copies.lateness = .seconds(60)  // The machine of the tests may be busy.
            },
            body
        )
    }

    @Test("The canary is asked the same, the client gets stable's answer, and the pair is counted as nobody's request")
    func copies() throws {
        let recorder = try Recorder()
        try self.withServers(canary: recorder.server) { gateway in
            let client = try gateway.connect()
            for number in 1...5 {
                try client.send(post("/m/x?q=\(number)", "body \(number)"))
                let answer = try client.takeMessage()
                #expect(answer.body == "stable /x?q=\(number) body \(number)")
                #expect(answer.fields["x-serin-version"] == "1")
                try gateway.awaitPairs([(.success, .success, Int64(number))])
                let copy = try #require(recorder.requests.last)
                #expect(copy.startLine == "POST /x?q=\(number) HTTP/1.1")
                #expect(copy.body == "body \(number)")
                #expect(copy.fields["x-serin-request-id"] == answer.fields["x-serin-request-id"])
                #expect(copy.fields["x-serin-mirrored"] == "true")
                #expect(copy.fields["x-forwarded-for"] == "127.0.0.1")
            }
            try client.send(get())
            _ = try client.takeMessage()
            try gateway.awaitPairs([(.success, .success, 6)])
            try gateway.awaitOutcomes(.stable, [.success: 6])
            let canary = gateway.store.tally(.canary)
            #expect((canary.assigned, canary.outcomes.total, canary.latency.count) == (0, 0, 0))
            #expect(canary.detail.pairs?.canaryLatency.count == 6)
            #expect(canary.detail.pairs?.stableLatency.count == 6)
            // Answers that came whole cost no connection.
            #expect(recorder.server.connectionCount == 1)
        }
    }

    @Test("A body that comes in parts, chunked or not, is copied whole")
    func parts() throws {
        let bodies = Shared<[String]>([])
        let canary = try ModelServer { peer in
            while true {
                try peer.receive { $0.text.hasSuffix("0\r\n\r\n") }
                bodies.value.withLock { $0.append(peer.text) }
                peer.forgetReceived()
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let stable = try ModelServer { peer in
            try peer.receive { $0.text.hasSuffix("0\r\n\r\n") }
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        try self.withServers(canary: canary, stable: stable) { gateway in
            let client = try gateway.connect()
            try client.send("POST /m/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab")
            for part in ["c\r\n", "2\r\nde\r\n", "0\r\n", "\r\n"] { try client.send(part) }
            #expect(try client.takeMessage().body == "ok")
            try gateway.awaitPairs([(.success, .success, 1)])
            let copy = bodies.value.withLock { $0.first } ?? ""
            #expect(copy.hasSuffix("\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), "\(copy)")
            #expect(copy.contains("Transfer-Encoding: chunked\r\n"))
        }
    }

    @Test("Every way in which the canary fails is its failure alone")
    func failures() throws {
        let server = try Recorder("HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\nno")
        try self.check(canary: server.server, .serverError)
        try self.check(canary: try ModelServer { peer in try peer.receiveSome() }, .upstreamFailure)
        try self.check(
            canary: try ModelServer { peer in
                try peer.receiveSome()
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
            },
            .upstreamFailure
        )
        try self.check(
            canary: try ModelServer { peer in
                try peer.receiveSome()
                try peer.send("hello?\r\n\r\n")
            },
            .upstreamFailure
        )
        try self.check(canary: try .hanging(), .timeout) { $0.timeouts.firstByte = .milliseconds(50) }
    }

    @Test("A canary that can't be reached is its own failure alone")
    func unreachable() throws {
        let stable = try ModelServer.named("stable")
        defer { stable.stop() }
        // Nobody listens there who isn't the system's own.
        let snapshot = try RouteSnapshot.fixture(stable: stable.url, canary: "http://127.0.0.1:1", canaryWeight: 0)
        try withGateway(snapshot.mirroring(), { $0.limits.copies.lateness = .seconds(60) }) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            #expect(try client.takeMessage().status == 200)
            try gateway.awaitPairs([(.success, .connectFailure, 1)])
        }
    }

    private func check(
        canary: ModelServer,
        _ outcome: Outcome,
        _ configure: (inout GatewayConfiguration) -> Void = { _ in }
    ) throws {
        try self.withServers(canary: canary, configure) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            #expect(try client.takeMessage().status == 200)
            try gateway.awaitPairs([(.success, outcome, 1)])
            try client.send(get())
            #expect(try client.takeMessage().status == 200)
            try gateway.awaitPairs([(.success, outcome, 2)])
        }
    }

    @Test("A connection that the canary has closed unseen is no failure")
    func staleConnection() throws {
        let canary = try ModelServer { peer in
            _ = try peer.takeMessage()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            // Gone when the next one comes.
        }
        try self.withServers(canary: canary) { gateway in
            let client = try gateway.connect()
            for number in 1...20 {
                try client.send(post())
                _ = try client.takeMessage()
                try gateway.awaitPairs([(.success, .success, Int64(number))])
            }
        }
    }

    @Test(
        "A canary that hangs holds nobody up, and no more copies than there is room for; the rest are dropped and counted"
    )
    func hanging() throws {
        let configure = { (configuration: inout GatewayConfiguration) in
            configuration.loopCount = 1
            configuration.limits.copies = CopyAllowance.Limits(copies: 3, bytes: 1_000, bodyBytes: 100)
            configuration.timeouts.firstByte = .seconds(1)
        }
        try self.withServers(canary: try .hanging(), configure) { gateway in
            let clients = try (0..<4).map { _ in try gateway.connect() }
            for _ in 0..<25 {
                for client in clients {
                    try client.send(post())
                    #expect(try client.takeMessage().status == 200)
                }
            }
            try gateway.awaitOutcomes(.stable, [.success: 100])
            // What was on its way ends with the limit of time; how many there were by then depends on the machine.
            try eventually("every copy has an end") {
                let pairs = gateway.pairs
                return pairs.outcomes.total + pairs.dropped == 100 && pairs.outcomes.total >= 3
            }
            #expect(gateway.pairs.outcomes[stable: .success, canary: .timeout] == gateway.pairs.outcomes.total)
            #expect(gateway.pairs.abandoned == 0)
        }
    }

    @Test("What is too large for a copy, or asks for another protocol, is not copied, and counted as dropped")
    func dropped() throws {
        let recorder = try Recorder()
        try self.withServers(canary: recorder.server, { $0.limits.copies.bodyBytes = 8 }) { gateway in
            let client = try gateway.connect()
            for body in ["123456789", "12345678"] {
                try client.send(post("/m/x", body))
                #expect(try client.takeMessage().status == 200)
            }
            try client.send(
                "GET /m/x HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
            )
            _ = try client.takeMessage()
            try gateway.awaitPairs([(.success, .success, 1)], dropped: 2)
            #expect(recorder.requests.map(\.body) == ["12345678"])
        }
    }

    @Test("A chunked body that grows beyond the limit takes its copy back before the canary has seen it")
    func grows() throws {
        let recorder = try Recorder()
        let stable = try ModelServer { peer in
            try peer.receive { $0.text.hasSuffix("0\r\n\r\n") }
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        try self.withServers(canary: recorder.server, stable: stable, { $0.limits.copies.bodyBytes = 16 }) { gateway in
            let client = try gateway.connect()
            try client.send("POST /m/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n")
            try client.send("9\r\n123456789\r\n0\r\n\r\n")
            #expect(try client.takeMessage().body == "ok")
            try gateway.awaitPairs([], dropped: 1)
            #expect(recorder.server.connectionCount == 0)
        }
    }

    @Test("A client that leaves ends a copy that the canary is still at; nothing is counted for it")
    func clientLeaves() throws {
        let arrived = Shared(0)
        let canary = try ModelServer { peer in
            try peer.receiveSome()
            arrived.value.withLock { $0 += 1 }
            try peer.receiveToEnd()
        }
        try self.withServers(canary: canary, stable: try .hanging()) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            try eventually("the canary is asked") { arrived.value.withLock { $0 } == 1 }
            client.close()
            try gateway.awaitPairs([], abandoned: 1)
            try gateway.awaitOutcomes(.stable, [.clientAborted: 1])
        }
    }

    @Test("A client that leaves a silent stable when the canary has answered was failed by stable")
    func clientWaitsInVain() throws {
        let recorder = try Recorder()
        try self.withServers(canary: recorder.server, stable: try .hanging()) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            try eventually("the canary has answered") {
                recorder.requests.count == 1 && gateway.server.loops.copies.unanswered == 0
            }
            #expect(gateway.server.loops.copies.held == 1)
            client.close()
            try gateway.awaitPairs([(.clientAborted, .success, 1)])
            #expect(gateway.pairs.outcomes.failures.stableOnly == 1)
        }
    }

    @Test("Stable's failures are its own, and the client gets them")
    func stableFails() throws {
        let recorder = try Recorder()
        try self.withServers(canary: recorder.server, stable: try .answering("500 Oops")) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            #expect(try client.takeMessage().status == 500)
            try gateway.awaitPairs([(.serverError, .success, 1)])
        }
    }

    @Test("A request that breaks off is never copied")
    func brokenRequest() throws {
        let recorder = try Recorder()
        try self.withServers(canary: recorder.server) { gateway in
            let client = try gateway.connect()
            try client.send("POST /m/x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf")
            try eventually("it is drawn") { gateway.server.loops.copies.held == 1 }
            client.close()
            try gateway.awaitPairs([], dropped: 1)
            #expect(recorder.server.connectionCount == 0)
            #expect(gateway.server.loops.copies == (0, 0, 0))
        }
    }

    @Test("Requests of many clients are copied each once, also while routes change and when the mirroring ends")
    func exactly() throws {
        let recorder = try Recorder()
        let stable = try ModelServer.named("stable")
        defer {
            stable.stop()
            recorder.server.stop()
        }
        func snapshot(_ generation: Int64) throws -> RouteSnapshot {
            try RouteSnapshot.fixture(
                generation: generation,
                stable: stable.url,
                canary: recorder.server.url,
                canaryWeight: 0
            )
        }
        try withGateway(snapshot(1).mirroring(), { $0.limits.copies.lateness = .seconds(60) }) { gateway in
            let done = Shared(0)
            for _ in 0..<8 {
                startThread {
                    do {
                        let client = try gateway.connect()
                        for number in 0..<40 {
                            try client.send(post("/m/x", "\(number)"))
                            _ = try client.takeMessage()
                        }
                    } catch { Issue.record(error) }
                    done.value.withLock { $0 += 1 }
                }
            }
            for generation in 2...6 as ClosedRange<Int64> {
                gateway.routes.set(try snapshot(generation).mirroring())
                try gateway.awaitApplied(generation)
            }
            try eventually("all are served", seconds: 20) { done.value.withLock { $0 } == 8 }
            try eventually("all are counted") { gateway.pairs.outcomes.total + gateway.pairs.dropped == 320 }
            #expect(gateway.pairs.outcomes[stable: .success, canary: .success] == gateway.pairs.outcomes.total)
            #expect(recorder.requests.count == Int(gateway.pairs.outcomes.total))

            gateway.routes.set(try snapshot(7))
            try gateway.awaitApplied(7)
            let client = try gateway.connect()
            try client.send(post())
            _ = try client.takeMessage()
            try gateway.awaitOutcomes(.stable, [.success: 321])
            #expect(gateway.pairs.outcomes.total + gateway.pairs.dropped == 320)
            #expect(gateway.server.loops.copies == (0, 0, 0))
        }
    }

    @Test("Both sides of a pair are counted as the plan's rescue counts them")
    func withRescue() throws {
        // A 5xx whose body never ends is a failure as soon as its head is there.
        let canary = try ModelServer { peer in
            _ = try peer.takeMessage()
            try peer.send("HTTP/1.1 503 No\r\nContent-Length: 10\r\n\r\nhalf")
        }
        try self.withServers(canary: canary, rescue: RescueRule()) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            #expect(try client.takeMessage().status == 200)
            try gateway.awaitPairs([(.success, .serverError, 1)])
        }
    }
}
