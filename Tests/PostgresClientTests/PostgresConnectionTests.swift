import Dispatch
import Glibc
import PostgresClient
import TestSupport
import Testing

@Suite("A connection")
struct PostgresConnectionTests {
    private static let one = PostgresStatement("one", "SELECT 1 AS value")

    @Test("applies the session settings of its configuration")
    func sessionSettings() throws {
        try TestDatabase.withDatabase { url in
            let configuration = PostgresConfiguration(
                url: url,
                applicationName: "settings test",
                statementTimeout: .milliseconds(1_500),
                lockTimeout: .milliseconds(700),
                idleInTransactionTimeout: .seconds(9)
            )
            let connection = try PostgresConnection(configuration)
            let statement = PostgresStatement(
                "settings",
                """
                SELECT current_setting('application_name') AS a, current_setting('statement_timeout') AS b,
                    current_setting('lock_timeout') AS c, current_setting('idle_in_transaction_session_timeout') AS d,
                    current_setting('TimeZone') AS e, current_setting('client_encoding') AS f
                """
            )
            let row = try connection.query(statement).exactlyOne()
            let settings = try ["a", "b", "c", "d", "e", "f"].map { try row.decode($0, as: String.self) }
            #expect(settings == ["settings test", "1500ms", "700ms", "9s", "UTC", "UTF8"])
            #expect(connection.serverVersion >= 150_000)
        }
    }

    @Test("prepares a statement once and uses it again")
    func preparedStatements() throws {
        try TestDatabase.withConnection { connection in
            let count = PostgresStatement(
                "count_prepared",
                "SELECT count(*) AS value FROM pg_prepared_statements WHERE name = $1"
            )
            for _ in 0..<3 { try connection.query(Self.one) }
            #expect(try connection.query(count, [.text("one")]).exactlyOne().decode("value", as: Int.self) == 1)
            let useCount = PostgresStatement(
                "uses",
                "SELECT generic_plans + custom_plans AS value FROM pg_prepared_statements WHERE name = $1"
            )
            #expect(try connection.query(useCount, [.text("one")]).exactlyOne().decode("value", as: Int.self) == 3)
        }
    }

