/// One value in the server's binary form; the bytes live as long as the answer they belong to.
package struct PostgresCell {
    let type: PostgresType
    /// Nil for NULL.
    let bytes: UnsafeRawBufferPointer?
}

/// Why a cell does not hold what was asked for.
package struct UnreadableCell: Error {
    let reason: String
}

/// A Swift value that can be read from a column of one of certain types.
package protocol PostgresDecodable {
    static func decode(_ cell: PostgresCell) throws(UnreadableCell) -> Self
}

extension PostgresCell {
    /// The bytes of a value that is not NULL and has one of the types.
    func bytes(of types: PostgresType...) throws(UnreadableCell) -> UnsafeRawBufferPointer {
        guard types.contains(type) else { throw mismatch }
        return try presentBytes()
    }

    func presentBytes() throws(UnreadableCell) -> UnsafeRawBufferPointer {
        guard let bytes else { throw UnreadableCell(reason: "the value is NULL") }
        return bytes
    }

    var mismatch: UnreadableCell {
        UnreadableCell(reason: "the column is of \(type); read it as what it is, or cast it in the statement")
    }

    func integer<Value: FixedWidthInteger>(_ target: Value.Type) throws(UnreadableCell) -> Value {
        let value: Int64
        switch type {
        case .int2: value = Int64(try presentBytes().bigEndian(at: 0, as: Int16.self))
        case .int4: value = Int64(try presentBytes().bigEndian(at: 0, as: Int32.self))
        case .int8: value = try presentBytes().bigEndian(at: 0, as: Int64.self)
        case .oid: value = Int64(try presentBytes().bigEndian(at: 0, as: UInt32.self))
        default: throw mismatch
        }
        guard let narrow = Value(exactly: value) else {
            throw UnreadableCell(reason: "\(value) is outside the range of \(Value.self)")
        }
        return narrow
    }
}

extension UnsafeRawBufferPointer {
    func bigEndian<Integer: FixedWidthInteger>(
        at offset: Int,
        as type: Integer.Type
    ) throws(UnreadableCell) -> Integer {
        guard offset >= 0, offset + MemoryLayout<Integer>.size <= count else {
            throw UnreadableCell(reason: "the value ends after \(count) bytes")
        }
        return Integer(bigEndian: loadUnaligned(fromByteOffset: offset, as: Integer.self))
    }

    func text() throws(UnreadableCell) -> String {
        guard let text = String(validating: self, as: UTF8.self), !text.utf8.contains(0) else {
            throw UnreadableCell(reason: "the value is not text in UTF-8")
        }
        return text
    }
}

// MARK: - Scalars

extension Bool: PostgresDecodable {
    package static func decode(_ cell: PostgresCell) throws(UnreadableCell) -> Bool {
        try cell.bytes(of: .bool).bigEndian(at: 0, as: UInt8.self) != 0
    }
}

extension Int16: PostgresDecodable {
    package static func decode(_ cell: PostgresCell) throws(UnreadableCell) -> Int16 { try cell.integer(Self.self) }
}

extension Int32: PostgresDecodable {
    package static func decode(_ cell: PostgresCell) throws(UnreadableCell) -> Int32 { try cell.integer(Self.self) }
}

extension Int64: PostgresDecodable {
    package static func decode(_ cell: PostgresCell) throws(UnreadableCell) -> Int64 { try cell.integer(Self.self) }
}

extension Int: PostgresDecodable {
    package static func decode(_ cell: PostgresCell) throws(UnreadableCell) -> Int { try cell.integer(Self.self) }
}

extension Double: PostgresDecodable {
    package static func decode(_ cell: PostgresCell) throws(UnreadableCell) -> Double {
        if cell.type == .float4 {
            return Double(Float(bitPattern: try cell.presentBytes().bigEndian(at: 0, as: UInt32.self)))
        }
        return Double(bitPattern: try cell.bytes(of: .float8).bigEndian(at: 0, as: UInt64.self))
    }
}

/// Text, enums, and the text of JSON.
extension String: PostgresDecodable {
    package static func decode(_ cell: PostgresCell) throws(UnreadableCell) -> String {
        if cell.type == .jsonb {
            let bytes = try cell.presentBytes()
            guard bytes.first == jsonbVersion else { throw UnreadableCell(reason: "unknown version of jsonb") }
            return try UnsafeRawBufferPointer(rebasing: bytes.dropFirst()).text()
        }
        guard cell.type.isTextual else { throw cell.mismatch }
        return try cell.presentBytes().text()
    }
}

