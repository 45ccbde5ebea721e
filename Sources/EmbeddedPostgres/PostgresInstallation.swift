import Foundation

/// The programs of one PostgreSQL server on this machine.
struct PostgresInstallation: Sendable, Equatable {
    static let oldestMajorVersion = 15

    let binDirectory: String
    let majorVersion: Int

    var server: String { "\(binDirectory)/postgres" }
    var initialiser: String { "\(binDirectory)/initdb" }

    /// All usable installations, newest first; an installation that was asked for stands alone.
    static func find(preferred: String?) throws(EmbeddedPostgresError) -> [PostgresInstallation] {
        let folders = preferred.map { [$0] } ?? candidateFolders()
        var tooOld: [String] = []
        var found: [PostgresInstallation] = []
        for folder in folders {
            guard let version = majorVersion(of: "\(folder)/postgres") else { continue }
            guard FileManager.default.isExecutableFile(atPath: "\(folder)/initdb") else { continue }
            if version >= oldestMajorVersion {
                found.append(PostgresInstallation(binDirectory: folder, majorVersion: version))
            } else {
                tooOld.append("\(folder) (\(version))")
            }
        }
        guard !found.isEmpty else {
            let searched =
                preferred.map { [$0] } ?? versionedParents.map { "\($0.parent)/\($0.prefix)*/bin" } + ["PATH"]
            throw .notInstalled(searched: searched, tooOld: tooOld)
        }
        return found.sorted { $0.majorVersion > $1.majorVersion }
    }

    /// Where distributions keep several versions beside each other: Debian, and the PostgreSQL project for Red Hat.
    private static let versionedParents: [(parent: String, prefix: String)] = [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
    ]

    private static func candidateFolders() -> [String] {
        var folders: [String] = []
        for (parent, prefix) in versionedParents {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
            folders += names.filter { $0.hasPrefix(prefix) && Int($0.dropFirst(prefix.count)) != nil }
                .map { "\(parent)/\($0)/bin" }
        }
        if let server = Command.find("postgres") {
            folders.append(URL(fileURLWithPath: server).resolvingSymlinksInPath().deletingLastPathComponent().path)
        }
        if let tool = Command.find("pg_config"), let outcome = try? Command(tool, ["--bindir"]).run(),
            outcome.succeeded
        {
            folders.append(outcome.output)
        }
        var seen: Set<String> = []
        return folders.filter { seen.insert($0).inserted }
    }

    /// From a line such as `postgres (PostgreSQL) 15.12 (Debian 15.12-0+deb12u1)`.
    private static func majorVersion(of server: String) -> Int? {
        guard FileManager.default.isExecutableFile(atPath: server),
            let outcome = try? Command(server, ["--version"]).run(limit: .seconds(10)), outcome.succeeded,
            let mark = outcome.output.range(of: "(PostgreSQL) ")
        else { return nil }
        return Int(outcome.output[mark.upperBound...].prefix { $0.isNumber })
    }
}
