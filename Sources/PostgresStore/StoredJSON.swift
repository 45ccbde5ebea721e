import Foundation
import PostgresClient

/// The one way values become JSON columns: keys sorted, so equal values are equal texts.
enum StoredJSON {
    static func parameter(_ value: some Encodable) throws -> PostgresParameter {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .json(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    static func decode<Value: Decodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}
