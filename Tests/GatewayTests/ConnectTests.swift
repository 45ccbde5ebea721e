import Glibc
import Logging
import NIOCore
import NIOPosix
import ProxyCore
import RolloutCore
import Testing

@testable import Gateway

@Suite("Connections to upstreams")
struct ConnectTests {
    @Test("Connections that could not be made leave nothing behind", arguments: ["127.0.0.1", "localhost"])
    func failedConnects(host: String) throws {
        let port = try ModelServer.deadPort()
        let loops = try TrafficLoops(
            configuration: GatewayConfiguration(loopCount: 1),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        defer { #expect(throws: Never.self) { try loops.group.syncShutdownGracefully() } }
        let eventLoop = loops.group.next()
        for _ in 1...3 {
            let result = try eventLoop.flatSubmit { () -> EventLoopFuture<ConnectFailure?> in
                let promise = eventLoop.makePromise(of: ConnectFailure?.self)
                guard let loop = loops.loop(of: eventLoop), let url = try? UpstreamURL("http://\(host):\(port)") else {
                    return eventLoop.makeSucceededFuture(nil)
                }
                let upstream = PooledUpstream(url, limits: UpstreamPool.Limits())
                #expect(upstream.pool.acquire() == .connect)
                upstream.connect(on: loop) { result in
                    switch result {
                    case .success: promise.succeed(nil)
                    case .failure(let failure):
                        #expect(upstream.pool.isEmpty)
                        #expect(upstream.isAvoided(at: loop.tickTime))
                        promise.succeed(failure)
                    }
                }
                return promise.futureResult
            }.wait()
            #expect(result == .unreachable)
        }
        try eventually("every handle is free again") {
            try eventLoop.submit { loops.loop(of: eventLoop)?.openConnectionCount == 0 }.wait()
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
        #expect(ConnectFailure(IOError(errnoCode: code, reason: "connect")) == expected)
    }

    @Test("A timeout is the upstream's failure")
    func timeout() {
        #expect(ConnectFailure(ChannelError.connectTimeout(.seconds(1))) == .unreachable)
    }

    @Test(
        "Clients are limited to what the descriptors suffice for, two for each and a reserve",
        arguments: [(150, 64), (1_024, 384), (65_536, 32_640), (1_048_576, 524_160)]
    )
    func descriptors(limit: Int, connections: Int) {
        #expect(DescriptorLimit.connections(of: limit) == connections)
    }
}
