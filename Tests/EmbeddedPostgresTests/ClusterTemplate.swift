import EmbeddedPostgres
import Foundation
import Glibc

/// A cluster that was made once, to be copied by tests that are not about its making.
struct ClusterTemplate {
    static let shared: Result<ClusterTemplate, any Error> = Result { try ClusterTemplate() }

    private static let directory = "/tmp/serin-embedded-template-\(getpid())"

    private init() throws {
        try EmbeddedPostgresTests.start(EmbeddedPostgresTests.configuration(directory: Self.directory)).stop()
        atexit { try? FileManager.default.removeItem(atPath: ClusterTemplate.directory) }
    }

    /// `cp` keeps owners and modes, which Foundation does not.
    func copy(to destination: String) throws {
        let process = try Process.run(
            URL(fileURLWithPath: "/bin/cp"),
            arguments: ["--archive", Self.directory, destination]
        )
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw NeverHappened(what: "template copied to \(destination)") }
    }
}
