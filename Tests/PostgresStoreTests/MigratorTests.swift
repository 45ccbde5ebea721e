import Foundation
import PostgresClient
import TestSupport
import Testing

@testable import PostgresStore

@Suite("The migrator")
struct MigratorTests {
    @Test("leads to the same schema up, down and up again, and back to what each step began with")
    func thereAndBack() throws {
        try TestDatabase.withConnection { connection in
            let titles = Migration.all.map(\.title)
            var schemas: [String] = []
            for count in 0...Migration.all.count {
                let known = Array(Migration.all.prefix(count))
                #expect(try Migrator(connection: connection, migrations: known).up() == titles[..<count].suffix(1))
                schemas.append(try schema(connection))
            }
            let migrator = Migrator(connection: connection)

            for count in (0..<Migration.all.count).reversed() {
                #expect(try migrator.down(to: count) == [titles[count]])
                #expect(try schema(connection) == schemas[count], "after taking back \(titles[count])")
            }

            #expect(try migrator.up() == titles)
            #expect(try schema(connection) == schemas.last)
            #expect(try migrator.up() == [])
            #expect(try migrator.down(to: 0) == titles.reversed())
            #expect(try schema(connection) == schemas.first)
        }
    }

    @Test("tells what is applied and what is pending, without changing a database it only looks at")
    func status() throws {
        try TestDatabase.withConnection { connection in
            let migrator = Migrator(connection: connection, migrations: .things)
            let before = try schema(connection)

            #expect(try migrator.status().map(\.appliedAt) == [nil, nil])
            #expect(throws: Migrator.Refusal.behind(pending: ["0001_create_things", "0002_create_more"])) {
                try migrator.requireCurrent()
            }
            #expect(try schema(connection) == before)

            _ = try Migrator(connection: connection, migrations: Array([Migration].things.prefix(1))).up()
            let half = try migrator.status()
            #expect(half.map(\.title) == ["0001_create_things", "0002_create_more"])
            #expect(half.map { $0.appliedAt != nil } == [true, false])

            _ = try migrator.up()
            try migrator.requireCurrent()
        }
    }

    @Test("refuses a database whose applied migrations it does not know as they are", arguments: Tampering.all)
    func refusals(_ tampering: Tampering) throws {
        try TestDatabase.withConnection { connection in
            _ = try Migrator(connection: connection, migrations: .things).up()
            try connection.execute(script: tampering.script)
            let before = try schema(connection)
            let migrator = Migrator(connection: connection, migrations: tampering.known)

            #expect(throws: tampering.refusal) { try migrator.up() }
            #expect(throws: tampering.refusal) { try migrator.down(to: 0) }
            #expect(throws: tampering.refusal) { try migrator.status() }
            #expect(throws: tampering.refusal) { try migrator.requireCurrent() }
            #expect(try schema(connection) == before)
        }
    }

    @Test("applies each migration once when several programs start at the same time, and all find it done")
    func race() throws {
        try TestDatabase.withDatabase { url in
            let applied = concurrently(6) { _ in
                try Migrator(connection: PostgresConnection(PostgresConfiguration(url: url))).up()
            }
            let titles = try applied.map { try $0.get() }

            #expect(titles.flatMap { $0 } == Migration.all.map(\.title))
            #expect(titles.filter { $0.isEmpty }.count == 5)
            try Migrator(connection: PostgresConnection(PostgresConfiguration(url: url))).requireCurrent()
        }
    }

    @Test("gives up when another program holds the lock for too long")
    func locked() throws {
        try TestDatabase.withDatabase { url in
            let other = try PostgresConnection(PostgresConfiguration(url: url))
            _ = try other.query(MigrationStatements.lock)
            let migrator = Migrator(connection: try PostgresConnection(PostgresConfiguration(url: url)))

            #expect(throws: Migrator.Refusal.locked) { try migrator.up(wait: .milliseconds(150)) }

            _ = try other.query(MigrationStatements.unlock)
            #expect(try migrator.up() == Migration.all.map(\.title))
        }
    }

    @Test("leaves nothing half-done when a migration fails, and goes on from there")
    func failure() throws {
        try TestDatabase.withDatabase { url in
            let connection = try PostgresConnection(PostgresConfiguration(url: url))
            let broken = Migration(
                number: 2,
                name: "create_more",
                up: "CREATE TABLE more (id bigint); INSERT INTO more VALUES (1); SELECT 1 / 0;",
                down: "DROP TABLE more;"
            )
            _ = try Migrator(connection: connection, migrations: Array([Migration].things.prefix(1))).up()
            let before = try schema(connection)

            #expect(throws: PostgresError.self) {
                try Migrator(connection: connection, migrations: [[Migration].things[0], broken]).up()
            }
            #expect(try schema(connection) == before)

            // The lock is free again, for another session, too.
            let other = try PostgresConnection(PostgresConfiguration(url: url))
            #expect(try Migrator(connection: other, migrations: .things).up(wait: .zero) == ["0002_create_more"])
        }
    }

    @Test("carries every file of the directory, byte for byte")
    func embedded() throws {
        let directory = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../migrations").standardized
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".sql") }
        var files: [String: String] = [:]
        for name in names { files[name] = try String(contentsOf: directory.appending(path: name), encoding: .utf8) }

        var carried: [String: String] = [:]
        for migration in Migration.all {
            carried["\(migration.title).up.sql"] = migration.up
            carried["\(migration.title).down.sql"] = migration.down
        }

        #expect(carried.keys.sorted() == files.keys.sorted())
        for (name, text) in files { #expect(carried[name] == text, "\(name)") }
        #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
    }
}

