import Sockets
import TLS
import TestCertificates
import Testing

@Suite("Handshakes of TLS")
struct HandshakeTests {
    let authority = TestAuthority()

    private func server(
        _ leaves: TestAuthority.Leaf...,
        clients: TLSServerConfiguration.ClientCertificates = .notAsked
    ) throws -> TLSServer {
        let certificates = leaves.enumerated().map { index, leaf in
            let files = self.authority.issue(leaf, as: "server\(index)")
            return CertificateFiles(chain: files.chain, key: files.key)
        }
        return try TLSServer(TLSServerConfiguration(certificates: certificates, clients: clients))
    }

    private func client(_ certificate: CertificateFiles? = nil) throws -> TLSClient {
        try TLSClient(TLSClientConfiguration(trust: .authorities(self.authority.path), certificate: certificate))
    }

    @Test("Content goes both ways once both sides are done")
    func content() throws {
        let pair = try SessionPair(self.server(.init(names: ["DNS:localhost"])), self.client())

        #expect(pair.shakeHands() == (.done, .done))
        #expect(pair.client.send("question") == .bytes(8))
        #expect(pair.server.receive() == (.bytes(8), "question"))
        #expect(pair.server.send("answer") == .bytes(6))
        #expect(pair.client.receive() == (.bytes(6), "answer"))
        #expect(pair.client.receive() == (.wouldBlock, ""))
    }

    struct Peer: Sendable, CustomTestStringConvertible {
        let names: [String]
        var validity = -1...30
        let host: String
        let refusal: String?
        var testDescription: String { "\(self.names) asked as \(self.host)" }
    }

    static let peers = [
        Peer(names: ["DNS:model.example"], host: "model.example", refusal: nil),
        Peer(names: ["DNS:model.example"], host: "MODEL.example", refusal: nil),
        Peer(names: ["DNS:*.example.org"], host: "a.example.org", refusal: nil),
        Peer(names: ["IP:127.0.0.1"], host: "127.0.0.1", refusal: nil),
        Peer(names: ["IP:0:0:0:0:0:0:0:1"], host: "::1", refusal: nil),
        Peer(names: ["DNS:model.example"], host: "other.example", refusal: "hostname mismatch"),
        Peer(names: ["DNS:*.example.org"], host: "a.b.example.org", refusal: "hostname mismatch"),
        Peer(names: ["DNS:a*.example.org"], host: "ab.example.org", refusal: "hostname mismatch"),
        Peer(names: ["IP:127.0.0.1"], host: "127.0.0.2", refusal: "IP address mismatch"),
        Peer(names: ["DNS:127.0.0.1"], host: "127.0.0.1", refusal: "IP address mismatch"),
        Peer(names: ["DNS:a.example"], validity: -30...(-1), host: "a.example", refusal: "certificate has expired"),
        Peer(names: ["DNS:a.example"], validity: 1...30, host: "a.example", refusal: "certificate is not yet valid"),
    ]

    @Test("An upstream must have a valid certificate for its host", arguments: peers)
    func verification(peer: Peer) throws {
        let server = try self.server(.init(names: peer.names, validity: peer.validity))

        let result = try SessionPair(server, self.client(), host: peer.host).shakeHands()
        let careless = try TLSClient(TLSClientConfiguration(trust: .anyone))
        let careful = peer.refusal.map { SecureHandshake.failed("the peer's certificate is refused: \($0)") }

        #expect(result.client == careful ?? .done)
        #expect(try SessionPair(server, careless, host: peer.host).shakeHands() == (.done, .done))
    }

    @Test("An upstream must be signed by an authority that is trusted")
    func unknownAuthority() throws {
        let server = try self.server(.init(names: ["DNS:localhost"]))
        let other = TestAuthority()
        let stranger = try TLSClient(TLSClientConfiguration(trust: .authorities(other.path)))
        let ordinary = try TLSClient()

        for client in [stranger, ordinary] {
            guard case .failed(let reason) = try SessionPair(server, client).shakeHands().client else {
                Issue.record("an unknown authority was trusted")
                continue
            }
            #expect(reason.hasPrefix("the peer's certificate is refused: "))
        }
    }

    @Test(
        "A client gets the certificate for the name it asks for, else the first",
        arguments: [
            ("first.example", true), ("second.example", true), ("a.third.example", true),
            ("exact.third.example", true), ("fourth.example", false),
        ]
    )
    func serverName(host: String, isKnown: Bool) throws {
        let server = try self.server(
            .init(names: ["DNS:first.example"]),
            .init(names: ["DNS:second.example", "DNS:other.example"]),
            // Ended, so that a handshake with the exact name succeeds only if that name wins over the wildcard.
            .init(names: ["DNS:*.third.example"], validity: host.hasPrefix("exact") ? -9...(-1) : -1...9),
            .init(names: ["DNS:exact.third.example"])
        )

        let result = try SessionPair(server, self.client(), host: host).shakeHands()

        let mismatch = SecureHandshake.failed("the peer's certificate is refused: hostname mismatch")
        #expect(result.client == (isKnown ? .done : mismatch))
    }

