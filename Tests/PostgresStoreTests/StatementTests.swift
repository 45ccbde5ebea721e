import PostgresClient
import TestSupport
import Testing

@testable import PostgresStore

@Suite("The statements")
struct StatementTests {
    @Test("can all be prepared against the migrated schema")
    func prepared() throws {
        try TestDatabase.withConnection { connection in
            _ = try Migrator(connection: connection).up()

            for statement in StoreStatements.all + MigrationStatements.all {
                #expect(throws: Never.self, "\(statement.name)") { try connection.prepare(statement) }
            }
        }
    }

    @Test("have names of their own, in snake case")
    func names() {
        let names = (StoreStatements.all + MigrationStatements.all).map(\.name)

        #expect(names.count > 40)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.allSatisfy { $0 == "_" || $0.isLowercase } })
    }
}
