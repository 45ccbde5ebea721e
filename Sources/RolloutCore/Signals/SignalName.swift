/// What a signal of a model is called: 1–128 bytes without control characters, such as `age`, `predict` or `input-0.17`.
package struct SignalName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// - Throws: `InvalidValue` when the text breaks the rule above.
    package init(_ text: String) throws(InvalidValue) {
        guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw InvalidValue("a signal's name is 1 to 128 bytes without control characters; got '\(text)'")
        }
        self.text = text
    }

    package var description: String { self.text }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

extension SignalName: Codable, CodingKeyRepresentable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.text)
    }

    package var codingKey: any CodingKey { NameKey(stringValue: self.text) }

    package init?(codingKey: some CodingKey) {
        guard let name = try? SignalName(codingKey.stringValue) else { return nil }
        self = name
    }

    private struct NameKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
