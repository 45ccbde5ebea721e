import PostgresClient
import TestSupport
import Testing

@Suite("Values survive the way to the server and back")
struct PostgresTypesTests {
    private static let echo = PostgresStatement(
        "echo",
        """
        SELECT $1::boolean AS a, $2::smallint AS b, $3::integer AS c, $4::bigint AS d, $5::double precision AS e,
            $6::text AS f, $7::bytea AS g, $8::timestamptz AS h, $9::jsonb AS i
        """
    )

    private struct Values: Equatable {
        var a: Bool?
        var b: Int16?
        var c: Int32?
        var d: Int64?
        var e: Double?
        var f: String?
        var g: [UInt8]?
        var h: PostgresTimestamp?
        var i: String?

        var parameters: [PostgresParameter] {
            [
                .optional(a), .optional(b), .optional(c), .optional(d), .optional(e), .optional(f),
                g.map { .bytes($0) } ?? .null, .optional(h), i.map { .json($0) } ?? .null,
            ]
        }

        init(_ row: PostgresRow) throws {
            a = try row.decode("a")
            b = try row.decode("b")
            c = try row.decode("c")
            d = try row.decode("d")
            e = try row.decode("e")
            f = try row.decode("f")
            g = try row.decode("g")
            h = try row.decode("h")
            i = try row.decode("i")
        }

        init(
            _ a: Bool?,
            _ b: Int16?,
            _ c: Int32?,
            _ d: Int64?,
            _ e: Double?,
            _ f: String?,
            _ g: [UInt8]?,
            _ h: Int64?,
            _ i: String?
        ) {
            (self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.i) = (a, b, c, d, e, f, g, i)
            self.h = h.map { PostgresTimestamp(microseconds: $0) }
        }
    }

    @Test("Ordinary, extreme, empty and missing values come back equal")
    func roundTrip() throws {
        let table = [
            Values(true, 1, 2, 3, 0.1, "text", [0, 1, 255], 1_700_000_000_123_456, "{\"a\": 1}"),
            Values(false, .min, .min, .min, -.greatestFiniteMagnitude, "", [], -62_135_596_800_000_000, "[]"),
            Values(
                true,
                .max,
                .max,
                .max,
                .leastNonzeroMagnitude,
                "'\"\\ü\u{1F600}\n",
                [0],
                253_402_300_799_999_999,
                "null"
            ),
            Values(nil, nil, nil, nil, nil, nil, nil, nil, nil),
            Values(nil, 0, 0, 0, .infinity, "NULL", [0x5C], 0, "\"x\""),
        ]
        try TestDatabase.withPool { pool in
            try pool.withConnection { connection in
                for values in table {
                    let row = try connection.query(Self.echo, values.parameters).exactlyOne()
                    #expect(try Values(row) == values)
                }
            }
        }
    }

    @Test("Not-a-number comes back as not-a-number")
    func notANumber() throws {
        try TestDatabase.withConnection { connection in
            let statement = PostgresStatement("echo_double", "SELECT $1::double precision AS value")
            let value: Double = try connection.query(statement, [.double(.nan)]).exactlyOne().decode("value")
            #expect(value.isNaN)
        }
    }

    @Test(
        "Arrays come back equal, empty ones too",
        arguments: [[], [0], [Int64.min, -1, 0, 1, .max], Array(0..<5_000)]
    )
    func arrays(integers: [Int64]) throws {
        try TestDatabase.withConnection { connection in
            let statement = PostgresStatement(
                "echo_arrays",
                "SELECT $1::bigint[] AS a, $2::integer[] AS b, $3::double precision[] AS c, $4::text[] AS d"
            )
            let small = integers.map { Int32(truncatingIfNeeded: $0) }
            let doubles = integers.map { Double($0) / 3 }
            let texts = integers.map { "{\"\\\($0),\u{1F600}" }
            let row = try connection.query(
                statement,
                [.int64Array(integers), .int32Array(small), .doubleArray(doubles), .textArray(texts)]
            ).exactlyOne()
            #expect(try row.decode("a") == integers)
            #expect(try row.decode("b") == small)
            #expect(try row.decode("c") == doubles)
            #expect(try row.decode("d") == texts)
        }
    }

