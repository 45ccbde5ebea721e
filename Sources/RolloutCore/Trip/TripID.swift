/// Names one trip for ever, so that telling of it twice records it once: the text of a UUID.
package struct TripID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// - Throws: `InvalidValue` unless it is 36 characters of lower-case hexadecimal digits and hyphens.
    package init(_ text: String) throws(InvalidValue) {
        let isName = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard isName, text.utf8.count == 36 else {
            throw InvalidValue("a trip's id is a UUID in lower case; got '\(text)'")
        }
        self.text = text
    }

    package var description: String { self.text }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

extension TripID: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.text)
    }
}
