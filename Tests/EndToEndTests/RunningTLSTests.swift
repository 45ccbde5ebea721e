import Foundation
import Logging
import TLS
import TestCertificates
import Testing

@testable import serin

@Suite("TLS in a running service")
struct RunningTLSTests {
    @Test("A certificate that ends is told, and one that changes is shown without anybody asking")
    func renewal() throws {
        let authority = TestAuthority()
        let files = authority.issue(.init(names: ["DNS:a.example"], validity: -9...3), as: "a")
        let settings = TLSSettings(
            server: TLSServerConfiguration(certificates: [CertificateFiles(chain: files.chain, key: files.key)])
        )
        let tls = try RunningTLS(settings, logger: Logger(label: "test"))
        let server = try #require(tls.server)
        #expect(server.expiries.allSatisfy { $0.daysLeft <= 3 })

        authority.issue(.init(names: ["DNS:a.example"], validity: -9...90), as: "a")
        tls.tick()

        #expect(server.expiries.allSatisfy { $0.daysLeft > 80 })
    }

    @Test("A certificate that can't be used leaves the last good one, also when all files are to be read again")
    func brokenFile() throws {
        let authority = TestAuthority()
        let files = authority.issue(.init(names: ["DNS:a.example"], validity: -9...90), as: "a")
        let settings = TLSSettings(
            server: TLSServerConfiguration(certificates: [CertificateFiles(chain: files.chain, key: files.key)])
        )
        let tls = try RunningTLS(settings, logger: Logger(label: "test"))
        tls.start()
        defer { tls.stop() }

        try Data().write(to: URL(filePath: files.chain))
        tls.reload()

        #expect(tls.server?.expiries.allSatisfy { $0.daysLeft > 80 } == true)
    }

    @Test("Files that can't be used are a failure at the start")
    func refusal() {
        let files = CertificateFiles(chain: "/nowhere/a.pem", key: "/nowhere/a.key")

        #expect(throws: TLSFailure.certificate(path: "/nowhere/a.pem", reason: "No such file or directory")) {
            try RunningTLS(
                TLSSettings(server: TLSServerConfiguration(certificates: [files])),
                logger: Logger(label: "test")
            )
        }
    }
}
