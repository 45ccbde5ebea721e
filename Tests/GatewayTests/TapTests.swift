import Foundation
import ProxyCore
import RolloutCore
import Synchronization
import Testing

@testable import Gateway

@Suite("Tap")
struct TapTests {
    /// Everything is looked at, and every prediction kept.
    private static let everything = ModelSignals(inspectPerSecond: 100_000, predictionsPerSecond: 10_000)

    /// A server that answers every request with the same bytes.
    private func server(_ answer: [UInt8]) throws -> ModelServer {
        try ModelServer { peer in
            while true {
                _ = try peer.takeMessage()
                try peer.send(answer)
            }
        }
    }

    private func server(_ body: String, status: String = "200 OK", fields: String = "") throws -> ModelServer {
        try self.server(
            Array("HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
        )
    }

    private static let request = #"{"inputs":[{"name":"x","shape":[2,1],"datatype":"FP32","data":[1.5,2.5]}]}"#
    private static let answer =
        #"{"model_name":"m","outputs":[{"name":"predict","shape":[2],"datatype":"INT64","data":[3,4]}]}"#
    private static let path = "/v2/models/m/infer"

    struct Dialect: Sendable, CustomTestStringConvertible {
        var name: String
        var path: String
        var fields = "Content-Type: application/json\r\n"
        var request: [UInt8]
        var answerFields = "Content-Type: application/json\r\n"
        var answer: [UInt8]
        var testDescription: String { self.name }
    }

    private static let allDialects: [Dialect] = [
        Dialect(name: "V2", path: Self.path, request: Array(Self.request.utf8), answer: Array(Self.answer.utf8)),
        Dialect(
            name: "V1",
            path: "/v1/models/m:predict",
            request: Array(#"{"instances":[[1.0,2.0],[3.0,4.0]]}"#.utf8),
            answer: Array(#"{"predictions":[1,0]}"#.utf8)
        ),
        Dialect(
            name: "V2 compressed with gzip",
            path: Self.path,
            fields: "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
            request: TapBodies.gzip(Self.request),
            answerFields: "Content-Type: application/json\r\ncontent-encoding: gzip\r\n",
            answer: TapBodies.gzip(Self.answer)
        ),
        Dialect(
            name: "chat as an event stream, behind a prefix that is removed",
            path: "/m/v1/chat/completions",
            request: Array(#"{"model":"m","messages":[{"role":"user","content":"x"}],"stream":true}"#.utf8),
            answerFields: "Content-Type: text/event-stream\r\n",
            answer: TapBodies.chat
        ),
    ]

    @Test("Payloads of each protocol are understood, and what clients get is what servers send", arguments: allDialects)
    func protocols(_ dialect: Dialect) throws {
        let answer =
            Array("HTTP/1.1 200 OK\r\n\(dialect.answerFields)Content-Length: \(dialect.answer.count)\r\n\r\n".utf8)
            + dialect.answer
        let model = try self.server(answer)
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url, signals: Self.everything)) { gateway in
            let client = try gateway.connect()
            let head = "POST \(dialect.path) HTTP/1.1\r\nHost: h\r\n\(dialect.fields)"
            try client.send(Array("\(head)Content-Length: \(dialect.request.count)\r\n\r\n".utf8) + dialect.request)
            try client.receive { $0.received.count >= dialect.answer.count && $0.received.hasSuffix(dialect.answer) }
            try gateway.awaitPayloads(.stable, PayloadTally(inspected: 1))
            let signals = gateway.store.tally(.stable).detail.signals.values
            #expect(signals.contains { $0.role != .feature && $0.present > 0 })
        }
    }

    @Test("Chunked bodies are understood both ways, in pieces, and also where the client gets no chunks")
    func chunked() throws {
        let pieces = Self.answer.map(String.init)
        let model = try ModelServer { peer in
            while true {
                try peer.receive { $0.text.contains("\r\n\r\n") && $0.text.contains("]}]}") }
                peer.forgetReceived()
                try peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                for piece in pieces { try peer.send("1\r\n\(piece)\r\n") }
                try peer.send("0\r\n\r\n")
            }
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url, signals: Self.everything)) { gateway in
            let client = try gateway.connect()
            try client.send("POST \(Self.path) HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            for part in [Self.request.prefix(10), Self.request.dropFirst(10)] {
                try client.send("\(String(part.utf8.count, radix: 16))\r\n\(part)\r\n")
            }
            try client.send("0\r\n\r\n")
            try client.receive { $0.text.hasSuffix("\r\n0\r\n\r\n") }
            #expect(client.text.hasSuffix(pieces.map { "1\r\n\($0)\r\n" }.joined() + "0\r\n\r\n"))
            let old = try gateway.connect()
            try old.send(
                "POST \(Self.path) HTTP/1.0\r\nContent-Length: \(Self.request.utf8.count)\r\n\r\n\(Self.request)"
            )
            try old.receiveToEnd()
            #expect(old.text.hasSuffix("\r\n\r\n" + Self.answer))
            try gateway.awaitPayloads(.stable, PayloadTally(inspected: 2))
            let predictions = try #require(
                gateway.store.tally(.stable).detail.signals.values.first { $0.role == .prediction }
            )
            #expect(predictions.present == 4)
        }
    }

