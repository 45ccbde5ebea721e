import Foundation
import Gateway
import Glibc
import ProxyCore
import RolloutCore
import Statistics
import Testing

@Suite("Proxying")
struct ProxyingTests {
    @Test("Requests of one connection share one upstream connection, and answers say who answered")
    func keepAlive() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            var ids: Set<String> = []
            for number in 1...50 {
                try client.send(post("/m/\(number)", "body"))
                let answer = try client.takeMessage()
                #expect(answer.status == 200)
                #expect(answer.body == "one /\(number) body")
                #expect(answer.fields["x-serin-version"] == "1")
                ids.insert(answer.fields["x-serin-request-id"] ?? "")
            }
            #expect(ids.count == 50)
            #expect(model.connectionCount == 1)
            try gateway.awaitOutcomes(.stable, [.success: 50])
            #expect(gateway.store.tally(.stable).latency.count == 50)
        }
    }

    @Test("Pipelined requests are answered in order")
    func pipelining() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            try client.send((1...20).map { post("/m/\($0)") }.joined())

            for number in 1...20 { #expect(try client.takeMessage().body == "one /\(number) hello") }
        }
    }

    @Test("Fields are added on both ways and the server's own are replaced")
    func fields() throws {
        let model = try ModelServer { peer in
            let request = try peer.takeMessage()
            let seen = request.fields["x-forwarded-for"] ?? "none"
            let id = request.fields["x-serin-request-id"] ?? "none"
            try peer.send(
                "HTTP/1.1 200 OK\r\nx-serin-version: evil\r\nContent-Length: \(seen.utf8.count + id.utf8.count + 1)\r\n\r\n"
            )
            try peer.send("\(seen) \(id)")
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            try client.send(
                "GET /m HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\nx-serin-request-id: evil\r\n\r\n"
            )
            let answer = try client.takeMessage()

            #expect(answer.fields["x-serin-version"] == "1")
            #expect(answer.body == "1.2.3.4, 127.0.0.1 \(answer.fields["x-serin-request-id"] ?? "")")
        }
    }

    @Test(
        "A request id tells its cohort and route generation under the snapshot's key; without a route it is of generation 0"
    )
    func requestIDs() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        let key = Salt(high: 11, low: 12)
        let routes = try RouteSnapshot.fixture(generation: 5, stable: model.url, canary: model.url, stampKey: key)
        let began = Int64(Date().timeIntervalSince1970 * 1_000)
        try withGateway(routes) { gateway in
            let client = try gateway.connect()
            try client.send(get())
            let routed = try client.takeMessage()
            let stamp = try #require(
                RequestStamp(text: routed.fields["x-serin-request-id"] ?? "", signedWith: key.hash)
            )
            #expect(stamp.cohort == .canary)
            #expect(stamp.generation == 5)
            // The loop's clock is set ten times a second.
            #expect((began - 1_000...began + 60_000).contains(stamp.milliseconds))
            try client.send(get("/other"))
            let unrouted = try client.takeMessage()
            let other = try #require(
                RequestStamp(text: unrouted.fields["x-serin-request-id"] ?? "", signedWith: key.hash)
            )
            #expect(other.generation == 0)
            #expect(unrouted.body.contains(unrouted.fields["x-serin-request-id"] ?? "none"))
        }
    }

    @Test("Outcomes are told apart by upstream, and the parts of the latency add up to it")
    func upstreamsAndParts() throws {
        let one = try ModelServer.named("one")
        let two = try ModelServer { peer in
            while true {
                _ = try peer.takeMessage()
                usleep(20_000)
                try peer.send("HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n")
                usleep(10_000)
                try peer.send("no")
            }
        }
        defer {
            one.stop()
            two.stop()
        }
        try withGateway(.fixture(stable: one.url, alsoStable: [two.url]), { $0.loopCount = 1 }) { gateway in
            let client = try gateway.connect()
            var expected: [String: OutcomeCounts] = [:]
            for _ in 1...20 {
                try client.send(get())
                let isOne = try client.takeMessage().status == 200
                expected[isOne ? one.url : two.url, default: OutcomeCounts()][isOne ? .success : .serverError] += 1
            }
            try eventually("all are counted") { gateway.store.tally(.stable).outcomes.total == 20 }
            let tally = gateway.store.tally(.stable)
            let parts = tally.detail.latencyParts
            let failures = expected[two.url]?.total ?? 0
            #expect(tally.detail.upstreams == expected)
            #expect(parts.requests == 20)
            #expect(parts.firstByte + parts.transfer == tally.latency.sumMicroseconds)
            #expect(parts.firstByte >= failures * 20_000)
            #expect(parts.transfer >= failures * 9_000)
        }
    }

    @Test("Where assignment sticks, the place of a failing key is counted once")
    func places() throws {
        let model = try ModelServer { peer in
            while true {
                _ = try peer.takeMessage()
                try peer.send("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")
            }
        }
        defer { model.stop() }
        let routes = try RouteSnapshot.fixture(
            stable: model.url,
            canary: model.url,
            canaryWeight: 5_000,
            assignment: .header("x-user")
        )
        try withGateway(routes) { gateway in
            let client = try gateway.connect()
            for user in ["ann", "bob", "ann", "ann"] {
                try client.send("GET /m HTTP/1.1\r\nHost: h\r\nX-User: \(user)\r\n\r\n")
                _ = try client.takeMessage()
            }
            try eventually("all are counted") {
                gateway.store.tally(.stable).outcomes.total + gateway.store.tally(.canary).outcomes.total == 4
            }
            let salt = Salt(high: 1, low: 2)
            let places = PlaceSet(["ann", "bob"].map { Place(uniform: salt.hash($0.utf8)) })
            var seen = gateway.store.tally(.stable).detail.keys.failed
            seen.formUnion(gateway.store.tally(.canary).detail.keys.failed)
            #expect(seen == places)
        }
    }

    @Test("Upload and event stream pass on each part at once, both ways at the same time")
    func streaming() throws {
        let model = try ModelServer { peer in
            try peer.receive { $0.text.contains("\r\n\r\n") }
            try peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            for number in 1...5 {
                try peer.send("9\r\ndata: \(number)\n\n\r\n")
                try peer.receive { $0.text.contains("seen\(number)") }
            }
            try peer.receive { $0.text.hasSuffix("0\r\n\r\n") }
            try peer.send("0\r\n\r\n")
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            try client.send("POST /m HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            for number in 1...5 {
                try client.receive { $0.text.contains("data: \(number)") }
                try client.send("5\r\nseen\(number)\r\n")
            }
            try client.send("0\r\n\r\n")
            try client.receive { $0.text.hasSuffix("\r\n0\r\n\r\n") }
            try gateway.awaitOutcomes(.stable, [.success: 1])
        }
    }

    @Test("Large bodies pass unchanged in both directions", arguments: [100_000, 3_000_000])
    func largeBodies(size: Int) throws {
        let model = try ModelServer { peer in
            while true {
                let request = try peer.takeMessage()
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.utf8.count)\r\n\r\n\(request.body)")
            }
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            let body = String((0..<size).map { Character(UnicodeScalar(UInt8(97 + $0 % 23))) })
            for _ in 1...2 {
                try client.send(post("/m", body))
                #expect(try client.takeMessage().body == body)
            }
        }
    }

    @Test("A server that does not read holds the client back, so the gateway holds little")
    func backPressure() throws {
        let model = try ModelServer { peer in
            while try peer.receiveSome(seconds: 30), !peer.text.contains("\r\n\r\n") {}
            try eventually("the test is over", seconds: 30) { false }
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url), { $0.drainLimit = .milliseconds(10) }) { gateway in
            let client = try gateway.connect()
            try client.send("POST /m HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n")
            let part = [UInt8](repeating: 120, count: 65_536)
            var sent = 0
            var quiet = 0
            // The kernel's buffers on both sides take some megabytes; then nothing goes out any more.
            while sent < 200_000_000, quiet < 100 {
                let count = client.sendWithoutWaiting(part)
                sent += count
                quiet = count == 0 ? quiet + 1 : 0
                if count == 0 { usleep(2_000) }
            }
            #expect(sent < 40_000_000, "what is beyond the kernel's buffers would be held by the gateway")
        }
    }

    @Test("Paths of no model are not found, and the connection stays")
    func notFound() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            try client.send(post("/other/x"))
            let answer = try client.takeMessage()
            #expect(answer.status == 404)
            #expect(answer.fields["content-type"] == "application/problem+json")
            #expect(answer.fields["x-serin-version"] == nil)
            try client.send(get())
            #expect(try client.takeMessage().status == 200)
            #expect(model.connectionCount == 1)
        }
    }

    @Test("A malformed request is refused and the connection ends")
    func malformed() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            try client.send("GET /m HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n")
            let answer = try client.takeMessage()
            #expect(answer.status == 400)
            #expect(answer.fields["connection"] == "close")
            #expect(try client.receiveSome() == false)
            #expect(model.connectionCount == 0)
        }
    }

    @Test("HTTP/1.0 gets plain bytes until the close instead of chunks")
    func version10() throws {
        let model = try ModelServer { peer in
            _ = try peer.takeMessage()
            try peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")
            _ = try peer.receiveSome()
        }
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            try client.send("GET /m HTTP/1.0\r\n\r\n")
            try client.receiveToEnd()

            #expect(client.text.hasSuffix("\r\n\r\nabcde"))
            #expect(!client.text.lowercased().contains("transfer-encoding"))
        }
    }

    @Test("The gateway's own pages tell health and readiness")
    func ownPages() throws {
        try withGateway(nil) { gateway in
            let client = try gateway.connect()
            try client.send(get("/-/healthz"))
            #expect(try client.takeMessage().status == 200)
            try client.send(get("/-/readyz"))
            #expect(try client.takeMessage().status == 503)
            try client.send(get("/-/other"))
            #expect(try client.takeMessage().status == 404)
            gateway.routes.set(try .fixture(stable: "http://127.0.0.1:1"))
            try eventually("ready") {
                try client.send(get("/-/readyz"))
                return try client.takeMessage().status == 200
            }
        }
    }
}
