import Logging
import ProxyCore
import RolloutCore
import Sockets
import Synchronization
import Testing

@testable import Gateway

@Suite("Finding upstreams")
struct UpstreamDiscoveryTests {
    private static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    @Test("A name is looked up again, new addresses serve, and connections to those it has lost are closed")
    func names() throws {
        let first = try ScriptedServer("first")
        let second = try ScriptedServer("second", port: first.port, host: 2)
        defer {
            first.stop()
            second.stop()
        }
        let hosts = Shared(["127.0.0.1"])
        let resolver = Resolver { _, port in
            .success(hosts.value.withLock { $0 }.compactMap { SocketAddress(ipAddress: $0, port: port) })
        }
        let loops = try TrafficLoops(
            configuration: GatewayConfiguration(loopCount: 1),
            resolver: resolver,
            logger: Self.logger
        )
        defer { loops.stop() }
        let settings = UpstreamSettings(slowStartSeconds: 0, resolveSeconds: 1)
        loops.apply(
            try .fixture(stable: ["http://models.test:\(first.port)"], settings),
            watches: [:]
        )
        let address = try #require(SocketAddress(ipAddress: "127.0.0.1", port: 0))
        let client = try SocketPeer(port: try loops.listen(at: address, securedBy: nil))

        for _ in 1...5 { #expect(try client.ask().fields["x-server"] == "first") }
        hosts.value.withLock { $0 = ["127.0.0.1", "127.0.0.2"] }
        try eventually("both serve") { try client.ask().fields["x-server"] == "second" }
        try eventually("both serve") { try client.ask().fields["x-server"] == "first" }
        hosts.value.withLock { $0 = ["127.0.0.2"] }
        try eventually("the connection is closed") { first.openConnections == 0 }
        for _ in 1...10 { #expect(try client.ask().fields["x-server"] == "second") }
        hosts.value.withLock { $0 = [] }
        let asked = second.requests.count
        try eventually("it goes on with what it knew") {
            let status = try client.ask().status
            #expect(status == 200)
            return second.requests.count > asked + 20
        }
    }

    @Test("Of two servers the one that isn't ready gets nothing, each is asked once an interval for all loops")
    func probe() throws {
        let (a, b) = (try ScriptedServer("a", .answer(503)), try ScriptedServer("b"))
        defer {
            a.stop()
            b.stop()
        }
        let settings = UpstreamSettings(
            slowStartSeconds: 0,
            ejection: nil,
            probe: ProbeRule(path: "/v2/health/ready", intervalSeconds: 3_600)
        )
        try withGateway(.fixture(stable: [a.url + "/base", b.url + "/base"], settings), { $0.loopCount = 2 }) {
            gateway in
            try eventually("both were asked") { a.requests.count + b.requests.count >= 2 }
            try eventually("all loops know") {
                let served = try (1...20).map { _ in try gateway.connect().ask().fields["x-server"] }
                return served.allSatisfy { $0 == "b" }
            }
            for server in [a, b] {
                #expect(server.requests.filter { $0 == "/base/v2/health/ready" }.count == 1)
            }
        }
    }

    @Test("One that has become ready serves")
    func ready() throws {
        let (a, b) = (try ScriptedServer("a", .answer(503)), try ScriptedServer("b"))
        defer {
            a.stop()
            b.stop()
        }
        let probe = ProbeRule(path: "/ready", intervalSeconds: 1, passes: 1)
        let settings = UpstreamSettings(slowStartSeconds: 0, probe: probe)
        try withGateway(.fixture(stable: [a.url, b.url], settings), { $0.loopCount = 1 }) { gateway in
            let client = try gateway.connect()
            try eventually("it gets nothing") {
                try (1...20).allSatisfy { _ in try client.ask().fields["x-server"] == "b" }
            }
            a.behave(.answer(200))
            try eventually("it serves") { try client.ask().fields["x-server"] == "a" }
        }
    }

    @Test("A probe that is never answered fails in its time, and its connection is given up")
    func hangingProbe() throws {
        let (a, b) = (try ScriptedServer("a", .hold), try ScriptedServer("b"))
        defer {
            a.stop()
            b.stop()
        }
        let probe = ProbeRule(path: "/ready", intervalSeconds: 3_600, timeoutMilliseconds: 50)
        try withGateway(
            .fixture(stable: [a.url, b.url], UpstreamSettings(probe: probe)),
            { $0.loopCount = 1 }
        ) { gateway in
            try eventually("it was asked") { a.requests == ["/ready"] }
            try eventually("it gets nothing") {
                try gateway.connect().ask(get("/-/metrics")).body.contains(#"result="failed"} 1"#)
            }
            let client = try gateway.connect()
            for _ in 1...20 { #expect(try client.ask().fields["x-server"] == "b") }
            a.release()
        }
    }
}