    @Test("A body that doesn't parse is counted and passed on; one that is too large is not looked at")
    func malformedAndOversized() throws {
        let model = try self.server("<html>", fields: "Content-Type: application/json\r\n")
        defer { model.stop() }
        var signals = Self.everything
        signals.maximumBodyBytes = 1_024
        try withGateway(.fixture(stable: model.url, signals: signals)) { gateway in
            let client = try gateway.connect()
            try client.send(post(Self.path, Self.request))
            #expect(try client.takeMessage().body == "<html>")
            try client.send(post(Self.path, String(repeating: " ", count: 1_025)))
            #expect(try client.takeMessage().body == "<html>")
            // Without a length it is known only when it has come.
            let chunk = String(repeating: " ", count: 1_025)
            try client.send(
                "POST \(Self.path) HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n401\r\n\(chunk)\r\n"
            )
            try client.send("0\r\n\r\n")
            try client.receive { $0.text.hasSuffix("<html>") }
            try gateway.awaitPayloads(.stable, PayloadTally(inspected: 1, malformedResponses: 1, oversized: 2))
        }
    }

    @Test("An answer larger than what is kept passes whole and counts as oversized")
    func oversizedAnswer() throws {
        let body = String(repeating: "a", count: 300_000)
        let model = try self.server(body)
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url, signals: Self.everything)) { gateway in
            let client = try gateway.connect()
            try client.send(post(Self.path, Self.request))
            #expect(try client.takeMessage().body == body)
            try gateway.awaitPayloads(.stable, PayloadTally(oversized: 1))
        }
    }

    @Test("Without signals, with none to inspect, and without a body nothing is looked at")
    func untapped() throws {
        let model = try self.server(Self.answer)
        defer { model.stop() }
        for signals in [nil, ModelSignals(inspectPerSecond: 0, predictionsPerSecond: 10_000)] {
            let gateway = try GatewayFixture(.fixture(stable: model.url, signals: signals))
            let client = try gateway.connect()
            try client.send(post(Self.path, Self.request))
            _ = try client.takeMessage()
            client.close()
            try gateway.server.stop()
            #expect(gateway.store.outcomes(.stable) == [.success: 1])
            #expect(gateway.store.tally(.stable).detail.payloads.requests == PayloadTally())
        }
        let gateway = try GatewayFixture(.fixture(stable: model.url, signals: Self.everything))
        let client = try gateway.connect()
        try client.send(get())
        _ = try client.takeMessage()
        client.close()
        try gateway.server.stop()
        #expect(gateway.store.outcomes(.stable) == [.success: 1])
        #expect(gateway.store.tally(.stable).detail.payloads.requests == PayloadTally())
    }

    @Test("What ends without a whole answer of the chosen version is not looked at")
    func withoutAnswer() throws {
        let stable = try self.server(Self.answer)
        let canary = try ModelServer.deadPort()
        defer { stable.stop() }
        let routes = try RouteSnapshot.fixture(
            stable: stable.url,
            canary: "http://127.0.0.1:\(canary)",
            signals: Self.everything
        )
        let gateway = try GatewayFixture(routes)
        let client = try gateway.connect()
        try client.send(post(Self.path, Self.request))
        #expect(try client.takeMessage().fields["x-serin-fallback"] == "stable")
        try client.send("POST \(Self.path) HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n{")
        client.close()
        try eventually("both have ended") { gateway.store.tally(.canary).outcomes.total == 2 }
        client.close()
        try gateway.server.stop()
        #expect(gateway.store.tally(.canary).detail.payloads.requests == PayloadTally())
        #expect(gateway.store.tally(.stable).detail.payloads.requests == PayloadTally())
    }

    @Test("Predictions carry the id that the client got, the user's key and their rows; payloads only when asked for")
    func records() throws {
        let model = try self.server(Self.answer, fields: "Content-Type: application/json\r\n")
        defer { model.stop() }
        var signals = Self.everything
        signals.key = .header("X-Row")
        signals.payloadSample = PayloadSampling(perMinute: 60, days: 1, redact: ["/inputs/*/data"])
        let key = Salt(high: 5, low: 6)
        try withGateway(.fixture(generation: 3, stable: model.url, signals: signals, stampKey: key)) { gateway in
            let client = try gateway.connect()
            let request = Self.request
            try client.send(
                "POST \(Self.path) HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nx-row: r7\r\n"
                    + "Content-Length: \(request.utf8.count)\r\n\r\n\(request)"
            )
            let id = try client.takeMessage().fields["x-serin-request-id"] ?? ""
            try eventually("predictions are written") { !gateway.store.windows.flatMap(\.predictions).isEmpty }
            let records = gateway.store.windows.flatMap(\.predictions)
            #expect(records.map(\.requestID) == [id, id])
            #expect(records.map(\.row).sorted() == [0, 1])
            #expect(records.map(\.key) == ["r7", "r7"])
            #expect(Set(records.map(\.prediction.value?.category)) == ["3", "4"])
            #expect(Set(records.map(\.stamp)) == [try #require(RequestStamp(text: id, signedWith: key.hash))])
            #expect(records.allSatisfy { $0.model.text == "m" && $0.version.text == "1" && $0.rollout == RolloutID(7) })
            let samples = gateway.store.windows.flatMap(\.payloads)
            #expect(samples.map(\.requestID) == [id])
            #expect(samples[0].request.contains("redacted"))
            #expect(!samples[0].request.contains("1.5"))
            #expect(samples[0].response.contains("predict"))
        }
    }

    @Test("A request that only leaves its predictions is read, but not counted; what a rush leaves out is")
    func readOnly() throws {
        let model = try self.server(Self.answer, fields: "Content-Type: application/json\r\n")
        defer { model.stop() }
        let signals = ModelSignals(inspectPerSecond: 1, predictionsPerSecond: 10_000)
        let gateway = try GatewayFixture(.fixture(stable: model.url, signals: signals))
        let client = try gateway.connect()
        for _ in 1...20 {
            try client.send(post(Self.path, Self.request))
            _ = try client.takeMessage()
        }
        client.close()
        try gateway.server.stop()
        #expect(gateway.store.windows.flatMap(\.predictions).count == 40)
        let detail = gateway.store.tally(.stable).detail
        #expect((1...10).contains(detail.payloads.inspected) && detail.payloads.dropped > 0)
        let predictions = try #require(detail.signals.values.first { $0.role == .prediction })
        #expect(predictions.present == 2 * detail.payloads.inspected)
    }

    @Test("While the tap's thread is stuck clients are served, memory is bounded, and each payload is counted at last")
    func stuckThread() throws {
        let model = try self.server(Self.answer, fields: "Content-Type: application/json\r\n")
        defer { model.stop() }
        let isOpen = Shared(false)
        let gate: TapReader.Gate = { while !isOpen.value.withLock({ $0 }) { usleep(1_000) } }
        let routes = try RouteSnapshot.fixture(stable: model.url, signals: Self.everything)
        let gateway = try GatewayFixture(routes, { $0.tap.queued = 50 }, gate: gate)
        let client = try gateway.connect()
        for _ in 1...300 {
            try client.send(post(Self.path, Self.request))
            #expect(try client.takeMessage().body == Self.answer)
        }
        try gateway.awaitPayloads(.stable, PayloadTally(dropped: 250))
        try gateway.awaitOutcomes(.stable, [.success: 300])
        isOpen.value.withLock { $0 = true }
        try gateway.awaitPayloads(.stable, PayloadTally(inspected: 50, dropped: 250))
        client.close()
        try gateway.server.stop()
    }

    @Test("What requests under way may hold is bounded, too; without room they are served all the same")
    func capturedBytes() throws {
        let body = String(repeating: "a", count: 60_000)
        let model = try self.server(body)
        defer { model.stop() }
        try withGateway(
            .fixture(stable: model.url, signals: Self.everything),
            { $0.tap.capturedBytes = 20_000 }
        ) { gateway in
            let client = try gateway.connect()
            for _ in 1...5 {
                try client.send(post(Self.path, Self.request))
                #expect(try client.takeMessage().body == body)
            }
            try gateway.awaitPayloads(.stable, PayloadTally(dropped: 5))
        }
    }

    @Test("The last payloads are read before a gateway has stopped; a thread that is stuck for ever doesn't keep it")
    func stopping() throws {
        let model = try self.server(Self.answer, fields: "Content-Type: application/json\r\n")
        defer { model.stop() }
        for isStuck in [false, true] {
            let isOpen = Shared(!isStuck)
            let gate: TapReader.Gate = { while !isOpen.value.withLock({ $0 }) { usleep(1_000) } }
            let routes = try RouteSnapshot.fixture(stable: model.url, signals: Self.everything)
            let gateway = try GatewayFixture(routes, { $0.flushInterval = .seconds(60) }, gate: gate)
            let client = try gateway.connect()
            for _ in 1...40 {
                try client.send(post(Self.path, Self.request))
                _ = try client.takeMessage()
            }
            client.close()
            try gateway.server.stop()
            let payloads = gateway.store.tally(.stable).detail.payloads
            if isStuck {
                // What the thread had taken is lost with it.
                #expect(payloads.inspected == 0 && (24...40).contains(payloads.dropped))
            } else {
                #expect(payloads.requests == PayloadTally(inspected: 40))
            }
            isOpen.value.withLock { $0 = true }
        }
    }
}

extension [UInt8] {
    fileprivate func hasSuffix(_ suffix: [UInt8]) -> Bool { self.suffix(suffix.count).elementsEqual(suffix) }
}