    @Test("names the constraint, the table and the values of a violation")
    func violations() throws {
        try TestDatabase.withConnection { connection in
            try connection.execute(
                script: """
                    CREATE TABLE things (id bigint CONSTRAINT things_key PRIMARY KEY, size integer NOT NULL,
                        CONSTRAINT size_is_positive CHECK (size > 0));
                    CREATE TABLE parts (thing bigint CONSTRAINT part_of_thing REFERENCES things (id));
                    INSERT INTO things VALUES (1, 1)
                    """
            )
            let insert = PostgresStatement("insert_thing", "INSERT INTO things (id, size) VALUES ($1, $2)")
            let insertPart = PostgresStatement("insert_part", "INSERT INTO parts (thing) VALUES ($1)")
            func failure(_ statement: PostgresStatement, _ values: [PostgresParameter]) throws -> PostgresError {
                try #require(throws: PostgresError.self) { try connection.execute(statement, values) }
            }
            let duplicate = try failure(insert, [.int64(1), .int64(1)])
            #expect(duplicate.sqlState == .uniqueViolation)
            #expect(duplicate.violatedConstraint == "things_key")
            #expect(!duplicate.isRetryable)
            #expect(
                duplicate.description == "'insert_thing' failed with 23505: duplicate key value violates unique "
                    + "constraint \"things_key\"; Key (id)=(1) already exists."
            )
            #expect(try failure(insert, [.int64(2), .int64(0)]).violatedConstraint == "size_is_positive")
            #expect(try failure(insert, [.int64(2), .null]).sqlState == .notNullViolation)
            #expect(try failure(insertPart, [.int64(9)]).violatedConstraint == "part_of_thing")
            #expect(try connection.execute(insert, [.int64(2), .int64(2)]) == 1)
        }
    }

    @Test("runs a script in one transaction: all of it or nothing")
    func scripts() throws {
        try TestDatabase.withConnection { connection in
            let error = #expect(throws: PostgresError.self) {
                try connection.execute(script: "CREATE TABLE a (); CREATE TABLE b (); SELECT 1 / 0")
            }
            #expect(error?.sqlState == SQLState(rawValue: "22012"))
            let tables = PostgresStatement(
                "tables",
                "SELECT count(*) AS value FROM pg_tables WHERE schemaname = 'public'"
            )
            let count: Int = try connection.query(tables).exactlyOne().decode("value")
            #expect(count == 0)
        }
    }

    @Test("refuses another number of rows than asked for")
    func rowCounts() throws {
        try TestDatabase.withConnection { connection in
            let statement = PostgresStatement("series", "SELECT n FROM generate_series(1, $1) AS n ORDER BY n")
            let rows = try connection.query(statement, [.int32(3)])
            let numbers = try rows.decode { row throws(PostgresError) in try row.decode("n", as: Int.self) }
            #expect(numbers == [1, 2, 3])
            #expect(throws: PostgresError.rowCount(statement: "series", expected: "one row", actual: 3)) {
                try rows.exactlyOne()
            }
            let none = try connection.query(statement, [.int32(0)]).atMostOne()
            #expect(none.map { _ in true } == nil)
        }
    }

    @Test("that the server ends reports a loss, and says so again when used again")
    func lostConnection() throws {
        try TestDatabase.withDatabase { url in
            let victim = try PostgresConnection(PostgresConfiguration(url: url))
            try TestDatabase.terminate(victim.serverProcess, url: url)
            let error = try #require(throws: PostgresError.self) { try victim.query(Self.one) }
            #expect(error.isRetryable)
            #expect(throws: PostgresError.connection(.closed)) { try victim.query(Self.one) }
        }
    }

    @Test("gives a statement up that the server is too slow for, and goes on")
    func statementTimeout() throws {
        try TestDatabase.withDatabase { url in
            let connection = try PostgresConnection(
                PostgresConfiguration(url: url, statementTimeout: .milliseconds(100))
            )
            let sleep = PostgresStatement("sleep", "SELECT pg_sleep(30)::text")
            let error = #expect(throws: PostgresError.self) { try connection.query(sleep) }
            #expect(error?.sqlState == .queryCanceled)
            #expect(try connection.query(Self.one).count == 1)
        }
    }

    @Test("to a stalled server gives up at its own deadline")
    func stalledServer() throws {
        try TestDatabase.withDatabase { url in
            let configuration = PostgresConfiguration(
                url: url,
                statementTimeout: .milliseconds(200),
                responseGrace: .milliseconds(100)
            )
            let connection = try PostgresConnection(configuration)
            let process = connection.serverProcess
            try #require(kill(process, SIGSTOP) == 0)
            defer { kill(process, SIGCONT) }
            let began = ContinuousClock.now
            let timeout = PostgresError.timeout(.response(statement: "one", after: .milliseconds(300)))
            #expect(throws: timeout) { try connection.query(Self.one) }
            #expect(began.duration(to: .now) < .seconds(2))
        }
    }

    @Test("to a stalled server gives up although there is more to send than the socket takes")
    func stalledServerWithFullSocket() throws {
        try TestDatabase.withDatabase { url in
            let configuration = PostgresConfiguration(
                url: url,
                statementTimeout: .milliseconds(200),
                responseGrace: .milliseconds(100)
            )
            let connection = try PostgresConnection(configuration)
            let length = PostgresStatement("length", "SELECT length($1::bytea) AS value")
            try connection.prepare(length)
            let process = connection.serverProcess
            try #require(kill(process, SIGSTOP) == 0)
            defer { kill(process, SIGCONT) }
            let timeout = PostgresError.timeout(.response(statement: "length", after: .milliseconds(300)))
            #expect(throws: timeout) {
                try connection.query(length, [.bytes(Array(repeating: 7, count: 64 << 20))])
            }
        }
    }

    @Test("that nobody answers is given up, and one that nobody takes is refused")
    func connectLimits() throws {
        let silent = try LoopbackListener()
        let began = ContinuousClock.now
        #expect(throws: PostgresError.timeout(.connect(after: .milliseconds(200)))) {
            try PostgresConnection(
                PostgresConfiguration(
                    url: "postgresql://serin@127.0.0.1:\(silent.port)/x?sslmode=disable",
                    connectTimeout: .milliseconds(200)
                )
            )
        }
        #expect(began.duration(to: .now) < .seconds(2))
        let free = try LoopbackListener()
        let port = free.port
        free.close()
        let error = try #require(throws: PostgresError.self) {
            try PostgresConnection(PostgresConfiguration(url: "host=127.0.0.1 port=\(port) user=serin"))
        }
        #expect(error.description.contains("127.0.0.1"))
        #expect(error.isRetryable)
    }

    @Test("copies rows of every type in, exactly, and none when one is bad")
    func copyIn() throws {
        try TestDatabase.withConnection { connection in
            try connection.execute(
                script: """
                    CREATE TYPE mood AS ENUM ('sad', 'ok');
                    CREATE TABLE facts (a bigint PRIMARY KEY, b integer, c double precision, d text, e bytea,
                        f timestamptz, g jsonb, h bigint[], i boolean, j mood)
                    """
            )
            let copy = PostgresStatement("copy_facts", "COPY facts FROM STDIN (FORMAT binary)")
            let rows = (0..<20_000).lazy.map { (n: Int64) -> [PostgresParameter] in
                [
                    .int64(n), .int32(Int32(-n)), .double(Double(n) / 7), n == 5 ? .null : .text("row \(n)"),
                    .bytes([0, 1]),
                    .timestamp(microseconds: n), .json("{\"n\": \(n)}"), .int64Array([n, n]), .bool(true), .text("sad"),
                ]
            }
            #expect(try connection.copyIn(copy, rows: rows) == 20_000)
            let sum = PostgresStatement(
                "check_facts",
                """
                SELECT count(*) AS a, count(*) FILTER (WHERE d = 'row ' || a AND b = -a AND c = a / 7.0::double precision
                    AND f = 'epoch'::timestamptz + a * interval '1 microsecond' AND (g ->> 'n')::bigint = a
                    AND h = ARRAY[a, a] AND e = '\\x0001' AND i AND j = 'sad') AS b FROM facts
                """
            )
            let row = try connection.query(sum).exactlyOne()
            #expect(try row.decode("a", as: Int.self) == 20_000)
            #expect(try row.decode("b", as: Int.self) == 19_999)
            let short = PostgresStatement("copy_keys", "COPY facts (a, d) FROM STDIN (FORMAT binary)")
            let bad: [[PostgresParameter]] = [[.int64(30_000), .text("fine")], [.int64(30_001), .text("\0")]]
            #expect(throws: PostgresError.self) { try connection.copyIn(short, rows: bad) }
            let duplicate = #expect(throws: PostgresError.self) {
                try connection.copyIn(short, rows: [[.int64(30_000), .text("x")], [.int64(1), .text("y")]])
            }
            #expect(duplicate?.sqlState == .uniqueViolation)
            #expect(try connection.query(sum).exactlyOne().decode("a", as: Int.self) == 20_000)
        }
    }
}
