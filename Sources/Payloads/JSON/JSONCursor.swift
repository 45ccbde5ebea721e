/// Reads JSON (RFC 8259) strictly and in place: whoever reads asks for what comes next, and no tree is built.
///
/// Beyond the RFC it takes the `NaN`, `Infinity` and `-Infinity` that Python writes, as numbers that are not finite. After a fault the
/// cursor is of no use. Every operation ends on any bytes, and reads each byte a bounded number of times.
struct JSONCursor {
    /// Containers within containers.
    static let depthLimit = 128

    /// What the next value is, by its first character.
    enum Kind {
        case object
        case array
        case text
        case number
        case flag
        case null
    }

    let bytes: [UInt8]
    /// Where reading ends; at most the number of bytes.
    let end: Int
    var position: Int
    /// Whether a value was just read, so that a comma or the container's end must follow.
    var isAfterValue = false
    private var depth = 0
    let powers = DecimalPowers.table

    init(_ bytes: [UInt8], from start: Int = 0, to end: Int? = nil) {
        self.bytes = bytes
        self.end = min(bytes.count, end ?? bytes.count)
        self.position = min(start, self.end)
    }

    func fault(_ reason: JSONFault.Reason) -> JSONFault { JSONFault(offset: self.position, reason: reason) }

    /// The kind of the value that follows, which is not read.
    mutating func kind() throws(JSONFault) -> Kind {
        switch try self.peek() {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .text
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .flag
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "N"), UInt8(ascii: "I"):
            return .number
        default: throw self.fault(.unexpected)
        }
    }

    mutating func beginObject() throws(JSONFault) { try self.begin(UInt8(ascii: "{")) }
    mutating func beginArray() throws(JSONFault) { try self.begin(UInt8(ascii: "[")) }

    /// The next member's key, after which its value must be read; nil at the object's end, which is read.
    mutating func nextKey() throws(JSONFault) -> JSONText? {
        guard try self.hasNext(before: UInt8(ascii: "}")) else { return nil }
        guard try self.peek() == UInt8(ascii: "\"") else { throw self.fault(.unexpected) }
        let key = try self.text()
        try self.colon()
        return key
    }

    /// The next member's key like `nextKey`, found sooner when it is the one that is guessed: valid UTF-8 that needs no escapes.
    mutating func nextKey(guess: Span<UInt8>) throws(JSONFault) -> (key: JSONText, isGuess: Bool)? {
        guard try self.hasNext(before: UInt8(ascii: "}")) else { return nil }
        guard try self.peek() == UInt8(ascii: "\"") else { throw self.fault(.unexpected) }
        let start = self.position + 1
        let end = start + guess.count
        guard end < self.end, Self.isEqual(self.bytes.span.extracting(start...end), guess) else {
            let key = try self.text()
            try self.colon()
            return (key, false)
        }
        self.position = end + 1
        try self.colon()
        return (JSONText(start: start, end: end, hasEscapes: false), true)
    }

    /// Whether the bytes are the key and a quotation mark.
    @inline(__always)
    private static func isEqual(_ bytes: Span<UInt8>, _ key: Span<UInt8>) -> Bool {
        guard bytes[key.count] == UInt8(ascii: "\"") else { return false }
        for index in key.indices where bytes[index] != key[index] { return false }
        return true
    }

    private mutating func colon() throws(JSONFault) {
        guard try self.peek() == UInt8(ascii: ":") else { throw self.fault(.unexpected) }
        self.position += 1
        self.isAfterValue = false
    }

    /// Whether another element follows, which must be read then; false at the array's end, which is read.
    mutating func nextElement() throws(JSONFault) -> Bool { try self.hasNext(before: UInt8(ascii: "]")) }

    mutating func flag() throws(JSONFault) -> Bool {
        let isTrue = try self.peek() == UInt8(ascii: "t")
        try self.literal(isTrue ? "true" : "false")
        return isTrue
    }

    mutating func null() throws(JSONFault) { try self.literal("null") }

    /// Reads a value, whatever it is.
    mutating func skip() throws(JSONFault) {
        switch try self.kind() {
        case .object:
            try self.beginObject()
            while try self.nextKey() != nil { try self.skip() }
        case .array:
            try self.beginArray()
            while try self.nextElement() { try self.skip() }
        case .text: _ = try self.text()
        case .number: _ = try self.number()
        case .flag: _ = try self.flag()
        case .null: try self.null()
        }
    }

    /// Demands that nothing but white space follows.
    mutating func finish() throws(JSONFault) {
        self.skipSpace()
        if self.position < self.end { throw self.fault(.unexpected) }
    }

    /// The next character that is no white space.
    @inline(__always)
    mutating func peek() throws(JSONFault) -> UInt8 {
        if self.position < self.end, self.bytes[self.position] > 0x20 { return self.bytes[self.position] }
        // Most often it is one space.
        if self.end - self.position > 1, self.bytes[self.position] == 0x20, self.bytes[self.position + 1] > 0x20 {
            self.position += 1
            return self.bytes[self.position]
        }
        self.skipSpace()
        guard self.position < self.end else { throw self.fault(.ended) }
        return self.bytes[self.position]
    }

    mutating func literal(_ word: StaticString) throws(JSONFault) {
        let count = word.utf8CodeUnitCount
        guard self.end - self.position >= count else {
            self.position = self.end
            throw self.fault(.ended)
        }
        let isEqual = word.description.utf8.elementsEqual(self.bytes[self.position..<self.position + count])
        guard isEqual else { throw self.fault(.unexpected) }
        self.position += count
        self.isAfterValue = true
    }

    private mutating func skipSpace() {
        self.position = Self.endOfSpace(self.bytes.span, from: self.position, to: self.end)
    }

    @inline(__always)
    private static func endOfSpace(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var position = start
        while position < end {
            let byte = bytes[position]
            if byte > 0x20 || !(byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09) { break }
            position &+= 1
        }
        return position
    }

    private mutating func begin(_ opening: UInt8) throws(JSONFault) {
        guard try self.peek() == opening else { throw self.fault(.unexpected) }
        guard self.depth < Self.depthLimit else { throw self.fault(.tooDeep) }
        self.depth += 1
        self.position += 1
        self.isAfterValue = false
    }

    private mutating func hasNext(before closing: UInt8) throws(JSONFault) -> Bool {
        let next = try self.peek()
        if next == closing {
            self.position += 1
            self.depth -= 1
            self.isAfterValue = true
            return false
        }
        if self.isAfterValue {
            guard next == UInt8(ascii: ",") else { throw self.fault(.unexpected) }
            self.position += 1
            self.isAfterValue = false
            // A comma promises another one.
            if try self.peek() == closing { throw self.fault(.unexpected) }
        }
        return true
    }
}
