/// The `traceparent` of a trace that begins at the gateway (W3C Trace Context, version 00).
package struct TraceParent: Equatable, Sendable {
    private let trace: (high: UInt64, low: UInt64)
    private let parent: UInt64
    private let isSampled: Bool

    /// Bytes that `append` writes.
    package static let lineCount = 70

    /// - Parameters:
    ///   - trace: Random; both zero is no valid trace, so it becomes the trace 1.
    ///   - parent: Random; zero becomes 1.
    package init(trace: (high: UInt64, low: UInt64), parent: UInt64, isSampled: Bool) {
        self.trace = trace.high | trace.low == 0 ? (0, 1) : trace
        self.parent = max(parent, 1)
        self.isSampled = isSampled
    }

    package static func == (left: TraceParent, right: TraceParent) -> Bool {
        left.trace == right.trace && left.parent == right.parent && left.isSampled == right.isSampled
    }

    /// The trace's id, in 32 digits.
    package var traceDigits: [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(32)
        for word in [self.trace.high, self.trace.low] {
            for shift in stride(from: 60, through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 0xF
                digits.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
            }
        }
        return digits
    }

    /// Appends the whole line.
    package func append(to output: inout OutputRawSpan) {
        output.append(contentsOf: "traceparent: 00-")
        output.append(hexadecimal: self.trace.high)
        output.append(hexadecimal: self.trace.low)
        output.append(contentsOf: "-")
        output.append(hexadecimal: self.parent)
        output.append(contentsOf: self.isSampled ? "-01\r\n" : "-00\r\n")
    }
}

extension RequestHead {
    /// The request belongs to a trace: it has exactly one `traceparent`, and that is valid.
    package func hasValidTraceParent(in source: RawSpan) -> Bool {
        guard let value = self.fields.onlyValue(of: .traceParent) else { return false }
        return source.extracting(value.bounds).withUnsafeBytes { octets in
            guard let start = octets.baseAddress else { return false }
            return TraceParent.isValid(start.assumingMemoryBound(to: UInt8.self), octets.count)
        }
    }
}

extension TraceParent {
    private static let valueCount = 55

    /// `version "-" trace "-" parent "-" flags` in lower-case digits. A version above 00 may say more behind another `-`;
    /// ff is none, and an id of nothing but zeros is not valid.
    static func isValid(_ value: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard count >= self.valueCount else { return false }
        let hyphen: UInt8 = 0x2D
        guard value[2] == hyphen, value[35] == hyphen, value[52] == hyphen else { return false }
        guard count == self.valueCount || (value[self.valueCount] == hyphen && !self.isVersion00(value)) else {
            return false
        }
        guard !(value[0] == 0x66 && value[1] == 0x66) else { return false }
        guard Octet.isLowercaseDigit(value[0]), Octet.isLowercaseDigit(value[1]), Octet.isLowercaseDigit(value[53]),
            Octet.isLowercaseDigit(value[54])
        else { return false }
        return self.isIdentifier(value + 3, words: 4) && self.isIdentifier(value + 36, words: 2)
    }

    private static func isVersion00(_ value: UnsafePointer<UInt8>) -> Bool { value[0] == 0x30 && value[1] == 0x30 }

    /// Whether so many words are lower-case hexadecimal digits that are not all zero.
    private static func isIdentifier(_ digits: UnsafePointer<UInt8>, words: Int) -> Bool {
        var others: UInt64 = 0
        var isZero = true
        for index in 0..<words {
            let word = OctetWord(at: digits + index * OctetWord.count)
            others |= word.notLowercaseDigits
            isZero = isZero && word.bits == 0x3030_3030_3030_3030
        }
        return others == 0 && !isZero
    }
}
