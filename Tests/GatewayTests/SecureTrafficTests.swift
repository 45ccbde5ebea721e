import Foundation
import ProxyCore
import RolloutCore
import TLS
import TestCertificates
import Testing

@testable import Gateway

@Suite("Traffic over TLS")
struct SecureTrafficTests {
    private let authority = TestAuthority()
    /// Towards clients and at upstreams.
    private let identity: TLSServer
    /// Of clients and towards upstreams.
    private let trusting: TLSClient

    init() throws {
        let files = self.authority.issue(.init(names: ["IP:127.0.0.1"]), as: "server")
        let certificate = CertificateFiles(chain: files.chain, key: files.key)
        self.identity = try TLSServer(TLSServerConfiguration(certificates: [certificate]))
        self.trusting = try TLSClient(TLSClientConfiguration(trust: .authorities(self.authority.path)))
    }

    private func connect(_ port: Int) throws -> SocketPeer {
        let client = try SocketPeer(port: port)
        try client.secure(self.trusting.session(on: client.descriptor, host: "127.0.0.1", port: UInt16(port)))
        return client
    }

    /// A model server that speaks TLS.
    private func secureModel(_ serve: @escaping @Sendable (SocketPeer) throws -> Void) throws -> ModelServer {
        try ModelServer { [identity] peer in
            try peer.secure(identity.session(on: peer.descriptor))
            try serve(peer)
        }
    }

