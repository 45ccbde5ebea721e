/// One value of a row in eight bytes: a finite number as it is, anything else in the bits of a `Double` that is no number.
struct Cell: Hashable {
    enum Content: Hashable {
        case number(Double)
        /// Bytes of the table's texts.
        case text(start: Int, length: Int)
        case flag(Bool)
        /// Null or absent.
        case missing
        /// Not finite, or a container where a value should be.
        case unusable
    }

    private let bits: UInt64

    /// A text begins below 2⁴⁰ and has fewer than 2⁸ bytes.
    private enum Tag: UInt64 { case missing = 1, unusable, falseFlag, trueFlag, text }
    private static let marker: UInt64 = 0xFFF8 << 48

    private init(_ tag: Tag, payload: UInt64 = 0) {
        self.bits = Self.marker | tag.rawValue << 48 | payload
    }

    static let missing = Cell(.missing)
    static let unusable = Cell(.unusable)

    @inline(__always)
    init(number: Double) {
        self.bits = number.isFinite ? number.bitPattern : Self.unusable.bits
    }

    init(flag: Bool) {
        self.init(flag ? .trueFlag : .falseFlag)
    }

    init(textFrom start: Int, length: Int) {
        self.init(.text, payload: UInt64(start) << 8 | UInt64(length & 0xFF))
    }

    var content: Content {
        if self.bits & Self.marker != Self.marker { return .number(Double(bitPattern: self.bits)) }
        switch Tag(rawValue: self.bits >> 48 & 7) {
        case .missing: return .missing
        case .falseFlag: return .flag(false)
        case .trueFlag: return .flag(true)
        case .text: return .text(start: Int(self.bits >> 8 & 0xFF_FFFF_FFFF), length: Int(self.bits & 0xFF))
        case .unusable, nil: return .unusable
        }
    }

    /// The number, if it is one.
    var number: Double? {
        self.bits & Self.marker == Self.marker ? nil : Double(bitPattern: self.bits)
    }
}
