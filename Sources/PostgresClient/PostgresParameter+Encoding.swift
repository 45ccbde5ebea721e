/// How the bytes of a parameter are to be read.
enum WireFormat: Int32 {
    case text = 0
    case binary = 1
}

/// Why a value has no form in the type that the server expects.
struct UnfitValue: Error {
    let reason: String
}

extension PostgresParameter {
    /// The type whose binary form the value has by nature; nil for NULL.
    private var naturalType: PostgresType? {
        switch self {
        case .null: nil
        case .bool: .bool
        case .int16: .int2
        case .int32: .int4
        case .int64: .int8
        case .double: .float8
        case .text: .text
        case .bytes: .bytea
        case .timestamp: .timestamptz
        case .json: .jsonb
        case .int32Array: .int4Array
        case .int64Array: .int8Array
        case .doubleArray: .float8Array
        case .textArray: .textArray
        }
    }

    /// Appends the binary form of the value's own type; false for NULL.
    func appendNatural(to wire: inout WireBytes) throws(UnfitValue) -> Bool {
        guard let naturalType else { return false }
        _ = try append(as: naturalType, to: &wire)
        return true
    }

    /// Appends the value in a form that a parameter of `type` accepts.
    func append(as type: PostgresType, to wire: inout WireBytes) throws(UnfitValue) -> WireFormat {
        switch self {
        case .null: return .binary
        case .bool(let value): return try Self.append(bool: value, as: type, to: &wire)
        case .int16(let value): return try Self.append(integer: value, as: type, to: &wire)
        case .int32(let value): return try Self.append(integer: value, as: type, to: &wire)
        case .int64(let value): return try Self.append(integer: value, as: type, to: &wire)
        case .double(let value): return try Self.append(double: value, as: type, to: &wire)
        case .text(let value): return try Self.append(text: value, as: type, to: &wire)
        case .json(let value): return try Self.append(json: value, as: type, to: &wire)
        case .bytes(let value):
            try require(type, among: [.bytea])
            wire.append(value)
        case .timestamp(let microseconds):
            try require(type, among: [.timestamptz])
            wire.append(try Self.postgresTime(microseconds))
        case .int32Array(let values): try Self.append(integers: values, as: type, to: &wire)
        case .int64Array(let values): try Self.append(integers: values, as: type, to: &wire)
        case .doubleArray(let values):
            try require(type, among: [.float8Array])
            wire.append(array: values.lazy.map(\.bitPattern), of: .float8)
        case .textArray(let values): return try Self.append(texts: values, as: type, to: &wire)
        }
        return .binary
    }

    private func require(_ type: PostgresType, among accepted: [PostgresType]) throws(UnfitValue) {
        guard accepted.contains(type) else {
            throw UnfitValue(reason: "the statement expects \(type), which a value for \(accepted[0]) can't fill")
        }
    }

    private static func append(
        bool: Bool,
        as type: PostgresType,
        to wire: inout WireBytes
    ) throws(UnfitValue) -> WireFormat {
        try PostgresParameter.bool(bool).require(type, among: [.bool])
        wire.append(UInt8(bool ? 1 : 0))
        return .binary
    }

    private static func append<Integer: FixedWidthInteger>(
        integer: Integer,
        as type: PostgresType,
        to wire: inout WireBytes
    ) throws(UnfitValue) -> WireFormat {
        switch type {
        case .int2: wire.append(try narrowed(integer, to: Int16.self))
        case .int4: wire.append(try narrowed(integer, to: Int32.self))
        case .int8: wire.append(try narrowed(integer, to: Int64.self))
        case .float8, .numeric, .text, .oid:
            wire.append(text: String(integer))
            wire.append(UInt8(0))
            return .text
        default: throw UnfitValue(reason: "the statement expects \(type), the value is an integer")
        }
        return .binary
    }

    private static func narrowed<From: FixedWidthInteger, To: FixedWidthInteger>(
        _ value: From,
        to: To.Type
    ) throws(UnfitValue) -> To {
        guard let narrow = To(exactly: value) else {
            throw UnfitValue(reason: "\(value) is outside the range of \(To.self), which the statement expects")
        }
        return narrow
    }

    private static func append(
        double: Double,
        as type: PostgresType,
        to wire: inout WireBytes
    ) throws(UnfitValue) -> WireFormat {
        switch type {
        case .float8:
            wire.append(double.bitPattern)
            return .binary
        case .float4, .numeric, .text:
            wire.append(text: double.description)
            wire.append(UInt8(0))
            return .text
        default: throw UnfitValue(reason: "the statement expects \(type), the value is a double")
        }
    }

    private static func append(
        text: String,
        as type: PostgresType,
        to wire: inout WireBytes
    ) throws(UnfitValue) -> WireFormat {
        try refuseNUL(in: text)
        wire.append(text: text)
        if type.isTextual { return .binary }
        wire.append(UInt8(0))
        return .text
    }

    private static func append(
        json: String,
        as type: PostgresType,
        to wire: inout WireBytes
    ) throws(UnfitValue) -> WireFormat {
        try refuseNUL(in: json)
        switch type {
        case .jsonb: wire.append(jsonbVersion)
        case .json, .text: break
        default: throw UnfitValue(reason: "the statement expects \(type), the value is JSON")
        }
        wire.append(text: json)
        return .binary
    }

    private static func append<Integer: FixedWidthInteger>(
        integers: [Integer],
        as type: PostgresType,
        to wire: inout WireBytes
    ) throws(UnfitValue) {
        switch type {
        case .int8Array where Integer.self == Int64.self: wire.append(array: integers, of: .int8)
        case .int4Array where Integer.self == Int32.self: wire.append(array: integers, of: .int4)
        case .int8Array: wire.append(array: integers.lazy.map { Int64($0) }, of: .int8)
        case .int4Array:
            var narrow: [Int32] = []
            narrow.reserveCapacity(integers.count)
            for integer in integers { narrow.append(try narrowed(integer, to: Int32.self)) }
            wire.append(array: narrow, of: .int4)
        default: throw UnfitValue(reason: "the statement expects \(type), the value is an array of integers")
        }
    }

    /// Arrays of a type that is not text itself, such as an enum, go as an array literal.
    private static func append(
        texts: [String],
        as type: PostgresType,
        to wire: inout WireBytes
    ) throws(UnfitValue) -> WireFormat {
        for text in texts { try refuseNUL(in: text) }
        guard type != .textArray else {
            wire.append(array: texts)
            return .binary
        }
        wire.append(text: "{" + texts.map(arrayLiteralElement).joined(separator: ",") + "}")
        wire.append(UInt8(0))
        return .text
    }

    private static func arrayLiteralElement(_ text: String) -> String {
        var quoted = "\""
        for character in text.unicodeScalars {
            if character == "\"" || character == "\\" { quoted.append("\\") }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }

    private static func refuseNUL(in text: String) throws(UnfitValue) {
        if text.utf8.contains(0) {
            throw UnfitValue(reason: "the text contains a NUL character, which PostgreSQL can't store")
        }
    }

    /// The ends of the integer range mean ±infinity on the wire, so they are refused rather than changed in meaning.
    private static func postgresTime(_ microseconds: Int64) throws(UnfitValue) -> Int64 {
        let (time, overflow) = microseconds.subtractingReportingOverflow(microsecondsFromUnixToPostgresEpoch)
        if overflow || time == .min || time == .max {
            throw UnfitValue(reason: "\(microseconds) µs is outside the range of timestamptz")
        }
        return time
    }
}

/// First byte of the binary form of jsonb.
let jsonbVersion: UInt8 = 1
