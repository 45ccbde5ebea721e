import Foundation
import Glibc

/// A process of the server's user that has nothing to do with any cluster.
struct Stranger {
    private let child: Process

    init() throws {
        let change = geteuid() == 0 ? ["--reuid=postgres", "--regid=postgres", "--init-groups"] : ["--no-new-privs"]
        child = Process()
        child.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        child.arguments = change + ["sleep", "60"]
        try child.run()
    }

    var process: Int32 { child.processIdentifier }

    func end() {
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
    }
}
