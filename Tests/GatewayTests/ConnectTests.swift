import Glibc
import Logging
import ProxyCore
import RolloutCore
import Sockets
import Synchronization
import Testing

@testable import Gateway

@Suite("Connections to upstreams")
struct ConnectTests {
    @Test("Connections that could not be made leave nothing behind", arguments: ["127.0.0.1", "localhost"])
    func failedConnects(host: String) throws {
        let port = try ModelServer.deadPort()
        let url = try UpstreamURL("http://\(host):\(port)")
        let loops = try TrafficLoops(
            configuration: GatewayConfiguration(loopCount: 1),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        defer { loops.stop() }
        let thread = loops.threads[0]
        for _ in 1...3 {
            let failure = Shared<ConnectFailure?>(nil)
            thread.post { loop in
                let key = UpstreamKey(url: url, settings: UpstreamSettings())
                let upstream = PooledUpstream(key, limits: UpstreamPool.Limits(), at: loop.tickTime)
                let connect = {
                    let endpoint = upstream.endpoints[0]
                    #expect(endpoint.pool.acquire() == .connect)
                    upstream.connect(to: endpoint, on: loop) { result in
                        guard case .failure(let reason) = result else { return }
                        #expect(endpoint.pool.isEmpty)
                        #expect(endpoint.health.availability(at: loop.tickTime) == .unreachable)
                        failure.value.withLock { $0 = reason }
                    }
                }
                if upstream.endpoints.isEmpty { upstream.lookUp(loop, completed: connect) } else { connect() }
            }
            try eventually("the attempt has failed") { failure.value.withLock { $0 } == .unreachable }
        }
        #expect(thread.call { $0.openConnectionCount }.wait() == 0)
    }

    @Test("A name that stands for nothing is the upstream's failure, and tells within the connect timeout")
    func unknownName() throws {
        let url = try UpstreamURL("http://no-such-host.invalid:80")
        try withGateway(.fixture(stable: url.description)) { gateway in
            let client = try gateway.connect()
            try client.send(post())
            #expect(try client.takeMessage().status == 502)
            try gateway.awaitOutcomes(.stable, [.connectFailure: 1])
        }
    }

    @Test(
        "What the gateway lacks itself is not the upstream's failure",
        arguments: [
            (EMFILE, ConnectFailure.shortage), (ENFILE, .shortage), (ENOBUFS, .shortage), (ENOMEM, .shortage),
            (EADDRNOTAVAIL, .shortage), (ECONNREFUSED, .unreachable), (EHOSTUNREACH, .unreachable),
            (ETIMEDOUT, .unreachable),
        ]
    )
    func classification(code: CInt, expected: ConnectFailure) {
        #expect(ConnectFailure(.unreachable([SocketError(.connect, code)])) == expected)
    }

    @Test("A shortage at one of several addresses is not one at all of them")
    func mixedFailures() {
        let errors = [SocketError(.connect, EADDRNOTAVAIL), SocketError(.connect, ECONNREFUSED)]
        #expect(ConnectFailure(.unreachable(errors)) == .unreachable)
        #expect(ConnectFailure(.insecure("a wrong name")) == .unreachable)
    }

    @Test(
        "Clients are limited to what the descriptors suffice for, two for each and a reserve",
        arguments: [(150, 64), (1_024, 384), (65_536, 32_640), (1_048_576, 524_160)]
    )
    func descriptors(limit: Int, connections: Int) {
        #expect(DescriptorLimit.connections(of: limit) == connections)
    }
}
