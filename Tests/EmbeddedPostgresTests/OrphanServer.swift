import Foundation
import Glibc

/// A server as a killed serin leaves it: started through the same chain by a parent that can be killed.
struct OrphanServer {
    private let parent: Process
    let process: Int32

    init(cluster: String) throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")
            .compactMap { Int($0) }.sorted()
        guard let version = folders.last else { throw NeverHappened(what: "a server is installed") }
        let server = "/usr/lib/postgresql/\(version)/bin/postgres"
        let user = geteuid() == 0 ? "--reuid=postgres --regid=postgres --init-groups" : ""
        parent = Process()
        parent.executableURL = URL(fileURLWithPath: "/bin/sh")
        parent.currentDirectoryURL = URL(fileURLWithPath: "/")
        let output = Pipe()
        parent.standardOutput = output
        // The shell stays as the parent: it waits for the server.
        parent.arguments = [
            "-c",
            """
            setpriv \(user) --no-new-privs --pdeathsig INT \(server) -D '\(cluster)' >/dev/null 2>&1 &
            echo $!
            wait
            """,
        ]
        try parent.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let number = Int32(line.prefix { $0.isNumber }) else { throw NeverHappened(what: "server started") }
        process = number
    }

    /// Nothing of it is left, except perhaps an entry in the process table until somebody collects it.
    var hasEnded: Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")) == nil
    }

    func killParent() {
        kill(parent.processIdentifier, SIGKILL)
    }
}
