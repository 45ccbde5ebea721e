/// A JSON document as it came, before anybody believes in its shape.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// - Throws: `UnreadableDocument` when the bytes aren't one JSON text in UTF-8, or name a member twice.
    package init(parsing bytes: [UInt8]) throws(UnreadableDocument) {
        var parser = JSONParser(bytes)
        self = try parser.document()
    }

    /// What people call the kind of value.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// Bytes that aren't JSON.
package struct UnreadableDocument: Error, Equatable, Sendable, CustomStringConvertible {
    /// Bytes before the place where reading failed.
    package let offset: Int
    /// What is wrong there; lower case, no full stop.
    package let reason: String

    package var description: String { "at byte \(self.offset): \(self.reason)" }
}

extension JSONValue: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }
}
