/// A value for one `$n` of a statement, or for one column of a COPY.
///
/// The server says which type each `$n` has; a value is sent in the binary form of that type where it is one of ours
/// (exact for numbers, times and bytes) and as text otherwise, so that `text` also fills enums, `uuid` and `numeric`.
package enum PostgresParameter: Sendable, Equatable {
    case null
    case bool(Bool)
    case int16(Int16)
    case int32(Int32)
    case int64(Int64)
    case double(Double)
    case text(String)
    case bytes([UInt8])
    /// `timestamptz` in microseconds since 1970-01-01T00:00:00Z.
    case timestamp(microseconds: Int64)
    /// JSON text for `jsonb`, `json` or `text`.
    case json(String)
    case int32Array([Int32])
    case int64Array([Int64])
    case doubleArray([Double])
    case textArray([String])

    /// The parameter for a value that may be missing.
    package static func optional<Value: PostgresEncodable>(_ value: Value?) -> PostgresParameter {
        value.map(\.postgresParameter) ?? .null
    }
}

/// A Swift value with one natural parameter.
package protocol PostgresEncodable {
    var postgresParameter: PostgresParameter { get }
}

extension Bool: PostgresEncodable {
    package var postgresParameter: PostgresParameter { .bool(self) }
}

extension Int16: PostgresEncodable {
    package var postgresParameter: PostgresParameter { .int16(self) }
}

extension Int32: PostgresEncodable {
    package var postgresParameter: PostgresParameter { .int32(self) }
}

extension Int64: PostgresEncodable {
    package var postgresParameter: PostgresParameter { .int64(self) }
}

extension Int: PostgresEncodable {
    package var postgresParameter: PostgresParameter { .int64(Int64(self)) }
}

extension Double: PostgresEncodable {
    package var postgresParameter: PostgresParameter { .double(self) }
}

extension String: PostgresEncodable {
    package var postgresParameter: PostgresParameter { .text(self) }
}

extension PostgresParameter: PostgresEncodable {
    package var postgresParameter: PostgresParameter { self }
}
