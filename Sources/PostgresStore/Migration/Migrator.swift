package import PostgresClient
package import RolloutCore

/// Brings a database to the program's schema, or back, one transaction a step, never two programs at once.
package struct Migrator {
    /// What is wrong with the database's schema, seen from this program; nothing was changed.
    package enum Refusal: Error, Equatable, CustomStringConvertible {
        /// An applied migration isn't the one this program knows by its number.
        case edited(title: String, applied: String, known: String)
        /// The database is ahead of this program.
        case unknown(number: Int, name: String)
        /// An earlier migration is missing below an applied one.
        case gap(missing: String)
        /// Another program has been migrating for as long as we were willing to wait.
        case locked
        /// The database lacks migrations this program needs.
        case behind(pending: [String])

        package var description: String {
            switch self {
            case .edited(let title, let applied, let known):
                "migration \(title) was applied with checksum \(applied), but this program knows it with \(known): an applied migration must not be edited; restore the file and add a new one"
            case .unknown(let number, let name):
                "the database has migration \(number) (\(name)), which this program does not know: use a newer program, or migrate down with it first"
            case .gap(let missing):
                "migration \(missing) is missing below applied ones: the table schema_migrations was changed by hand"
            case .locked:
                "another program is migrating this database; try again when it is done"
            case .behind(let pending):
                "the database lacks the migrations \(pending.joined(separator: ", ")): run 'serin migrate up'"
            }
        }
    }

    package struct Status: Equatable, Sendable {
        package let title: String
        /// Nil while it is pending.
        package let appliedAt: Timestamp?
    }

    private struct Applied {
        let number: Int
        let name: String
        let checksum: String
        let at: Timestamp
    }

    private let connection: PostgresConnection
    private let migrations: [Migration]

    /// - Parameter connection: The migrator's own: it holds a lock of the session meanwhile.
    package init(connection: PostgresConnection, migrations: [Migration] = Migration.all) {
        self.connection = connection
        self.migrations = migrations
    }

    /// Every known migration with its state.
    package func status() throws -> [Status] {
        let applied = try self.verified()
        return self.migrations.map { migration in
            Status(title: migration.title, appliedAt: applied.first { $0.number == migration.number }?.at)
        }
    }

    /// - Throws: `Refusal` unless the database is exactly at this program's schema.
    package func requireCurrent() throws {
        let pending = try self.status().filter { $0.appliedAt == nil }.map(\.title)
        guard pending.isEmpty else { throw Refusal.behind(pending: pending) }
    }

    /// Applies what is pending, oldest first.
    ///
    /// - Parameter wait: How long another migrating program is waited for.
    /// - Returns: The titles of what was applied.
    package func up(wait: Duration = .seconds(30)) throws -> [String] {
        try self.locked(wait: wait) {
            try self.connection.execute(script: MigrationStatements.createTable)
            let applied = try self.verified()
            var done: [String] = []
            for migration in self.migrations.dropFirst(applied.count) {
                try self.connection.transaction(isolation: .readCommitted, access: .readWrite) { connection in
                    try connection.execute(script: migration.up)
                    _ = try connection.execute(
                        MigrationStatements.insertApplied,
                        [.int32(Int32(migration.number)), .text(migration.name), .text(migration.checksum)]
                    )
                }
                done.append(migration.title)
            }
            return done
        }
    }

    /// Takes back the newest migrations, newest first; their data is lost.
    ///
    /// - Parameter target: The number of the last migration that stays; 0 takes back all.
    /// - Returns: The titles of what was taken back.
    package func down(to target: Int, wait: Duration = .seconds(30)) throws -> [String] {
        try self.locked(wait: wait) {
            let applied = try self.verified()
            var done: [String] = []
            for migration in self.migrations.prefix(applied.count).reversed() where migration.number > target {
                try self.connection.transaction(isolation: .readCommitted, access: .readWrite) { connection in
                    try connection.execute(script: migration.down)
                    _ = try connection.execute(MigrationStatements.deleteApplied, [.int32(Int32(migration.number))])
                }
                done.append(migration.title)
            }
            return done
        }
    }

    /// What is applied, held against what is known.
    private func verified() throws -> [Applied] {
        let isInstalled: Bool = try self.connection.query(MigrationStatements.isInstalled).exactlyOne()
            .decode("installed")
        guard isInstalled else { return [] }
        let applied = try self.connection.query(MigrationStatements.selectApplied).map { row in
            Applied(
                number: try row.decode("number"),
                name: try row.decode("name"),
                checksum: try row.decode("checksum"),
                at: try row.timestamp("applied_at")
            )
        }
        for (index, row) in applied.enumerated() {
            guard let known = self.migrations.first(where: { $0.number == row.number }) else {
                throw Refusal.unknown(number: row.number, name: row.name)
            }
            guard self.migrations[index].number == row.number else {
                throw Refusal.gap(missing: self.migrations[index].title)
            }
            guard known.checksum == row.checksum, known.name == row.name else {
                throw Refusal.edited(title: known.title, applied: row.checksum, known: known.checksum)
            }
        }
        return applied
    }

    private func locked<Result>(wait: Duration, _ body: () throws -> Result) throws -> Result {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: wait)
        while try !self.connection.query(MigrationStatements.lock).exactlyOne().decode("locked", as: Bool.self) {
            guard clock.now < end else { throw Refusal.locked }
            try self.connection.execute(script: "SELECT pg_sleep(0.1)")
        }
        do {
            let result = try body()
            _ = try self.connection.query(MigrationStatements.unlock)
            return result
        } catch {
            // The lock goes with the session in any case; what went wrong is what counts.
            _ = try? self.connection.query(MigrationStatements.unlock)
            throw error
        }
    }
}