    private static let request = "GET /m HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("Clients with TLS are served like others, one request after the other")
    func secureClients() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url), { $0.security.clients = self.identity }) { gateway in
            let client = try self.connect(gateway.server.port)
            for index in 1...3 {
                try client.send("POST /m/\(index) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
                let answer = try client.takeMessage()
                #expect(answer.status == 200)
                #expect(answer.body == "one /\(index) hi")
            }
            #expect(gateway.server.securePort == nil)
        }
    }

    @Test("A port with TLS may stand beside a plain one")
    func twoPorts() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(
            .fixture(stable: model.url),
            {
                $0.security.clients = self.identity
                $0.security.address = ("127.0.0.1", 0)
            },
            { gateway in
                let plain = try gateway.connect()
                let secure = try self.connect(try #require(gateway.server.securePort))
                for client in [plain, secure] {
                    try client.send(Self.request)
                    #expect(try client.takeMessage().status == 200)
                }
            }
        )
    }

    @Test("An upstream is told whether the client has TLS")
    func forwardedScheme() throws {
        let model = try ModelServer { peer in
            while true {
                let scheme = try peer.takeMessage().fields["x-forwarded-proto"] ?? "nothing"
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(scheme.utf8.count)\r\n\r\n\(scheme)")
            }
        }
        defer { model.stop() }
        try withGateway(
            .fixture(stable: model.url),
            {
                $0.security.clients = self.identity
                $0.security.address = ("127.0.0.1", 0)
            },
            { gateway in
                let clients = [
                    "http": try gateway.connect(),
                    "https": try self.connect(try #require(gateway.server.securePort)),
                ]
                for (scheme, client) in clients {
                    try client.send(Self.request)
                    #expect(try client.takeMessage().body == scheme)
                }
            }
        )
    }

    @Test("Upstreams with https are spoken to by TLS, and connections to them used again")
    func secureUpstream() throws {
        let model = try self.secureModel { peer in
            while true {
                let request = try peer.takeMessage()
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\(request.body)")
            }
        }
        defer { model.stop() }
        try withGateway(
            .fixture(stable: "https://127.0.0.1:\(model.port)"),
            {
                $0.security.upstreams = self.trusting
                $0.loopCount = 1
            },
            { gateway in
                let client = try gateway.connect()
                for body in ["ab", "cd", "ef"] {
                    try client.send(post("/m", body))
                    #expect(try client.takeMessage().body == body)
                }
                #expect(model.connectionCount == 1)
            }
        )
    }

    @Test("Another protocol goes through TLS on both sides, and so does the end of either")
    func secureTunnel() throws {
        let model = try self.secureModel { peer in
            _ = try peer.takeMessage()
            try peer.send(TunnelServer.acceptance)
            try TunnelServer.echo(peer)
            try peer.send(" last")
            peer.announceEnd()
        }
        defer { model.stop() }
        try withGateway(
            .fixture(stable: "https://127.0.0.1:\(model.port)"),
            {
                $0.security.clients = self.identity
                $0.security.upstreams = self.trusting
            },
            { gateway in
                let client = try self.connect(gateway.server.port)
                try client.send(TunnelServer.upgrade)
                #expect(try client.takeMessage(hasBody: false).status == 101)
                try client.send("there and back")
                try client.receive { $0.text == "there and back" }
                client.endOutput()
                try client.receiveToEnd()
                #expect(client.text == "there and back last")
                #expect(!client.wasReset)
            }
        )
    }

    @Test("An upstream whose certificate is not accepted is one that can't be connected, and stable stands in")
    func unacceptedUpstream() throws {
        let stable = try ModelServer.named("stable")
        let canary = try self.secureModel { _ in }
        defer { for model in [stable, canary] { model.stop() } }
        let snapshot = try RouteSnapshot.fixture(stable: stable.url, canary: "https://127.0.0.1:\(canary.port)")
        let stranger = TestAuthority()
        let strange = try TLSClient(TLSClientConfiguration(trust: .authorities(stranger.path)))
        try withGateway(snapshot, { $0.security.upstreams = strange }) { gateway in
            let client = try gateway.connect()
            try client.send(Self.request)
            let answer = try client.takeMessage()

            #expect(answer.status == 200)
            #expect(answer.fields["x-serin-fallback"] == "stable")
            try gateway.awaitOutcomes(.canary, [.connectFailure: 1])
        }
    }

    @Test("An answer that ends with its connection is whole only when TLS says so", arguments: [true, false])
    func endOfAnswer(isAnnounced: Bool) throws {
        let model = try self.secureModel { peer in
            _ = try peer.takeMessage()
            try peer.send("HTTP/1.1 200 OK\r\n\r\nall that there is")
            if isAnnounced { peer.announceEnd() }
        }
        defer { model.stop() }
        try withGateway(
            .fixture(stable: "https://127.0.0.1:\(model.port)"),
            {
                $0.security.clients = self.identity
                $0.security.upstreams = self.trusting
            },
            { gateway in
                let client = try self.connect(gateway.server.port)
                try client.send(Self.request)
                try client.receiveToEnd()

                #expect(client.text.hasSuffix("all that there is"))
                #expect(client.wasReset == !isAnnounced)
                try gateway.awaitOutcomes(.stable, [isAnnounced ? .success : .upstreamFailure: 1])
            }
        )
    }

    @Test("Megabytes pass both ways, secured on both sides")
    func largeBodies() throws {
        let size = 3_000_000
        let model = try self.secureModel { peer in
            let request = try peer.takeMessage()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            try peer.send(request.body)
        }
        defer { model.stop() }
        let body = String(decoding: (0..<size).map { UInt8(ascii: "a") + UInt8($0 % 23) }, as: UTF8.self)
        try withGateway(
            .fixture(stable: "https://127.0.0.1:\(model.port)"),
            {
                $0.security.clients = self.identity
                $0.security.upstreams = self.trusting
            },
            { gateway in
                let client = try self.connect(gateway.server.port)
                try client.send("POST /m HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
                try client.send(body)

                let isWhole = try client.takeMessage().body == body
                #expect(isWhole)
            }
        )
    }

    @Test("A client that doesn't shake hands in time is let go, and so is one that speaks plainly")
    func noHandshake() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(
            .fixture(stable: model.url),
            {
                $0.security.clients = self.identity
                $0.timeouts.handshake = .milliseconds(50)
            },
            { gateway in
                let silent = try gateway.connect()
                let plain = try gateway.connect()
                try plain.send(Self.request)
                try silent.receiveToEnd()
                try plain.receiveToEnd()

                #expect(silent.received.isEmpty)
                #expect(!plain.text.hasPrefix("HTTP"))
            }
        )
    }

    @Test("A certificate that is renewed is shown to new clients, while old ones go on")
    func renewal() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url), { $0.security.clients = self.identity }) { gateway in
            let old = try self.connect(gateway.server.port)
            self.authority.issue(.init(names: ["IP:127.0.0.2"]), as: "server")
            #expect(try self.identity.reloadIfChanged())
            let new = try gateway.connect()

            try new.secure(self.trusting.session(on: new.descriptor, host: "127.0.0.2", port: 1))
            #expect(throws: SocketPeer.Failure.self) { try self.connect(gateway.server.port) }

            for client in [old, new] {
                try client.send(Self.request)
                #expect(try client.takeMessage().status == 200)
            }
        }
    }

    @Test("A connection that the gateway closes behind an answer has its announced end")
    func announcedEnd() throws {
        let model = try ModelServer.named("one")
        defer { model.stop() }
        try withGateway(.fixture(stable: model.url), { $0.security.clients = self.identity }) { gateway in
            let client = try self.connect(gateway.server.port)
            try client.send("GET /m HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            try client.receiveToEnd()

            #expect(client.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(!client.wasReset)
        }
    }
}
