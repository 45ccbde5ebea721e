/// Reads one JSON text (RFC 8259), strictly: UTF-8 without byte order mark, no name twice in an object, bounded depth.
///
/// A lenient reader takes the last of two equal names; what an operator ordered must not be a matter of luck.
struct JSONParser {
    private static let deepest = 64

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The one value of the text, with nothing but white space around it.
    mutating func document() throws(UnreadableDocument) -> JSONValue {
        self.skipSpace()
        guard self.peek != nil else { throw self.failure("the text is empty") }
        let value = try self.value(depth: 0)
        self.skipSpace()
        guard self.peek == nil else { throw self.failure("something follows the end of the text") }
        return value
    }

    private func failure(_ reason: String) -> UnreadableDocument {
        UnreadableDocument(offset: self.position, reason: reason)
    }

    private var peek: UInt8? { self.position < self.bytes.count ? self.bytes[self.position] : nil }

    private mutating func skipSpace() {
        while let byte = self.peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { self.position += 1 }
    }

    /// Passes over `character` if it comes next, after white space.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        self.skipSpace()
        guard self.peek == UInt8(ascii: character) else { return false }
        self.position += 1
        return true
    }

    private mutating func value(depth: Int) throws(UnreadableDocument) -> JSONValue {
        guard depth < Self.deepest else { throw self.failure("values are nested deeper than \(Self.deepest)") }
        self.skipSpace()
        guard let byte = self.peek else { throw self.failure("the text ends where a value should stand") }
        switch byte {
        case UInt8(ascii: "{"): return .object(try self.object(depth: depth))
        case UInt8(ascii: "["): return .array(try self.array(depth: depth))
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "t"): return try self.word("true", .bool(true))
        case UInt8(ascii: "f"): return try self.word("false", .bool(false))
        case UInt8(ascii: "n"): return try self.word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try self.number())
        default: throw self.failure("a value should stand here")
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(UnreadableDocument) -> JSONValue {
        guard self.bytes[self.position...].starts(with: word.utf8) else {
            throw self.failure("a value should stand here")
        }
        self.position += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(UnreadableDocument) -> [String: JSONValue] {
        self.position += 1
        var members: [String: JSONValue] = [:]
        if self.take("}") { return members }
        repeat {
            self.skipSpace()
            guard self.peek == UInt8(ascii: "\"") else { throw self.failure("a name in quotes should stand here") }
            let name = try self.string()
            guard members[name] == nil else { throw self.failure("the name '\(name)' stands twice in one object") }
            guard self.take(":") else { throw self.failure("':' should stand here") }
            members[name] = try self.value(depth: depth + 1)
        } while self.take(",")
        guard self.take("}") else { throw self.failure("',' or '}' should stand here") }
        return members
    }

    private mutating func array(depth: Int) throws(UnreadableDocument) -> [JSONValue] {
        self.position += 1
        var items: [JSONValue] = []
        if self.take("]") { return items }
        repeat { items.append(try self.value(depth: depth + 1)) } while self.take(",")
        guard self.take("]") else { throw self.failure("',' or ']' should stand here") }
        return items
    }

    // MARK: Numbers

    private mutating func number() throws(UnreadableDocument) -> Double {
        let start = self.position
        if self.peek == UInt8(ascii: "-") { self.position += 1 }
        let whole = self.position
        try self.digits()
        guard self.bytes[whole] != UInt8(ascii: "0") || self.position == whole + 1 else {
            throw self.failure("a number must not begin with 0")
        }
        if self.peek == UInt8(ascii: ".") {
            self.position += 1
            try self.digits()
        }
        if self.peek == UInt8(ascii: "e") || self.peek == UInt8(ascii: "E") {
            self.position += 1
            if self.peek == UInt8(ascii: "+") || self.peek == UInt8(ascii: "-") { self.position += 1 }
            try self.digits()
        }
        let text = String(decoding: self.bytes[start..<self.position], as: UTF8.self)
        guard let number = Double(text), number.isFinite else { throw self.failure("the number is too large") }
        return number
    }

    private mutating func digits() throws(UnreadableDocument) {
        let start = self.position
        while let byte = self.peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { self.position += 1 }
        guard self.position > start else { throw self.failure("a digit should stand here") }
    }

    // MARK: Strings

    private mutating func string() throws(UnreadableDocument) -> String {
        self.position += 1
        var text: [UInt8] = []
        while let byte = self.peek {
            guard byte >= 0x20 else { throw self.failure("a control character in a string must be escaped") }
            self.position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: text, as: UTF8.self) else {
                    throw self.failure("the string that ends here is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): text.append(contentsOf: try self.escape())
            default: text.append(byte)
            }
        }
        throw self.failure("the text ends inside a string")
    }

    private mutating func escape() throws(UnreadableDocument) -> [UInt8] {
        guard let byte = self.peek else { throw self.failure("the text ends inside a string") }
        self.position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(try self.escapedScalar()).utf8)
        default: throw self.failure("a string has an unknown escape")
        }
    }

    /// What follows `\u`; characters beyond the basic plane are two escapes (a surrogate pair).
    private mutating func escapedScalar() throws(UnreadableDocument) -> Character {
        let high = try self.fourHexDigits()
        if let scalar = Unicode.Scalar(high) { return Character(scalar) }
        guard high < 0xDC00, self.bytes[self.position...].starts(with: "\\u".utf8) else {
            throw self.failure("half of a surrogate pair stands alone")
        }
        self.position += 2
        let low = try self.fourHexDigits()
        guard low >= 0xDC00, low < 0xE000, let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { throw self.failure("half of a surrogate pair stands alone") }
        return Character(scalar)
    }

    private mutating func fourHexDigits() throws(UnreadableDocument) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = self.peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw self.failure("\\u needs four hexadecimal digits")
            }
            self.position += 1
            number = number << 4 + UInt32(digit)
        }
        return number
    }
}