    enum Shown: CaseIterable {
        case nothing, good, foreign, ended
    }

    @Test(
        "A listener takes the clients it asks for",
        arguments: [
            (Shown.nothing, isRequired: false, isTaken: true), (.nothing, true, false), (.good, false, true),
            (.good, true, true), (.foreign, false, false), (.foreign, true, false), (.ended, true, false),
        ]
    )
    func clientCertificates(shown: Shown, isRequired: Bool, isTaken: Bool) throws {
        let clients = TestAuthority(name: "clients")
        let server = try self.server(
            .init(names: ["DNS:localhost"]),
            clients: isRequired ? .required(authorities: clients.path) : .optional(authorities: clients.path)
        )
        let files: (chain: String, key: String)? =
            switch shown {
            case .nothing: nil
            case .good: clients.issue(.init(names: ["DNS:me"]), as: "me")
            case .foreign: self.authority.issue(.init(names: ["DNS:me"]), as: "me")
            case .ended: clients.issue(.init(names: ["DNS:me"], validity: -9...(-1)), as: "me")
            }

        let pair = try SessionPair(
            server,
            self.client(files.map { CertificateFiles(chain: $0.chain, key: $0.key) })
        )
        let result = pair.shakeHands()

        // With TLS 1.3 a client is done before the server has seen its certificate, and hears of it with the first read.
        #expect(result.client == .done)
        #expect((result.server == .done) == isTaken)
        #expect((pair.client.receive().0 == .wouldBlock) == isTaken)
    }

    @Test("A client that offers protocols without http/1.1 is refused, and one that offers none is taken")
    func protocolNegotiation() throws {
        let server = try self.server(.init(names: ["DNS:localhost"]))

        for (offer, isTaken) in [
            ("", true), ("\u{2}h2", false), ("\u{2}h2\u{8}http/1.1", true), ("\u{8}http/1.0", false),
        ] {
            let plain = try PlainClient(offering: Array(offer.utf8))
            #expect(try plain.shakesHands(with: server) == isTaken, "\(offer)")
            #expect(plain.negotiated == (isTaken && !offer.isEmpty ? "http/1.1" : ""))
        }
    }

    @Test("TLS 1.2 is taken and nothing older", arguments: [(0x0302, false), (0x0303, true), (0x0304, true)])
    func versions(version: Int, isTaken: Bool) throws {
        let server = try self.server(.init(names: ["DNS:localhost"]))

        #expect(try PlainClient(version: version).shakesHands(with: server) == isTaken)
    }

    @Test("A hello of TLS 1.1 is answered with the alert for it")
    func oldHello() throws {
        let server = try self.server(.init(names: ["DNS:localhost"]))
        let sockets = try SocketPair()
        let session = try #require(server.session(on: sockets.server))
        let hello: [UInt8] = [3, 2] + Array(repeating: 7, count: 32) + [0, 0, 2, 0xC0, 0x13, 1, 0]
        let handshake: [UInt8] = [1, 0, 0, UInt8(hello.count)] + hello
        sockets.sendAsClient([22, 3, 1, 0, UInt8(handshake.count)] + handshake)

        #expect(session.handshake() == .failed("unsupported protocol"))
        #expect(sockets.receiveAsClient().suffix(2) == [2, 70])
    }

    @Test("Whoever speaks plain HTTP to a listener with TLS is refused")
    func plainHTTP() throws {
        let server = try self.server(.init(names: ["DNS:localhost"]))
        let sockets = try SocketPair()
        let session = try #require(server.session(on: sockets.server))
        sockets.sendAsClient(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))

        #expect(session.handshake() == .failed("http request"))
    }

    @Test("A connection that ends in the middle of the handshake is a failure")
    func earlyEnd() throws {
        let server = try self.server(.init(names: ["DNS:localhost"]))
        let sockets = try SocketPair()
        let session = try #require(server.session(on: sockets.server))
        #expect(session.handshake() == .wantsRead)

        sockets.sendAsClient([22, 3, 1])
        #expect(session.handshake() == .wantsRead)
        sockets.closeClient()

        #expect(session.handshake() == .failed("the stream ended without close_notify"))
        session.close()
    }
}