/// A moment in microseconds since 1970-01-01T00:00:00Z, as stored in `timestamptz`.
package struct PostgresTimestamp: Hashable, Comparable, Sendable, PostgresDecodable, PostgresEncodable {
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package var postgresParameter: PostgresParameter { .timestamp(microseconds: microseconds) }

    package static func < (left: PostgresTimestamp, right: PostgresTimestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    package static func decode(_ cell: PostgresCell) throws(UnreadableCell) -> PostgresTimestamp {
        let time = try cell.bytes(of: .timestamptz).bigEndian(at: 0, as: Int64.self)
        let (microseconds, overflow) = time.addingReportingOverflow(microsecondsFromUnixToPostgresEpoch)
        guard !overflow, time != .max, time != .min else {
            throw UnreadableCell(reason: "the time is infinite or out of range")
        }
        return PostgresTimestamp(microseconds: microseconds)
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package static func decode(_ cell: PostgresCell) throws(UnreadableCell) -> Wrapped? {
        cell.bytes == nil ? nil : try Wrapped.decode(cell)
    }
}

// MARK: - Arrays

/// An element that arrays of the server are read into; such arrays have one dimension and no nulls.
package protocol PostgresArrayElement {
    /// `[UInt8]` is bytea; the others are arrays.
    static func decodeArray(_ cell: PostgresCell) throws(UnreadableCell) -> [Self]
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    package static func decode(_ cell: PostgresCell) throws(UnreadableCell) -> [Element] {
        try Element.decodeArray(cell)
    }
}

extension UInt8: PostgresArrayElement {
    package static func decodeArray(_ cell: PostgresCell) throws(UnreadableCell) -> [UInt8] {
        Array(try cell.bytes(of: .bytea))
    }
}

extension Int32: PostgresArrayElement {
    package static func decodeArray(_ cell: PostgresCell) throws(UnreadableCell) -> [Int32] {
        try cell.fixedWidthArray(of: .int4Array, as: Int32.self) { $0 }
    }
}

extension Int64: PostgresArrayElement {
    package static func decodeArray(_ cell: PostgresCell) throws(UnreadableCell) -> [Int64] {
        if cell.type == .int4Array { return try cell.fixedWidthArray(of: .int4Array, as: Int32.self) { Int64($0) } }
        return try cell.fixedWidthArray(of: .int8Array, as: Int64.self) { $0 }
    }
}

extension Double: PostgresArrayElement {
    package static func decodeArray(_ cell: PostgresCell) throws(UnreadableCell) -> [Double] {
        try cell.fixedWidthArray(of: .float8Array, as: UInt64.self) { Double(bitPattern: $0) }
    }
}

extension String: PostgresArrayElement {
    package static func decodeArray(_ cell: PostgresCell) throws(UnreadableCell) -> [String] {
        let bytes = try cell.bytes(of: .textArray, .varcharArray)
        let count = try cell.arrayCount()
        var offset = arrayHeadSize
        var texts: [String] = []
        for _ in 0..<count {
            let length = Int(try bytes.bigEndian(at: offset, as: Int32.self))
            offset += 4
            guard length >= 0, offset + length <= bytes.count else {
                throw UnreadableCell(reason: "the array is malformed or contains NULL")
            }
            texts.append(try UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length]).text())
            offset += length
        }
        return texts
    }
}

/// Dimensions, null flag, element type, length and lower bound, of four bytes each.
private let arrayHeadSize = 20

extension PostgresCell {
    func arrayCount() throws(UnreadableCell) -> Int {
        let bytes = try presentBytes()
        let dimensions = try bytes.bigEndian(at: 0, as: Int32.self)
        if dimensions == 0 { return 0 }
        guard dimensions == 1 else { throw UnreadableCell(reason: "the array has \(dimensions) dimensions") }
        guard try bytes.bigEndian(at: 4, as: Int32.self) == 0 else {
            throw UnreadableCell(reason: "the array contains NULL")
        }
        return Int(try bytes.bigEndian(at: 12, as: Int32.self))
    }

    func fixedWidthArray<Stored: FixedWidthInteger, Element>(
        of type: PostgresType,
        as stored: Stored.Type,
        _ transform: (Stored) -> Element
    ) throws(UnreadableCell) -> [Element] {
        let bytes = try bytes(of: type)
        let count = try arrayCount()
        guard count > 0 else { return [] }
        let stride = 4 + MemoryLayout<Stored>.size
        guard bytes.count == arrayHeadSize + count * stride else {
            throw UnreadableCell(reason: "the array is malformed or contains NULL")
        }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for index in 0..<count {
            let offset = arrayHeadSize + index * stride + 4
            elements.append(
                transform(Stored(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Stored.self)))
            )
        }
        return elements
    }
}
