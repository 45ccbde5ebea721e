import Foundation
import Sockets
import TLS
import TestCertificates
import Testing

@Suite("Certificates that change while TLS is in use")
struct ReloadTests {
    private let authority = TestAuthority()

    private func server(_ name: String, validity: ClosedRange<Int> = -1...30) throws -> TLSServer {
        let files = self.authority.issue(.init(names: ["DNS:\(name)"], validity: validity), as: "server")
        return try TLSServer(
            TLSServerConfiguration(certificates: [CertificateFiles(chain: files.chain, key: files.key)])
        )
    }

    private func client() throws -> TLSClient {
        try TLSClient(TLSClientConfiguration(trust: .authorities(self.authority.path)))
    }

    private func isDone(_ server: TLSServer, _ client: TLSClient, _ host: String) throws -> Bool {
        try SessionPair(server, client, host: host).shakeHands().client == .done
    }

    @Test("New connections see a new certificate, and old ones go on")
    func renewal() throws {
        let server = try self.server("old.example")
        let old = try SessionPair(server, self.client(), host: "old.example")
        #expect(old.shakeHands() == (.done, .done))
        #expect(try !server.reloadIfChanged())

        self.authority.issue(.init(names: ["DNS:new.example"]), as: "server")
        #expect(try server.reloadIfChanged())
        #expect(try !server.reloadIfChanged())

        #expect(try self.isDone(server, self.client(), "new.example"))
        #expect(try !self.isDone(server, self.client(), "old.example"))
        #expect(old.client.send("still here") == .bytes(10))
        #expect(old.server.receive() == (.bytes(10), "still here"))
    }

    @Test("A broken file is reported once, and the last good certificate stays until the next good one")
    func brokenRenewal() throws {
        let server = try self.server("a.example")
        let path = self.authority.directory.appending(path: "server.pem")
        let good = try Data(contentsOf: path)

        try Data("nonsense".utf8).write(to: path)
        #expect(throws: TLSFailure.certificate(path: path.path, reason: "no start line")) {
            try server.reloadIfChanged()
        }
        #expect(try !server.reloadIfChanged())
        #expect(try self.isDone(server, self.client(), "a.example"))

        try FileManager.default.removeItem(at: path)
        #expect(throws: TLSFailure.certificate(path: path.path, reason: "No such file or directory")) {
            try server.reloadIfChanged()
        }
        #expect(try self.isDone(server, self.client(), "a.example"))

        try good.write(to: path)
        #expect(try server.reloadIfChanged())
    }

    @Test("A key that comes later than its certificate is waited for")
    func keyComesLater() throws {
        let server = try self.server("old.example")
        let names = ["server.pem", "server.key"].map { self.authority.directory.appending(path: $0) }
        let old = try names.map { try Data(contentsOf: $0) }
        self.authority.issue(.init(names: ["DNS:new.example"]), as: "server")
        let new = try names.map { try Data(contentsOf: $0) }

        try old[1].write(to: names[1])
        #expect(throws: TLSFailure.mismatch(certificate: names[0].path, key: names[1].path)) {
            try server.reloadIfChanged()
        }
        try new[1].write(to: names[1])
        #expect(try server.reloadIfChanged())
        #expect(try self.isDone(server, self.client(), "new.example"))
    }

    @Test("A link that leads to another directory is a change")
    func link() throws {
        let manager = FileManager.default
        let directory = self.authority.directory
        for (folder, name) in [("one", "old.example"), ("two", "new.example")] {
            try manager.createDirectory(at: directory.appending(path: folder), withIntermediateDirectories: true)
            self.authority.issue(.init(names: ["DNS:\(name)"]), as: folder + "/tls")
        }
        let current = directory.appending(path: "current").path
        try manager.createSymbolicLink(atPath: current, withDestinationPath: "one")
        let files = CertificateFiles(chain: current + "/tls.pem", key: current + "/tls.key")
        let server = try TLSServer(TLSServerConfiguration(certificates: [files]))

        try manager.removeItem(atPath: current)
        try manager.createSymbolicLink(atPath: current, withDestinationPath: "two")

        #expect(try server.reloadIfChanged())
        #expect(try self.isDone(server, self.client(), "new.example"))
    }

    @Test("A client forgets whom it trusted and what it could resume when its authorities change")
    func authorities() throws {
        let other = TestAuthority()
        let trusted = self.authority.directory.appending(path: "trusted.pem")
        try Data(contentsOf: URL(filePath: self.authority.path)).write(to: trusted)
        let server = try self.server("a.example")
        let client = try TLSClient(TLSClientConfiguration(trust: .authorities(trusted.path)))
        let first = try SessionPair(server, client, host: "a.example")
        #expect(first.shakeHands() == (.done, .done))
        _ = first.client.receive()

        try Data(contentsOf: URL(filePath: other.path)).write(to: trusted)
        #expect(try client.reloadIfChanged())

        #expect(try !self.isDone(server, client, "a.example"))
    }

    @Test("How long a certificate is still good for is known", arguments: [(5, 4), (-1, -2), (30, 29)])
    func expiry(end: Int, daysLeft: Int) throws {
        let expiries = try self.server("a.example", validity: -100...end).expiries

        #expect(expiries.map(\.daysLeft) == [daysLeft] || expiries.map(\.daysLeft) == [daysLeft + 1])
        #expect(expiries.map(\.path) == [self.authority.directory.appending(path: "server.pem").path])
    }
}
