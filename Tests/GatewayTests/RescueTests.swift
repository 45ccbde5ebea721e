import Glibc
import ProxyCore
import RolloutCore
import Statistics
import Synchronization
import Testing

@testable import Gateway

@Suite("Rescue")
struct RescueTests {
    private static let errors = RescueRule()
    private static let late = RescueRule(serverErrors: false, afterMilliseconds: 100)

    /// A canary that gets everything, and a stable that says what it saw.
    private func withServers(
        _ canary: ModelServer,
        stable: ModelServer? = nil,
        rule: RescueRule? = RescueTests.errors,
        signals: ModelSignals? = nil,
        _ configure: (inout GatewayConfiguration) -> Void = { _ in },
        _ body: (GatewayFixture) throws -> Void
    ) throws {
        let stable = try stable ?? ModelServer.named("stable")
        defer {
            stable.stop()
            canary.stop()
        }
        let snapshot = try RouteSnapshot.fixture(stable: stable.url, canary: canary.url, signals: signals)
        try withGateway(snapshot.caring(by: rule), configure, body)
    }

    // MARK: Failures

    @Test("A canary's 5xx becomes stable's answer, stays the canary's failure and is nobody's evidence twice")
    func serverError() throws {
        let canary = try ModelServer.answering("503 Service Unavailable")
        try self.withServers(canary) { gateway in
            let client = try gateway.connect()
            for number in 1...3 {
                try client.send(post("/m/x", "body \(number)"))
                let answer = try client.takeMessage()
                #expect(answer.status == 200)
                #expect(answer.body == "stable /x body \(number)")
                #expect(answer.fields["x-serin-rescued"] == "stable")
                #expect(answer.fields["x-serin-fallback"] == nil)
                #expect(answer.fields["x-serin-version"] == "1")
                #expect(standing(of: answer) == .substituted)
            }
            try gateway.awaitRescues(RescueTally(repeated: 3, saved: 3))
            try gateway.awaitOutcomes(.canary, [.serverError: 3])
            #expect(gateway.store.tally(.canary).assigned == 3)
            #expect(gateway.store.tally(.canary).latency.count == 3)
            #expect(gateway.store.tally(.stable) == CohortTally())
            // A failure that came whole costs no connection.
            #expect(canary.connectionCount == 1)
        }
    }

