import ArgumentParser
import Foundation
import PostgresClient
import PostgresStore

struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring a database to this program's schema, or back.",
        subcommands: [Up.self, Down.self, Status.self]
    )

    struct Options: ParsableArguments {
        @Option(help: "PostgreSQL to migrate (or SERIN_DATABASE_URL).")
        var databaseURL: String?

        func withMigrator(_ body: (Migrator) throws -> Void) throws {
            guard let url = self.databaseURL ?? ProcessInfo.processInfo.environment["SERIN_DATABASE_URL"], !url.isEmpty
            else {
                throw ValidationError(
                    "name the database with --database-url or SERIN_DATABASE_URL; an embedded one is migrated by 'serve'"
                )
            }
            var configuration = PostgresConfiguration(url: url)
            configuration.statementTimeout = .seconds(600)
            do {
                let connection = try PostgresConnection(configuration)
                defer { connection.close() }
                try body(Migrator(connection: connection))
            } catch let refusal as Migrator.Refusal {
                Console.error(refusal.description)
                throw ExitCode(1)
            } catch let error as PostgresError {
                Console.error("\(error)")
                throw ExitCode(2)
            }
        }
    }

    struct Up: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "up", abstract: "Apply what is pending.")
        @OptionGroup var options: Options

        func run() throws {
            try self.options.withMigrator { migrator in
                let applied = try migrator.up()
                for title in applied { Console.line("applied \(title)") }
                if applied.isEmpty { Console.line("nothing to apply") }
            }
        }
    }

    struct Down: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "down",
            abstract: "Take back the newest migrations; their data is lost."
        )
        @OptionGroup var options: Options

        @Option(help: "Number of the last migration that stays; 0 takes back all.")
        var to: Int

        func run() throws {
            try self.options.withMigrator { migrator in
                for title in try migrator.down(to: self.to) { Console.line("took back \(title)") }
            }
        }
    }

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Show what is applied and what is pending."
        )
        @OptionGroup var options: Options

        func run() throws {
            try self.options.withMigrator { migrator in
                for entry in try migrator.status() {
                    Console.line("\(entry.title)  \(entry.appliedAt.map { "\($0)" } ?? "pending")")
                }
            }
        }
    }
}
