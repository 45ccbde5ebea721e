import Foundation
import Gateway
import ProxyCore
import RolloutCore
import Synchronization
import Testing

@Suite("Traffic of a rollout")
struct RolloutTrafficTests {
    @Test("Of 20 000 requests 5 % go to the canary, and every answer is marked with its version")
    func split() throws {
        let stable = try ModelServer.named("stable")
        let canary = try ModelServer.named("canary")
        defer {
            stable.stop()
            canary.stop()
        }
        try withGateway(.fixture(stable: stable.url, canary: canary.url, canaryWeight: 500)) { gateway in
            let clients = try (0..<8).map { _ in try gateway.connect() }
            var counts: [String: Int] = [:]
            for _ in 0..<250 {
                for client in clients { try client.send(String(repeating: get(), count: 10)) }
                for client in clients {
                    for _ in 0..<10 {
                        let answer = try client.takeMessage()
                        let version = answer.fields["x-serin-version"] ?? ""
                        counts[version, default: 0] += 1
                        #expect(answer.body.hasPrefix(version == "1" ? "stable" : "canary"))
                    }
                }
            }
            let sigma = (20_000 * 0.05 * 0.95).squareRoot()
            #expect(counts.values.reduce(0, +) == 20_000)
            #expect(abs(Double(counts["2"] ?? 0) - 1_000) < 4 * sigma)
            try gateway.awaitOutcomes(.canary, [.success: Int64(counts["2"] ?? 0)])
            try gateway.awaitOutcomes(.stable, [.success: Int64(counts["1"] ?? 0)])
        }
    }

    @Test("After a swap no new request goes to the canary; a request in flight ends where it began")
    func swap() throws {
        let stable = try ModelServer.named("stable")
        let isReleased = Mutex(false)
        let canary = try ModelServer { peer in
            _ = try peer.takeMessage()
            try eventually("the routes were swapped", seconds: 10) { isReleased.withLock { $0 } }
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ncanary")
        }
        defer {
            stable.stop()
            canary.stop()
        }
        try withGateway(.fixture(generation: 1, stable: stable.url, canary: canary.url)) { gateway in
            let waiting = try gateway.connect()
            try waiting.send(get())
            try eventually("the canary has the request") { canary.connectionCount == 1 }
            gateway.routes.set(try .fixture(generation: 2, stable: stable.url))
            try gateway.awaitApplied(2)
            let client = try gateway.connect()
            for _ in 1...20 {
                try client.send(get())
                #expect(try client.takeMessage().fields["x-serin-version"] == "1")
            }
            isReleased.withLock { $0 = true }
            #expect(try waiting.takeMessage().body == "canary")
            #expect(canary.connectionCount == 1)
            try gateway.awaitOutcomes(.canary, [.success: 1])
            let cells = gateway.store.windows.flatMap(\.cells)
            #expect(Set(cells.filter { $0.key.cohort == .canary }.map(\.key.generation)) == [1])
            #expect(Set(cells.filter { $0.key.cohort == .stable }.map(\.key.generation)) == [2])
        }
    }

    @Test("Traffic goes on without an error while routes are swapped")
    func swapUnderLoad() throws {
        let one = try ModelServer.named("one")
        let two = try ModelServer.named("two")
        defer {
            one.stop()
            two.stop()
        }
        try withGateway(.fixture(generation: 1, stable: one.url)) { gateway in
            let client = try gateway.connect()
            for generation in 2...40 {
                gateway.routes.set(
                    try .fixture(
                        generation: Int64(generation),
                        stable: generation.isMultiple(of: 2) ? two.url : one.url
                    )
                )
                for _ in 1...20 {
                    try client.send(post())
                    #expect(try client.takeMessage().status == 200)
                }
            }
            try gateway.awaitOutcomes(.stable, [.success: 39 * 20])
        }
    }

    @Test("With the telemetry store away nothing is lost or counted twice, and clients notice nothing")
    func storeAway() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url)) { gateway in
            let client = try gateway.connect()
            for round in 1...6 {
                gateway.store.setAway(round.isMultiple(of: 2))
                for _ in 1...50 {
                    try client.send(get())
                    #expect(try client.takeMessage().status == 200)
                }
            }
            gateway.store.setAway(false)
            try gateway.awaitOutcomes(.stable, [.success: 300])
            #expect(gateway.store.windows.map(\.sequence) == Array(1...Int64(gateway.store.windows.count)))
        }
    }

    @Test("A gateway that starts with the control plane away serves the routes it kept")
    func restart() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("serin-\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try withGateway(.fixture(generation: 5, stable: model.url), { $0.snapshotPath = path }) { gateway in
            try eventually("the snapshot is kept") { FileManager.default.fileExists(atPath: path) }
        }
        try withGateway(nil, { $0.snapshotPath = path }) { gateway in
            let client = try gateway.connect()
            try client.send(get())
            #expect(try client.takeMessage().body == "one /x ")
        }
    }

    @Test("Stopping lets a request in flight end, and writes the last telemetry")
    func drain() throws {
        let isReleased = Mutex(false)
        let model = try ModelServer { peer in
            _ = try peer.takeMessage()
            try eventually("the stop has begun", seconds: 10) { isReleased.withLock { $0 } }
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlast")
        }
        defer { model.stop() }
        let gateway = try GatewayFixture(.fixture(stable: model.url)) { $0.flushInterval = .seconds(60) }
        let client = try gateway.connect()
        let idle = try gateway.connect()
        try client.send(get())
        try eventually("the server has the request") { model.connectionCount == 1 }
        let stopped = Mutex(false)
        startThread {
            do { try gateway.server.stop() } catch { Issue.record(error) }
            stopped.withLock { $0 = true }
        }
        #expect(try idle.receiveSome() == false)
        isReleased.withLock { $0 = true }
        let answer = try client.takeMessage()
        #expect(answer.body == "last")
        try eventually("the gateway has stopped") { stopped.withLock { $0 } }
        #expect(gateway.store.outcomes(.stable) == [.success: 1])
    }
}
