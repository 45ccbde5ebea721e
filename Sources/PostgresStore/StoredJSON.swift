import Foundation
import PostgresClient

/// The one way values become JSON columns: keys sorted, so equal values are equal texts.
enum StoredJSON {
    static func parameter(_ value: some Encodable) throws -> PostgresParameter {
        .json(try self.text(value))
    }

    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: self.withoutNUL(try encoder.encode(value)), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    /// Words from payloads may hold U+0000, which jsonb can't: it becomes U+FFFD, because a window that can't be written would be tried for
    /// ever.
    private static func withoutNUL(_ json: Data) -> [UInt8] {
        var bytes = Array(json)
        let (backslash, escape) = (UInt8(ascii: "\\"), Array("u0000".utf8))
        var index = 0
        while index < bytes.count {
            guard bytes[index] == backslash else {
                index += 1
                continue
            }
            // A backslash takes what follows with it, another backslash, too.
            if bytes[(index + 1)...].starts(with: escape) {
                bytes.replaceSubrange(index + 2..<index + 6, with: Array("fffd".utf8))
            }
            index += 2
        }
        return bytes
    }
}
