/// One JSON object on a line of its own, put together field by field.
struct JSONLine: Sendable {
    private var bytes: [UInt8] = []

    mutating func begin() {
        self.bytes.removeAll(keepingCapacity: true)
        self.bytes.append(UInt8(ascii: "{"))
    }

    func end(appendingTo output: inout [UInt8]) {
        output.append(contentsOf: self.bytes)
        output.append(contentsOf: "}\n".utf8)
    }

    /// - Parameter text: Any bytes; what is not printable ASCII stands there as `\u00NN`.
    mutating func add(_ name: String, _ text: some Sequence<UInt8>) {
        self.begin(name)
        self.bytes.append(Self.quote)
        for byte in text { self.append(escaped: byte) }
        self.bytes.append(Self.quote)
    }

    /// - Parameter text: Known to need no escapes.
    mutating func add(_ name: String, plain text: String) {
        self.begin(name)
        self.bytes.append(Self.quote)
        self.bytes.append(contentsOf: text.utf8)
        self.bytes.append(Self.quote)
    }

    mutating func add(_ name: String, _ number: Int64) {
        self.begin(name)
        self.append(number, digits: 1)
    }

    /// Adds a number with three digits behind the point.
    mutating func add(_ name: String, thousandths: Int64) {
        self.begin(name)
        self.append(thousandths / 1_000, digits: 1)
        self.bytes.append(UInt8(ascii: "."))
        self.append(thousandths % 1_000, digits: 3)
    }

    /// Adds a time: `prefix` up to the second, then the fraction and the zone.
    mutating func add(_ name: String, prefix: [UInt8], milliseconds: Int64) {
        self.begin(name)
        self.bytes.append(Self.quote)
        self.bytes.append(contentsOf: prefix)
        self.bytes.append(UInt8(ascii: "."))
        self.append(milliseconds, digits: 3)
        self.bytes.append(contentsOf: "Z\"".utf8)
    }

    mutating func addTrue(_ name: String) {
        self.begin(name)
        self.bytes.append(contentsOf: "true".utf8)
    }

    private static let quote = UInt8(ascii: "\"")
    private static let hexadecimal = Array("0123456789abcdef".utf8)

    private mutating func begin(_ name: String) {
        if self.bytes.count > 1 { self.bytes.append(UInt8(ascii: ",")) }
        self.bytes.append(Self.quote)
        self.bytes.append(contentsOf: name.utf8)
        self.bytes.append(Self.quote)
        self.bytes.append(UInt8(ascii: ":"))
    }

    private mutating func append(escaped byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            self.bytes.append(UInt8(ascii: "\\"))
            self.bytes.append(byte)
        case 0x20..<0x7F: self.bytes.append(byte)
        case _:
            self.bytes.append(contentsOf: "\\u00".utf8)
            self.bytes.append(Self.hexadecimal[Int(byte >> 4)])
            self.bytes.append(Self.hexadecimal[Int(byte & 15)])
        }
    }

    /// - Parameter digits: At least so many; zeros fill up.
    private mutating func append(_ number: Int64, digits: Int) {
        let start = self.bytes.count
        var rest = max(0, number)
        repeat {
            self.bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0 || self.bytes.count - start < digits
        self.bytes[start...].reverse()
    }
}
