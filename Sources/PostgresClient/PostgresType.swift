/// The identifier of a type in the server's catalogue; those we know have a name.
///
/// Values: `src/include/catalog/pg_type.dat`; they never change between versions.
struct PostgresType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    let rawValue: UInt32

    static let bool = PostgresType(rawValue: 16)
    static let bytea = PostgresType(rawValue: 17)
    static let char = PostgresType(rawValue: 18)
    static let name = PostgresType(rawValue: 19)
    static let int8 = PostgresType(rawValue: 20)
    static let int2 = PostgresType(rawValue: 21)
    static let int4 = PostgresType(rawValue: 23)
    static let text = PostgresType(rawValue: 25)
    static let oid = PostgresType(rawValue: 26)
    static let json = PostgresType(rawValue: 114)
    static let float4 = PostgresType(rawValue: 700)
    static let float8 = PostgresType(rawValue: 701)
    static let int2Array = PostgresType(rawValue: 1005)
    static let int4Array = PostgresType(rawValue: 1007)
    static let textArray = PostgresType(rawValue: 1009)
    static let varcharArray = PostgresType(rawValue: 1015)
    static let int8Array = PostgresType(rawValue: 1016)
    static let float8Array = PostgresType(rawValue: 1022)
    static let bpchar = PostgresType(rawValue: 1042)
    static let varchar = PostgresType(rawValue: 1043)
    static let date = PostgresType(rawValue: 1082)
    static let timestamp = PostgresType(rawValue: 1114)
    static let timestamptz = PostgresType(rawValue: 1184)
    static let interval = PostgresType(rawValue: 1186)
    static let numeric = PostgresType(rawValue: 1700)
    static let uuid = PostgresType(rawValue: 2950)
    static let jsonb = PostgresType(rawValue: 3802)

    /// First identifier that the catalogue gives to types made by users, such as enums.
    private static let firstUserDefined: UInt32 = 16384

    /// Types with an own binary form that is not their text.
    private static let named: [PostgresType: String] = [
        .bool: "boolean", .bytea: "bytea", .char: "\"char\"", .name: "name", .int8: "bigint", .int2: "smallint",
        .int4: "integer", .text: "text", .oid: "oid", .json: "json", .float4: "real", .float8: "double precision",
        .int2Array: "smallint[]", .int4Array: "integer[]", .textArray: "text[]", .varcharArray: "varchar[]",
        .int8Array: "bigint[]", .float8Array: "double precision[]", .bpchar: "char(n)", .varchar: "varchar",
        .date: "date", .timestamp: "timestamp", .timestamptz: "timestamptz", .interval: "interval",
        .numeric: "numeric", .uuid: "uuid", .jsonb: "jsonb",
    ]

    var description: String {
        Self.named[self] ?? "type \(rawValue)"
    }

    /// The binary form of the type is its text in UTF-8. Enums are, and other types made by users are read as if.
    var isTextual: Bool {
        switch self {
        case .text, .varchar, .bpchar, .name, .json: true
        default: rawValue >= Self.firstUserDefined
        }
    }
}

/// Time is counted from 2000-01-01 on the wire and from 1970-01-01 by us.
let microsecondsFromUnixToPostgresEpoch: Int64 = 946_684_800_000_000
