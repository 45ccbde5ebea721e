import Foundation
import TLS
import TestCertificates
import Testing

@Suite("Files that TLS can't work with")
struct FailureTests {
    private let authority = TestAuthority()
    private let files: CertificateFiles

    init() {
        let files = self.authority.issue(.init(names: ["DNS:a.example"]), as: "a")
        self.files = CertificateFiles(chain: files.chain, key: files.key)
    }

    private func server(
        _ files: CertificateFiles,
        clients: TLSServerConfiguration.ClientCertificates = .notAsked
    ) throws -> TLSServer {
        try TLSServer(TLSServerConfiguration(certificates: [files], clients: clients))
    }

    @Test("A listener needs a certificate")
    func none() {
        #expect(throws: TLSFailure.noCertificate) { try TLSServer(TLSServerConfiguration(certificates: [])) }
    }

    @Test("A file that is not there is named, with the reason")
    func missing() {
        let absent = self.authority.directory.appending(path: "absent").path
        let reason = "No such file or directory"

        #expect(throws: TLSFailure.certificate(path: absent, reason: reason)) {
            try self.server(CertificateFiles(chain: absent, key: self.files.key))
        }
        #expect(throws: TLSFailure.key(path: absent, reason: reason)) {
            try self.server(CertificateFiles(chain: self.files.chain, key: absent))
        }
        #expect(throws: TLSFailure.authorities(path: absent, reason: reason)) {
            try self.server(self.files, clients: .required(authorities: absent))
        }
        #expect(throws: TLSFailure.authorities(path: absent, reason: reason)) {
            try TLSClient(TLSClientConfiguration(trust: .authorities(absent)))
        }
    }

    @Test("A key of another certificate is refused")
    func mismatch() {
        let other = self.authority.issue(.init(names: ["DNS:b.example"]), as: "b")

        #expect(throws: TLSFailure.mismatch(certificate: self.files.chain, key: other.key)) {
            try self.server(CertificateFiles(chain: self.files.chain, key: other.key))
        }
    }

    @Test("A key behind a passphrase is refused, and nobody is asked for it")
    func passphrase() throws {
        let path = self.authority.issue(.init(names: ["DNS:c.example"]), as: "c", passphrase: "secret").key

        #expect {
            try self.server(CertificateFiles(chain: self.files.chain, key: path))
        } throws: { error in
            "\(error)".hasPrefix("the key file \(path) can't be used") && "\(error)".contains("without a passphrase")
        }
    }

    @Test("A file without any authority is refused")
    func noAuthorities() throws {
        let empty = self.authority.directory.appending(path: "empty.pem")
        try Data().write(to: empty)

        #expect {
            try self.server(self.files, clients: .optional(authorities: empty.path))
        } throws: { error in
            "\(error)".hasPrefix("the file of authorities \(empty.path) can't be used")
        }
    }
}
