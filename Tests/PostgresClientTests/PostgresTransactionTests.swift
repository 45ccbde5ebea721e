import Dispatch
import Glibc
import PostgresClient
import Synchronization
import TestSupport
import Testing

@Suite("A transaction")
struct PostgresTransactionTests {
    private static let insert = PostgresStatement("insert_row", "INSERT INTO rows (id) VALUES ($1)")
    private static let count = PostgresStatement("count_rows", "SELECT count(*) AS value FROM rows")

    private struct Refusal: Error, Equatable {}

    private func withTable<Result>(_ body: (PostgresPool) throws -> Result) throws -> Result {
        try TestDatabase.withPool { pool in
            try pool.withConnection { try $0.execute(script: "CREATE TABLE rows (id bigint PRIMARY KEY)") }
            return try body(pool)
        }
    }

    private func rowCount(_ pool: PostgresPool) throws -> Int {
        try pool.withConnection { try $0.query(Self.count).exactlyOne().decode("value") }
    }

    @Test("is committed when its body returns, and rolled back when it throws")
    func commitAndRollback() throws {
        try withTable { pool in
            let affected = try pool.transaction { try $0.execute(Self.insert, [.int64(1)]) }
            #expect(affected == 1)
            #expect(throws: Refusal()) {
                try pool.transaction { tx in
                    try tx.execute(Self.insert, [.int64(2)])
                    throw Refusal()
                }
            }
            #expect(try rowCount(pool) == 1)
            #expect(pool.occupancy == (open: 1, inUse: 0))
        }
    }

    @Test("whose body hides a failure is reported as rolled back")
    func hiddenFailure() throws {
        try withTable { pool in
            #expect(throws: PostgresError.rolledBackAtCommit) {
                try pool.transaction { tx in
                    try tx.execute(Self.insert, [.int64(1)])
                    _ = try? tx.execute(Self.insert, [.int64(1)])
                }
            }
            let rows = try rowCount(pool)
            #expect(rows == 0)
        }
    }

    @Test("that only reads may not write")
    func readOnly() throws {
        try withTable { pool in
            let error = #expect(throws: PostgresError.self) {
                try pool.transaction(access: .readOnly) { try $0.execute(Self.insert, [.int64(1)]) }
            }
            #expect(error?.sqlState == .readOnlyTransaction)
        }
    }

    @Test("in conflict with another is run again and sees what the other did")
    func serializationFailure() throws {
        try withTable { pool in
            let attempts = Mutex(0)
            let seen = try pool.transaction(isolation: .serializable) { tx in
                let seen: Int = try tx.query(Self.count).exactlyOne().decode("value")
                let attempt = attempts.withLock { attempts in
                    attempts += 1
                    return attempts
                }
                if attempt == 1 {
                    try pool.transaction(isolation: .serializable) { other in
                        let count: Int64 = try other.query(Self.count).exactlyOne().decode("value")
                        try other.execute(Self.insert, [.int64(count)])
                    }
                }
                try tx.execute(Self.insert, [.int64(Int64(seen) + 100)])
                return seen
            }
            #expect(attempts.withLock { $0 } == 2)
            #expect(seen == 1)
            #expect(try rowCount(pool) == 2)
        }
    }

    @Test("that stays in conflict gives up after the agreed number of times")
    func boundedRetry() throws {
        try withTable { pool in
            let attempts = Mutex(0)
            let retry = PostgresRetry(limit: 2) { _ in .zero }
            let error = #expect(throws: PostgresError.self) {
                try pool.transaction(retry: retry) { tx in
                    attempts.withLock { $0 += 1 }
                    try tx.execute(script: "DO $$BEGIN RAISE SQLSTATE '40001'; END$$")
                }
            }
            #expect(error?.sqlState == .serializationFailure)
            #expect(attempts.withLock { $0 } == 3)
        }
    }

    @Test("that loses its connection before COMMIT is run again on another")
    func lostBeforeCommit() throws {
        try withTable { pool in
            let attempts = Mutex(0)
            try pool.transaction { tx in
                try tx.execute(Self.insert, [.int64(1)])
                let attempt = attempts.withLock { attempts in
                    attempts += 1
                    return attempts
                }
                if attempt == 1 { try TestDatabase.terminate(tx.serverProcess, pool: pool) }
                try tx.execute(Self.insert, [.int64(2)])
            }
            #expect(attempts.withLock { $0 } == 2)
            #expect(try rowCount(pool) == 2)
        }
    }

    @Test("that loses its connection during COMMIT is reported as in doubt and not run again")
    func lostDuringCommit() throws {
        try withTable { pool in
            try pool.withConnection { connection in
                try connection.execute(
                    script: """
                        CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
                            'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(30); RETURN NULL; END';
                        CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON rows DEFERRABLE INITIALLY DEFERRED
                            FOR EACH ROW EXECUTE FUNCTION dawdle()
                        """
                )
            }
            let attempts = Mutex(0)
            let error = #expect(throws: PostgresError.self) {
                try pool.transaction { tx in
                    attempts.withLock { $0 += 1 }
                    try tx.execute(Self.insert, [.int64(1)])
                }
            }
            guard case .commitOutcomeUnknown = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.isRetryable == false)
            #expect(attempts.withLock { $0 } == 1)
        }
    }
}
