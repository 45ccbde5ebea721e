import Foundation

/// The files of a private cluster.
///
/// ```
/// directory/            ours; others may pass
///   serin.lock          held while a serin runs
///   cluster/            the server's data directory, its account's alone
///   cluster.new/        what an initialisation in progress has made so far
///   socket/             the server's unix socket, its account's alone
/// ```
struct ClusterDirectory: Sendable {
    let path: String
    let account: ServerAccount

    var cluster: String { "\(path)/cluster" }
    private var unfinishedCluster: String { "\(path)/cluster.new" }

    private static let ownNames: Set = [DirectoryLock.fileName, "cluster", "cluster.new", "socket"]

    /// Creates the directory when it is missing.
    init(path: String, account: ServerAccount) throws(EmbeddedPostgresError) {
        guard path.hasPrefix("/") else { throw .relativePath(path) }
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755]
            )
        } catch {
            throw .fileSystem(path: path, reason: error.localizedDescription)
        }
        // The server reports its working directory without symbolic links.
        self.path = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
        self.account = account
    }

    /// Takes the directory for this process, and refuses one that holds anything but a cluster of ours.
    func claim() throws(EmbeddedPostgresError) -> DirectoryLock {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw .fileSystem(path: path, reason: error.localizedDescription)
        }
        if !names.contains(DirectoryLock.fileName), let first = names.min() {
            throw .foreignDirectory(path: path, found: first)
        }
        if let foreign = names.filter({ !Self.ownNames.contains($0) }).min() {
            throw .foreignDirectory(path: path, found: foreign)
        }
        return try DirectoryLock(directory: path)
    }

    /// Major version of the server that made the cluster; nil before the first start.
    func majorVersion() throws(EmbeddedPostgresError) -> Int? {
        guard FileManager.default.fileExists(atPath: cluster) else { return nil }
        let file = "\(cluster)/PG_VERSION"
        guard let text = try? String(contentsOfFile: file, encoding: .utf8),
            let version = Int(text.prefix { $0.isNumber })
        else { throw .fileSystem(path: file, reason: "no version of PostgreSQL can be read from it") }
        return version
    }

    /// The installation that fits the cluster; the newest when there is no cluster yet.
    func installation(among installed: [PostgresInstallation]) throws(EmbeddedPostgresError) -> PostgresInstallation {
        guard let version = try majorVersion() else { return installed[0] }
        guard let fitting = installed.first(where: { $0.majorVersion == version }) else {
            throw .otherMajorVersion(path: path, cluster: version, installed: installed.map(\.majorVersion))
        }
        return fitting
    }

    /// Makes the cluster when there is none. What an interrupted attempt has left is removed first.
    func initialise(
        with installation: PostgresInstallation,
        durability: EmbeddedPostgresConfiguration.Durability
    ) throws(EmbeddedPostgresError) {
        guard !FileManager.default.fileExists(atPath: cluster) else { return }
        try remove(unfinishedCluster)
        try createPrivate(unfinishedCluster)
        try requireReachable(unfinishedCluster)
        var arguments = [
            "--pgdata", unfinishedCluster, "--username", Self.role, "--encoding", "UTF8", "--no-locale",
            "--auth-local", "trust", "--auth-host", "reject", "--data-checksums", "--no-instructions",
        ]
        if durability == .none { arguments.append("--no-sync") }
        let outcome = try account.command(installation.initialiser, arguments).run(limit: .seconds(120))
        guard outcome.succeeded else { throw .commandFailed(command: installation.initialiser, output: outcome.output) }
        do {
            try FileManager.default.moveItem(atPath: unfinishedCluster, toPath: cluster)
        } catch {
            throw .fileSystem(path: cluster, reason: error.localizedDescription)
        }
    }

    /// Replaces the server's configuration file by ours.
    func write(_ settings: ServerSettings) throws(EmbeddedPostgresError) {
        let file = "\(cluster)/postgresql.conf"
        do {
            try Data(settings.text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
            // The server mentions a missing file at every start.
            let custom = "\(cluster)/custom.conf"
            if !FileManager.default.fileExists(atPath: custom) {
                try Data("# Own settings; they win over serin's.\n".utf8).write(to: URL(fileURLWithPath: custom))
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: custom)
            }
        } catch {
            throw .fileSystem(path: file, reason: error.localizedDescription)
        }
    }

    // MARK: - Socket

    /// Role that owns the cluster.
    static let role = "serin"

    /// Longest path of the socket file: the kernel allows 107 bytes.
    private static let longestSocketPath = 100
    private static let longestSocketName = "/.s.PGSQL.5432.lock".utf8.count

    /// In the directory where its path is short enough, else in a private one under `/tmp`.
    var socketDirectory: String {
        let beside = "\(path)/socket"
        if beside.utf8.count + Self.longestSocketName <= Self.longestSocketPath { return beside }
        return "/tmp/serin-" + String(Self.fingerprint(path), radix: 36)
    }

    /// Connection string of libpq, whose quoting needs backslashes before quotes and backslashes.
    var url: String {
        let host = socketDirectory.reduce(into: "") { text, character in
            if character == "'" || character == "\\" { text.append("\\") }
            text.append(character)
        }
        return "host='\(host)' port=5432 user=\(Self.role) dbname=postgres"
    }

    func createSocketDirectory() throws(EmbeddedPostgresError) {
        let directory = socketDirectory
        guard FileManager.default.fileExists(atPath: directory) else { return try createPrivate(directory) }
        // Somebody else may have made a directory of that name under /tmp to listen in our stead.
        let attributes = (try? FileManager.default.attributesOfItem(atPath: directory)) ?? [:]
        guard attributes[.type] as? FileAttributeType == .typeDirectory else {
            throw .unsafeSocketDirectory(path: directory, reason: "it is not a directory")
        }
        guard let owner = attributes[.ownerAccountID] as? NSNumber,
            owner.uint32Value == account.identity.user
        else { throw .unsafeSocketDirectory(path: directory, reason: "it belongs to another user") }
        guard let mode = attributes[.posixPermissions] as? NSNumber, mode.intValue & 0o077 == 0 else {
            throw .unsafeSocketDirectory(path: directory, reason: "others may enter it")
        }
    }

    /// A socket directory outside ours would be left lying about.
    func removeSocketDirectoryElsewhere() {
        guard !socketDirectory.hasPrefix("\(path)/") else { return }
        try? FileManager.default.removeItem(atPath: socketDirectory)
    }

    /// FNV-1a: names must stay the same from one start to the next.
    private static func fingerprint(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    // MARK: - Access

    /// Refuses a place that the server's account can't get to.
    func requireReachable(_ target: String) throws(EmbeddedPostgresError) {
        guard account.switchedTo != nil, try !accountCanEnter(target) else { return }
        let components = target.split(separator: "/")
        for length in 1...components.count {
            let ancestor = "/" + components.prefix(length).joined(separator: "/")
            if try !accountCanEnter(ancestor) {
                throw .unreachable(path: path, user: account.user, barrier: ancestor)
            }
        }
    }

    private func accountCanEnter(_ directory: String) throws(EmbeddedPostgresError) -> Bool {
        try account.command("/usr/bin/test", ["-x", directory]).run(limit: .seconds(10)).succeeded
    }

    private func createPrivate(_ directory: String) throws(EmbeddedPostgresError) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
            if let owner = account.switchedTo {
                try FileManager.default.setAttributes(
                    [
                        .ownerAccountID: NSNumber(value: owner.user),
                        .groupOwnerAccountID: NSNumber(value: owner.group),
                    ],
                    ofItemAtPath: directory
                )
            }
        } catch {
            throw .fileSystem(path: directory, reason: error.localizedDescription)
        }
    }

    private func remove(_ item: String) throws(EmbeddedPostgresError) {
        guard FileManager.default.fileExists(atPath: item) else { return }
        do {
            try FileManager.default.removeItem(atPath: item)
        } catch {
            throw .fileSystem(path: item, reason: error.localizedDescription)
        }
    }
}
