import Foundation

/// A running `serin serve`, `gateway` or `controller`, which can be killed and started again on its own ports and directory.
struct ServiceProcess: Sendable {
    enum Mode: String, Sendable {
        case serve, gateway, controller
    }

    struct Settings: Sendable {
        let mode: Mode
        let name: String
        let dataDirectory: String
        /// Nil means an embedded database.
        let databaseURL: String?
        let migrates: Bool
        /// Behind all others.
        var options: [String] = []
        let gatewayPort = Ports.free()
        let controlPort = Ports.free()

        var arguments: [String] {
            var arguments = [self.mode.rawValue, "--data-dir", self.dataDirectory, "--name", self.name]
            let listen = ["--listen", "127.0.0.1:\(self.gatewayPort)"]
            let control = ["--control", "127.0.0.1:\(self.controlPort)"]
            switch self.mode {
            case .serve: arguments += listen + control
            case .gateway: arguments += listen
            case .controller: arguments += control
            }
            if let url = self.databaseURL { arguments += ["--database-url", url] }
            if self.migrates { arguments.append("--migrate") }
            return arguments + self.options
        }
    }

    let settings: Settings
    let process: ChildProcess

    var gatewayPort: Int { self.settings.gatewayPort }
    var control: ControlCaller { ControlCaller(port: self.settings.controlPort) }

    /// The embedded server's main process.
    func postmaster() throws -> pid_t {
        let identifiers = Self.files(named: "postmaster.pid", under: self.settings.dataDirectory).compactMap { path in
            try? String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").first.flatMap { pid_t($0) }
        }
        guard let identifier = identifiers.first else {
            throw ChildProcess.Failure(description: "no postmaster.pid under \(self.settings.dataDirectory)")
        }
        return identifier
    }

    /// Connection string of the embedded database, found as `psql` would: by its socket.
    func embeddedDatabase() throws -> DatabaseProbe {
        for path in Self.files(named: "postmaster.pid", under: self.settings.dataDirectory) {
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
            if lines.count > 4 {
                return DatabaseProbe(url: "host=\(lines[4]) port=\(lines[3]) user=serin dbname=postgres")
            }
        }
        throw ChildProcess.Failure(description: "no postmaster.pid under \(self.settings.dataDirectory)")
    }

    private static func files(named name: String, under directory: String) -> [String] {
        let found = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
        return found.filter { $0.hasSuffix("/" + name) }.map { directory + "/" + $0 }
    }
}
