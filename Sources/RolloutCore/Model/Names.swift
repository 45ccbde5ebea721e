/// The rule both kinds of names share: they appear in URL paths, labels and metrics unescaped.
private func isName(_ text: String) -> Bool {
    guard (1...63).contains(text.utf8.count), let first = text.utf8.first, isAlphanumeric(first) else { return false }
    return text.utf8.allSatisfy {
        isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
    }
}

private func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"):
        true
    default: false
    }
}

private let nameRule = "1 to 63 of A-Z a-z 0-9 . _ -, beginning with a letter or digit"

/// The name of a served model: 1–63 of `A-Z a-z 0-9 . _ -`, beginning with a letter or digit, never `v1` or `v2`.
package struct ModelName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// - Throws: `InvalidValue` when the text breaks the rule above; `v1` and `v2` are taken by the inference protocols' paths.
    package init(_ text: String) throws(InvalidValue) {
        guard isName(text) else { throw InvalidValue("a model name is \(nameRule); got '\(text)'") }
        guard text != "v1", text != "v2" else {
            throw InvalidValue(
                "the model name '\(text)' is reserved for the paths of the inference protocols; choose another"
            )
        }
        self.text = text
    }

    package var description: String { self.text }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

/// The name of one version of a model: 1–63 of `A-Z a-z 0-9 . _ -`, beginning with a letter or digit.
package struct VersionName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// - Throws: `InvalidValue` when the text breaks the rule above.
    package init(_ text: String) throws(InvalidValue) {
        guard isName(text) else { throw InvalidValue("a version name is \(nameRule); got '\(text)'") }
        self.text = text
    }

    package var description: String { self.text }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

extension ModelName: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.text)
    }
}

extension VersionName: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.text)
    }
}

/// Identifies one rollout for ever; given by the store, at least 1, growing with time.
package struct RolloutID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let number: Int64

    package init(_ number: Int64) { self.number = number }

    package var description: String { String(self.number) }
    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

extension RolloutID: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(Int64.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.number)
    }
}