    @Test("Without the rule the client gets the canary's own answer")
    func switchedOff() throws {
        try self.withServers(try .answering("500 Oops"), rule: nil) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            let answer = try client.takeMessage()
            #expect(answer.status == 500)
            #expect(answer.fields["x-serin-rescued"] == nil)
            #expect(standing(of: answer) == .judged(.canary))
            try gateway.awaitOutcomes(.canary, [.serverError: 1])
            #expect(gateway.rescues() == RescueTally())
        }
    }

    @Test("A 4xx is an answer", arguments: ["404 Not Found", "429 Too Many Requests", "499 Gone"])
    func clientError(status: String) throws {
        try self.withServers(try .answering(status)) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            #expect(try client.takeMessage().fields["x-serin-version"] == "2")
            try gateway.awaitOutcomes(.canary, [.clientError: 1])
        }
    }

    @Test(
        "A canary that closes or talks nonsense is stood in for, too",
        arguments: ["", "HTTP/1.1 2\r\n\r\n", "HTTP/1.1 101 Up\r\n\r\n"]
    )
    func broken(answer: String) throws {
        let canary = try ModelServer { peer in
            _ = try peer.takeMessage()
            try peer.send(answer)
        }
        try self.withServers(canary) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            #expect(try client.takeMessage().fields["x-serin-rescued"] == "stable")
            try gateway.awaitOutcomes(.canary, [.upstreamFailure: 1])
            try gateway.awaitRescues(RescueTally(repeated: 1, saved: 1))
        }
    }

    @Test("A canary that hangs is stood in for when the gateway's own limit of time has passed")
    func hanging() throws {
        try self.withServers(try .hanging(), { $0.timeouts.firstByte = .milliseconds(150) }) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            #expect(try client.takeMessage().fields["x-serin-rescued"] == "stable")
            try gateway.awaitOutcomes(.canary, [.timeout: 1])
        }
    }

    @Test("Requests without a body are repeated as they came", arguments: ["GET", "HEAD", "OPTIONS"])
    func withoutBody(method: String) throws {
        let seen = Shared<[String]>([])
        let stable = try ModelServer { peer in
            while true {
                let request = try peer.takeMessage()
                seen.value.withLock { $0.append(request.startLine) }
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let canary = try ModelServer { peer in
            while true {
                _ = try peer.takeMessage()
                try peer.send("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")
            }
        }
        try self.withServers(canary, stable: stable) { gateway in
            let client = try gateway.connect()
            try client.send("\(method) /m/x?q=1 HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.takeMessage(hasBody: false).fields["x-serin-rescued"] == "stable")
            #expect(seen.value.withLock { $0 } == ["\(method) /x?q=1 HTTP/1.1"])
        }
    }

    @Test("What may change something is not repeated", arguments: ["PUT", "DELETE", "PATCH"])
    func unrepeatable(method: String) throws {
        try self.withServers(try .answering("500 Oops")) { gateway in
            let client = try gateway.connect()
            try client.send("\(method) /m/x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi")
            #expect(try client.takeMessage().status == 500)
            try gateway.awaitRescues(RescueTally(missed: 1))
            try gateway.awaitOutcomes(.canary, [.serverError: 1])
        }
    }

    // MARK: Bodies

    @Test("A body beyond the limit isn't kept, announced or not", arguments: [true, false])
    func tooLarge(isAnnounced: Bool) throws {
        let canary = try ModelServer { peer in
            try peer.receive { $0.text.hasSuffix("0\r\n\r\n") || $0.text.hasSuffix("12345") }
            try peer.send("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")
        }
        try self.withServers(canary, rule: RescueRule(maximumBodyBytes: 4)) { gateway in
            let client = try gateway.connect()
            let framing =
                isAnnounced
                ? "Content-Length: 5\r\n\r\n12345" : "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n"
            try client.send("POST /m/x HTTP/1.1\r\nHost: h\r\n\(framing)")
            #expect(try client.takeMessage().status == 500)
            try gateway.awaitRescues(RescueTally(missed: 1))
        }
    }

    @Test("A loop that has no more memory for bodies keeps none")
    func noMemory() throws {
        try self.withServers(try .answering("500 Oops"), { $0.limits.rescueBytes = 8 }) { gateway in
            let client = try gateway.connect()
            try client.send(post("/m/x", "12345"))
            #expect(try client.takeMessage().status == 500)
            // What was not kept is free.
            try client.send(post("/m/x", "1234"))
            #expect(try client.takeMessage().body == "stable /x 1234")
            try client.send(post("/m/x", "1234"))
            #expect(try client.takeMessage().body == "stable /x 1234")
            try gateway.awaitRescues(RescueTally(repeated: 2, saved: 2, missed: 1))
        }
    }

    @Test("A body that comes in pieces arrives whole at stable")
    func pieces() throws {
        let parts = Shared(0)
        let canary = try ModelServer { peer in
            try peer.receive { peer in
                parts.value.withLock { $0 = peer.text.components(of: "part ") }
                return peer.text.hasSuffix("0\r\n\r\n")
            }
            try peer.send("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")
        }
        let stable = try ModelServer { peer in
            try peer.receive { $0.text.hasSuffix("0\r\n\r\n") }
            let count = peer.text.components(of: "part ")
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\(count)\n")
        }
        try self.withServers(canary, stable: stable) { gateway in
            let client = try gateway.connect()
            try client.send("POST /m/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            for number in 1...5 {
                try client.send("6\r\npart \(number)\r\n")
                try eventually("part \(number) is there") { parts.value.withLock { $0 } == number }
            }
            try client.send("0\r\n\r\n")
            #expect(try client.takeMessage().body == "5\n")
            try gateway.awaitRescues(RescueTally(repeated: 1, saved: 1))
        }
    }

    @Test("A canary that fails in the middle of an upload is stood in for, and the upload goes on")
    func early() throws {
        let canary = try ModelServer { peer in
            try peer.receive { $0.text.hasSuffix("first") }
            try peer.send("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")
            try peer.receiveToEnd()
        }
        let (isStarted, stable) = try Self.uploadTarget()
        try self.withServers(canary, stable: stable) { gateway in
            let client = try gateway.connect()
            try client.send("POST /m/x HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nfirst")
            try eventually("stable is asked") { isStarted.value.withLock { $0 } }
            try client.send("second")
            #expect(try client.takeMessage().body == "firstsecond")
            try gateway.awaitOutcomes(.canary, [.serverError: 1])
        }
    }

    private static func uploadTarget() throws -> (Shared<Bool>, ModelServer) {
        let isStarted = Shared(false)
        let server = try ModelServer { peer in
            try peer.receive { $0.text.hasSuffix("first") }
            isStarted.value.withLock { $0 = true }
            try peer.receive { $0.text.hasSuffix("firstsecond") }
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nfirstsecond")
        }
        return (isStarted, server)
    }

    @Test("A client that waits to be told to go on is told once")
    func expectation() throws {
        func server(_ final: String) throws -> ModelServer {
            try ModelServer { peer in
                try peer.receive { $0.text.contains("\r\n\r\n") }
                try peer.send("HTTP/1.1 100 Continue\r\n\r\n")
                try peer.receive { $0.text.hasSuffix("hello") }
                try peer.send("HTTP/1.1 \(final)\r\nContent-Length: 0\r\n\r\n")
            }
        }
        try self.withServers(try server("500 Oops"), stable: try server("200 OK")) { gateway in
            let client = try gateway.connect()
            try client.send("POST /m/x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            try client.receive { $0.text.contains("100 Continue\r\n\r\n") }
            try client.send("hello")
            try client.receive { $0.text.contains("200 OK") }
            #expect(client.text.components(of: "100 Continue") == 1)
            #expect(client.text.contains("x-serin-rescued: stable"))
        }
    }

    // MARK: Stable

    @Test("Whatever stable answers is the answer, and a failure of stable's saves nobody")
    func stableFails() throws {
        try self.withServers(try .answering("500 Oops"), stable: try .answering("502 Bad Gateway")) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            let answer = try client.takeMessage()
            #expect(answer.status == 502)
            #expect(answer.body == "bad\n")
            #expect(answer.fields["x-serin-rescued"] == "stable")
            try gateway.awaitRescues(RescueTally(repeated: 1))
            try gateway.awaitOutcomes(.canary, [.serverError: 1])
            #expect(gateway.store.tally(.stable) == CohortTally())
        }
    }

    @Test("When stable can't be reached either the client is told so, once")
    func stableAway() throws {
        let canary = try ModelServer.answering("500 Oops")
        defer { canary.stop() }
        let snapshot = try RouteSnapshot.fixture(stable: ModelServer.deadURL(), canary: canary.url)
        try withGateway(snapshot.caring(by: Self.errors)) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            let answer = try client.takeMessage()
            #expect(answer.status == 502)
            #expect(answer.fields["x-serin-rescued"] == "stable")
            try gateway.awaitOutcomes(.canary, [.serverError: 1])
            try gateway.awaitRescues(RescueTally(repeated: 1))
        }
    }

    @Test("A stable that fails every rescue is soon left alone: clients then get the canary's own failure")
    func budget() throws {
        try self.withServers(
            try .answering("500 Oops"),
            stable: try .answering("503 Down"),
            { $0.loopCount = 1 }
        ) { gateway in
            let client = try gateway.connect()
            let count = 2 * RescueBudget.places
            var rescued = 0
            for _ in 1...count {
                try client.send(post())
                if try client.takeMessage().fields["x-serin-rescued"] != nil { rescued += 1 }
            }
            #expect(rescued >= RescueBudget.places && rescued < count)
            try gateway.awaitOutcomes(.canary, [.serverError: Int64(count)])
            try gateway.awaitRescues(RescueTally(repeated: Int64(rescued), missed: Int64(count - rescued)))
        }
    }

    @Test("A client that leaves while stable works ends the work, and the canary's failure stands")
    func clientLeaves() throws {
        let isAsked = Shared(false)
        let isCancelled = Shared(false)
        let stable = try ModelServer { peer in
            _ = try peer.takeMessage()
            isAsked.value.withLock { $0 = true }
            try peer.receiveToEnd()
            isCancelled.value.withLock { $0 = true }
        }
        try self.withServers(try .answering("500 Oops"), stable: stable) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            try eventually("stable is asked") { isAsked.value.withLock { $0 } }
            // Counted when the canary failed, not when the client is done.
            try gateway.awaitOutcomes(.canary, [.serverError: 1])
            client.close()
            try eventually("stable is cancelled") { isCancelled.value.withLock { $0 } }
            try gateway.awaitRescues(RescueTally(repeated: 1))
            #expect(gateway.store.outcomes(.canary) == [.serverError: 1])
        }
    }

    // MARK: Late answers

    @Test("A late canary is given up for stable, and counts as a timeout of that length")
    func lateCanary() throws {
        try self.withServers(try .hanging(), rule: Self.late) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            let answer = try client.takeMessage()
            #expect(answer.body == "stable /x hello")
            #expect(answer.fields["x-serin-rescued"] == "stable")
            try gateway.awaitOutcomes(.canary, [.timeout: 1])
            try gateway.awaitRescues(RescueTally(repeated: 1, saved: 1))
            let latency = gateway.store.tally(.canary).latency
            #expect(latency.sumMicroseconds < 150_000)
        }
    }

    /// Longer than the limit, and not at once.
    private static func slow() throws -> ModelServer {
        try ModelServer { peer in
            _ = try peer.takeMessage()
            usleep(250_000)
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow")
        }
    }

    @Test(
        "A late answer of either cohort that its client does get counts as a timeout, and takes no labels",
        arguments: [true, false]
    )
    func lateAnswer(isCanary: Bool) throws {
        let slow = try Self.slow()
        let other = try ModelServer.named("other")
        defer {
            slow.stop()
            other.stop()
        }
        let cohort = isCanary ? Cohort.canary : .stable
        let snapshot = try RouteSnapshot.fixture(
            stable: isCanary ? other.url : slow.url,
            canary: isCanary ? slow.url : other.url,
            canaryWeight: isCanary ? 10_000 : 0
        )
        // The canary's request is not kept, so that it is waited for.
        let rule = RescueRule(serverErrors: false, afterMilliseconds: 100, maximumBodyBytes: 0)
        try withGateway(snapshot.caring(by: rule)) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            let answer = try client.takeMessage()
            #expect(answer.body == "slow")
            #expect(answer.fields["x-serin-rescued"] == nil)
            #expect(standing(of: answer) == .late)
            try gateway.awaitOutcomes(cohort, [.timeout: 1])
            #expect(gateway.rescues(cohort) == (isCanary ? RescueTally(missed: 1) : RescueTally()))
        }
    }

    @Test("With another kind of failure only the rule that names it helps")
    func otherKind() throws {
        try self.withServers(try .answering("500 Oops"), rule: Self.late) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            #expect(try client.takeMessage().status == 500)
            try gateway.awaitOutcomes(.canary, [.serverError: 1])
            #expect(gateway.rescues() == RescueTally())
        }
    }

    // MARK: The tap

    @Test("Of a failure the tap gets what was asked, in both cohorts alike", arguments: [true, false])
    func tap(isCanary: Bool) throws {
        let signals = ModelSignals(inspectPerSecond: 100_000, predictionsPerSecond: 10_000)
        let failing = try ModelServer.answering("500 Oops")
        let other = try ModelServer.named("other")
        defer {
            failing.stop()
            other.stop()
        }
        let snapshot = try RouteSnapshot.fixture(
            stable: isCanary ? other.url : failing.url,
            canary: isCanary ? failing.url : other.url,
            canaryWeight: isCanary ? 10_000 : 0,
            signals: signals
        )
        try withGateway(snapshot.caring(by: Self.errors)) { gateway in
            let client = try gateway.connect()
            let body = #"{"instances":[[1.0,2.0],[3.0,4.0]]}"#
            try client.send(
                "POST /v1/models/m:predict HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            #expect(try client.takeMessage().fields["x-serin-rescued"] == (isCanary ? "stable" : nil))
            let cohort = isCanary ? Cohort.canary : .stable
            try eventually("the request is looked at") { gateway.store.tally(cohort).detail.payloads.inspected == 1 }
            #expect(gateway.store.windows.flatMap(\.predictions).isEmpty)
        }
    }

    @Test("A canary that can't be reached falls back as ever: it was never asked")
    func fallback() throws {
        let stable = try ModelServer.named("stable")
        defer { stable.stop() }
        let snapshot = try RouteSnapshot.fixture(stable: stable.url, canary: ModelServer.deadURL())
        try withGateway(snapshot.caring(by: Self.errors)) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            let answer = try client.takeMessage()
            #expect(answer.fields["x-serin-fallback"] == "stable")
            #expect(answer.fields["x-serin-rescued"] == nil)
            #expect(standing(of: answer) == .substituted)
            try gateway.awaitOutcomes(.canary, [.connectFailure: 1])
            #expect(gateway.rescues() == RescueTally())
        }
    }
}

extension String {
    /// How often `part` stands in this text.
    fileprivate func components(of part: String) -> Int { self.ranges(of: part).count }
}