/// What somebody did to an applied schema, and what must be said about it.
struct Tampering: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var script = "SELECT 1"
    var known: [Migration] = .things
    let refusal: Migrator.Refusal

    static let all: [Tampering] = [
        Tampering(
            testDescription: "an applied file was edited",
            known: [
                Migration(number: 1, name: "create_things", up: "CREATE TABLE things (id int);", down: ""),
                [Migration].things[1],
            ],
            refusal: .edited(
                title: "0001_create_things",
                applied: [Migration].things[0].checksum,
                known: Migration(number: 1, name: "x", up: "CREATE TABLE things (id int);", down: "").checksum
            )
        ),
        Tampering(
            testDescription: "the database is ahead of the program",
            known: Array([Migration].things.prefix(1)),
            refusal: .unknown(number: 2, name: "create_more")
        ),
        Tampering(
            testDescription: "an earlier migration is missing",
            script: "DELETE FROM schema_migrations WHERE number = 1",
            refusal: .gap(missing: "0001_create_things")
        ),
    ]
}

extension [Migration] {
    fileprivate static let things: [Migration] = [
        Migration(
            number: 1,
            name: "create_things",
            up: "CREATE TABLE things (id bigint PRIMARY KEY);",
            down: "DROP TABLE things;"
        ),
        Migration(number: 2, name: "create_more", up: "CREATE TABLE more (id bigint);", down: "DROP TABLE more;"),
    ]
}

/// Everything a migration can make, one line a thing; the migrator's own table left out.
private func schema(_ connection: PostgresConnection) throws -> String {
    try connection.query(describeSchema).exactlyOne().decode("schema")
}

private let describeSchema = PostgresStatement(
    "describe_schema",
    """
    SELECT coalesce(string_agg(line, chr(10) ORDER BY line COLLATE "C"), '') AS schema FROM (
        SELECT format('column %s.%s %s %s %s %s %s %s', table_name, ordinal_position, column_name, udt_name, is_nullable, column_default,
                      is_identity, identity_generation) AS line
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_migrations'
        UNION ALL SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'schema_migrations'
        UNION ALL SELECT format('index %s', indexdef) FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'schema_migrations'
        UNION ALL SELECT format('trigger %s', pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT format('function %s', pg_get_functiondef(oid)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT format('type %s %s', typname, (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum
                                                        WHERE enumtypid = t.oid))
        FROM pg_type t WHERE typtype = 'e'
        UNION ALL SELECT format('sequence %s', sequencename) FROM pg_sequences WHERE schemaname = 'public'
    ) AS lines
    """
)
