/// Why there is no private PostgreSQL. Each description says what to do about it.
package enum EmbeddedPostgresError: Error, Sendable, Equatable {
    case notInstalled(searched: [String], tooOld: [String])
    case relativePath(String)
    /// The account that should run the server does not exist.
    case unknownSystemUser(String)
    /// We are root and can't become somebody else.
    case cannotSwitchUser(missingProgram: String)
    case foreignDirectory(path: String, found: String)
    case directoryInUse(path: String, process: Int32?)
    case otherMajorVersion(path: String, cluster: Int, installed: [Int])
    case unreachable(path: String, user: String, barrier: String)
    case unsafeSocketDirectory(path: String, reason: String)
    case fileSystem(path: String, reason: String)
    case commandFailed(command: String, output: String)
    /// The server ended, or said nothing, before it accepted connections.
    case didNotStart(reason: String, log: [String])
    /// A server process of an earlier run still uses the directory and does not end.
    case orphanDoesNotEnd(path: String, processes: [Int32])
}

extension EmbeddedPostgresError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notInstalled(let searched, let tooOld):
            "no PostgreSQL \(PostgresInstallation.oldestMajorVersion) or later found (searched "
                + searched.joined(separator: ", ")
                + (tooOld.isEmpty ? "" : "; too old: \(tooOld.joined(separator: ", "))")
                + "); install the server, on Debian or Ubuntu: apt-get install postgresql; or name a server with --database-url"
        case .relativePath(let path):
            "the data directory must be an absolute path, not '\(path)'"
        case .unknownSystemUser(let user):
            "PostgreSQL does not run as root, and there is no system user '\(user)' to run it; "
                + "create one (useradd --system \(user)) or start serin as an ordinary user"
        case .cannotSwitchUser(let program):
            "PostgreSQL does not run as root, and the program '\(program)' to become another user is missing; "
                + "install util-linux or start serin as an ordinary user"
        case .foreignDirectory(let path, let found):
            "'\(path)' is not empty and was not made by serin (it contains '\(found)'); choose another data directory"
        case .directoryInUse(let path, let process):
            "'\(path)' is in use by \(process.map { "process \($0)" } ?? "another process"); "
                + "stop it or choose another data directory"
        case .otherMajorVersion(let path, let cluster, let installed):
            "'\(path)' was made by PostgreSQL \(cluster), but installed is "
                + installed.map { "PostgreSQL \($0)" }.joined(separator: ", ")
                + "; install PostgreSQL \(cluster), or convert the cluster with pg_upgrade, or choose another data directory"
        case .unreachable(let path, let user, let barrier):
            "system user '\(user)', who runs PostgreSQL, can't reach '\(path)': '\(barrier)' does not let others pass; "
                + "choose a data directory elsewhere, such as /var/lib/serin"
        case .unsafeSocketDirectory(let path, let reason):
            "directory '\(path)' for the server's socket can't be used: \(reason); remove it"
        case .fileSystem(let path, let reason): "'\(path)': \(reason)"
        case .commandFailed(let command, let output): "\(command) failed: \(output)"
        case .didNotStart(let reason, let log):
            "PostgreSQL did not start: \(reason)" + (log.isEmpty ? "" : "; it said: \(log.joined(separator: " | "))")
        case .orphanDoesNotEnd(let path, let processes):
            "PostgreSQL processes \(processes.map(String.init).joined(separator: ", ")) of an earlier run still use "
                + "'\(path)' and do not end; end them and start again"
        }
    }
}
