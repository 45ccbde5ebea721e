import EmbeddedPostgres
import Foundation
import Testing

@Suite("An embedded PostgreSQL refuses")
struct EmbeddedPostgresRefusalTests {
    private func refusal(_ configuration: EmbeddedPostgresConfiguration) throws -> EmbeddedPostgresError {
        try #require(throws: EmbeddedPostgresError.self) { try EmbeddedPostgresTests.start(configuration) }
    }

    private func refusal(directory: String) throws -> EmbeddedPostgresError {
        try refusal(EmbeddedPostgresTests.configuration(directory: directory))
    }

    @Test("a directory that another serin uses, and takes it when that one has stopped")
    func inUse() throws {
        try TemporaryDirectory.use { parent in
            let configuration = try EmbeddedPostgresTests.preparedConfiguration(directory: parent + "/db")
            let server = try EmbeddedPostgresTests.start(configuration)
            let own = ProcessInfo.processInfo.processIdentifier
            let error = try refusal(configuration)
            #expect(error == .directoryInUse(path: parent + "/db", process: own))
            server.stop()
            try EmbeddedPostgresTests.start(configuration).stop()
        }
    }

    @Test("a directory that holds something else, and leaves it as it was")
    func foreignDirectory() throws {
        try TemporaryDirectory.use { parent in
            try "precious".write(toFile: parent + "/thesis.txt", atomically: true, encoding: .utf8)
            #expect(try refusal(directory: parent) == .foreignDirectory(path: parent, found: "thesis.txt"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: parent) == ["thesis.txt"])
        }
    }

    @Test("a cluster of a major version that is not installed, and names both")
    func otherMajorVersion() throws {
        try TemporaryDirectory.use { parent in
            try FileManager.default.createDirectory(atPath: parent + "/cluster", withIntermediateDirectories: true)
            try "".write(toFile: parent + "/serin.lock", atomically: true, encoding: .utf8)
            try "9\n".write(toFile: parent + "/cluster/PG_VERSION", atomically: true, encoding: .utf8)
            let error = try refusal(directory: parent)
            guard case .otherMajorVersion(parent, 9, let installed) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(!installed.isEmpty)
            #expect(error.description.contains("install PostgreSQL 9"))
        }
    }

    @Test("a directory that the server's user can't reach, and names the barrier")
    func unreachableParent() throws {
        // Only root runs the server as somebody else.
        guard NSUserName() == "root" else { return }
        try TemporaryDirectory.use { parent in
            let barrier = parent + "/closed"
            try FileManager.default.createDirectory(
                atPath: barrier,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
            let error = try refusal(directory: barrier + "/db")
            #expect(error == .unreachable(path: barrier + "/db", user: "postgres", barrier: barrier))
        }
    }

    @Test("a machine without the server's programs, and says what to install")
    func notInstalled() throws {
        try TemporaryDirectory.use { parent in
            var configuration = EmbeddedPostgresTests.configuration(directory: parent + "/db")
            configuration.binDirectory = parent
            let error = try refusal(configuration)
            #expect(error == .notInstalled(searched: [parent], tooOld: []))
            #expect(error.description.contains("apt-get install postgresql"))
        }
    }

    @Test("a system user that does not exist")
    func unknownUser() throws {
        guard NSUserName() == "root" else { return }
        try TemporaryDirectory.use { parent in
            var configuration = EmbeddedPostgresTests.configuration(directory: parent + "/db")
            configuration.systemUser = "nobody-of-that-name"
            let error = try refusal(configuration)
            #expect(error == .unknownSystemUser("nobody-of-that-name"))
        }
    }

    @Test("a relative path")
    func relativePath() throws {
        #expect(try refusal(directory: "db") == .relativePath("db"))
    }

    @Test("to go on when the server does not start, and passes on what it said")
    func brokenConfiguration() throws {
        try TemporaryDirectory.use { parent in
            let configuration = try EmbeddedPostgresTests.preparedConfiguration(directory: parent + "/db")
            try "no_such_setting = 1\n".write(
                toFile: parent + "/db/cluster/custom.conf",
                atomically: true,
                encoding: .utf8
            )
            let error = try refusal(configuration)
            #expect(error.description.contains("no_such_setting"))
            try FileManager.default.removeItem(atPath: parent + "/db/cluster/custom.conf")
            try EmbeddedPostgresTests.start(configuration).stop()
        }
    }
}
