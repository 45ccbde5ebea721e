extension OutputRawSpan {
    /// Appends `bytes`; there must be room.
    package mutating func append(contentsOf bytes: RawSpan) {
        bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            self.append(start, count: source.count)
        }
    }

    /// Appends `bytes`; there must be room.
    package mutating func append(contentsOf bytes: [UInt8]) { self.append(contentsOf: bytes.span.bytes) }

    /// Appends the octets of `text`; there must be room.
    package mutating func append(contentsOf text: StaticString) {
        self.append(UnsafeRawPointer(text.utf8Start), count: text.utf8CodeUnitCount)
    }

    /// Appends `value`, which must not be negative, in decimal digits; there must be room.
    package mutating func append(decimal value: Int) {
        precondition(value >= 0, "only numbers that are not negative are written")
        var divisor = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            self.append(0x30 + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }

    /// Appends `value` as 16 lower-case hexadecimal digits; there must be room.
    package mutating func append(hexadecimal value: UInt64) {
        var shift: UInt64 = 60
        for _ in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: value >> shift) & 0x0F
            self.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
            shift = shift &- 4
        }
    }

    @inline(__always)
    mutating func append(_ source: UnsafeRawPointer, count: Int) {
        self.withUnsafeMutableBytes { target, written in
            precondition(target.count - written >= count, "the output has no room")
            guard let start = target.baseAddress else { return }
            (start + written).copyMemory(from: source, byteCount: count)
            written += count
        }
    }
}
