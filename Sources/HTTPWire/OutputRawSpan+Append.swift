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
        self.withUnsafeMutableBytes { target, written in
            precondition(target.count - written >= 16, "the output has no room")
            target.storeBytes(of: Self.digits(value >> 32), toByteOffset: written, as: UInt64.self)
            target.storeBytes(of: Self.digits(value & 0xFFFF_FFFF), toByteOffset: written + 8, as: UInt64.self)
            written += 16
        }
    }

    /// The 8 digits of a number below 2³², the first one in the lowest octet in memory.
    private static func digits(_ number: UInt64) -> UInt64 {
        // One digit to each octet, by halves.
        var digits = (number & 0xFFFF) << 32 | number >> 16
        digits = (digits & 0x0000_00FF_0000_00FF) << 16 | (digits & 0x0000_FF00_0000_FF00) >> 8
        digits = (digits & 0x000F_000F_000F_000F) << 8 | (digits & 0x00F0_00F0_00F0_00F0) >> 4
        // 1 in each octet that is a letter's; from `0` it is 0x27 further to the letters than to the digits.
        let letters = (digits &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (digits &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).littleEndian
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