    @Test("Text fills enums, arrays of enums, uuid and numeric, and integers fill narrower and wider columns")
    func serverInfersTypes() throws {
        try TestDatabase.withConnection { connection in
            try connection.execute(script: "CREATE TYPE mood AS ENUM ('sad', 'quite \"ok\"')")
            let statement = PostgresStatement(
                "echo_inferred",
                """
                SELECT $1::mood AS a, $2::mood[]::text[] AS b, $3::uuid::text AS c, $4::numeric::text AS d,
                    $5::smallint AS e, $6::numeric::text AS f
                """
            )
            let row = try connection.query(
                statement,
                [
                    .text("sad"), .textArray(["quite \"ok\"", "sad"]), .text("6c1d6c4e-6a49-4d0b-8a3f-0f8d4a5a1b2c"),
                    .text("1.50"), .int64(7), .int64(.max),
                ]
            ).exactlyOne()
            #expect(try row.decode("a", as: String.self) == "sad")
            #expect(try row.decode("b", as: [String].self) == ["quite \"ok\"", "sad"])
            #expect(try row.decode("c", as: String.self) == "6c1d6c4e-6a49-4d0b-8a3f-0f8d4a5a1b2c")
            #expect(try row.decode("d", as: String.self) == "1.50")
            #expect(try row.decode("e", as: Int.self) == 7)
            #expect(try row.decode("f", as: String.self) == "9223372036854775807")
        }
    }

    @Test(
        "A value that does not fit its parameter is refused by name before anything is sent",
        arguments: [
            (PostgresParameter.text("a\0b"), "the text contains a NUL character, which PostgreSQL can't store"),
            (.int64(1 << 40), "1099511627776 is outside the range of Int32, which the statement expects"),
            (.bool(true), "the statement expects integer, which a value for boolean can't fill"),
            (.double(1), "the statement expects integer, the value is a double"),
            (.json("{}"), "the statement expects integer, the value is JSON"),
            (.timestamp(microseconds: 0), "the statement expects integer, which a value for timestamptz can't fill"),
        ]
    )
    func unfitValues(value: PostgresParameter, reason: String) throws {
        try TestDatabase.withConnection { connection in
            let statement = PostgresStatement("echo_integer", "SELECT $1::text AS a, $2::integer AS b")
            let failure = PostgresError.EncodingFailure(statement: "echo_integer", parameter: 2, reason: reason)
            #expect(throws: PostgresError.encoding(failure)) {
                try connection.query(statement, [.text("a"), value])
            }
            let rows = try connection.query(statement, [.null, .int32(1)])
            #expect(rows.count == 1)
        }
    }

    @Test("A column read as what it is not names the column and both types")
    func mismatchedColumns() throws {
        try TestDatabase.withConnection { connection in
            let statement = PostgresStatement(
                "mismatched",
                """
                SELECT 1::bigint AS large, NULL::integer AS missing, 1.5::numeric AS exact,
                    'infinity'::timestamptz AS never, ARRAY[1, NULL]::integer[] AS holes
                """
            )
            let row = try connection.query(statement).exactlyOne()
            func failure(_ column: String, _ requested: String, _ reason: String) -> PostgresError {
                .decoding(.init(statement: "mismatched", column: column, requested: requested, reason: reason))
            }
            let advice = "; read it as what it is, or cast it in the statement"
            #expect(throws: failure("large", "String", "the column is of bigint" + advice)) {
                try row.decode("large", as: String.self)
            }
            #expect(throws: failure("missing", "Int32", "the value is NULL")) {
                try row.decode("missing", as: Int32.self)
            }
            #expect(throws: failure("exact", "Double", "the column is of numeric" + advice)) {
                try row.decode("exact", as: Double.self)
            }
            #expect(throws: failure("never", "PostgresTimestamp", "the time is infinite or out of range")) {
                try row.decode("never", as: PostgresTimestamp.self)
            }
            #expect(throws: failure("holes", "Array<Int32>", "the array contains NULL")) {
                try row.decode("holes", as: [Int32].self)
            }
            #expect(throws: failure("absent", "Int", "there is no such column")) {
                try row.decode("absent", as: Int.self)
            }
            #expect(try row.decode("missing", as: Int32?.self) == nil)
        }
    }
}
