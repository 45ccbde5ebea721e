import Glibc
import Sockets
import TLS
import TestCertificates
import Testing

@Suite("Sessions of TLS that are resumed")
struct ResumptionTests {
    private let authority = TestAuthority()
    private let server: TLSServer
    private let client: TLSClient

    init() throws {
        let files = self.authority.issue(.init(names: ["DNS:a.example", "DNS:b.example"]), as: "server")
        self.server = try TLSServer(
            TLSServerConfiguration(
                certificates: [CertificateFiles(chain: files.chain, key: files.key)],
                clients: .optional(authorities: self.authority.path)
            )
        )
        self.client = try TLSClient(TLSClientConfiguration(trust: .authorities(self.authority.path)))
    }

    /// Bytes of the server's first flight: without its certificate when the session is resumed.
    private func firstFlight(to host: String) throws -> Int32 {
        let pair = try SessionPair(self.server, self.client, host: host)
        _ = pair.client.handshake()
        _ = pair.server.handshake()
        var waiting: Int32 = 0
        _ = ioctl(pair.sockets.client, UInt(FIONREAD), &waiting)
        #expect(pair.shakeHands() == (.done, .done))
        // Tickets come behind the handshake.
        _ = pair.client.receive()
        return waiting
    }

    @Test(
        "A second connection to a host resumes, one to another host doesn't, nor one after the tickets' key has changed"
    )
    func tickets() throws {
        let full = try self.firstFlight(to: "a.example")

        #expect(try self.firstFlight(to: "a.example") < full / 2)
        #expect(try self.firstFlight(to: "b.example") >= full - 16)
        #expect(try self.firstFlight(to: "b.example") < full / 2)
        try self.server.reload()
        #expect(try self.firstFlight(to: "a.example") >= full - 16)
        #expect(try self.firstFlight(to: "a.example") < full / 2)
    }
}
