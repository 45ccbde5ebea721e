/// The version of a start line: `HTTP/1.1` or `HTTP/1.0`, in exactly these letters.
enum HTTPVersion {
    private static let prefix: StaticString = "HTTP/"

    /// Parses the eight octets at `start`; the octet before the end that is returned is the minor version.
    @inline(__always)
    static func parse(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> FieldSectionEnd {
        // The other spellings are looked at with the care that tells their defects apart.
        if start + 8 <= end, OctetWord(at: bytes + start).bits == self.version11 { return .complete(end: start + 8) }
        return self.parseOctets(bytes, from: start, to: end)
    }

    /// `HTTP/1.1`, the first octet lowest.
    private static let version11: UInt64 = 0x312E_312F_5054_5448

    private static func parseOctets(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> FieldSectionEnd {
        for offset in 0..<5 {
            guard start + offset < end else { return .needsMore }
            guard bytes[start + offset] == self.prefix.utf8Start[offset] else { return .invalid(.malformedStartLine) }
        }
        guard start + 8 <= end else { return .needsMore }
        let (major, dot, minor) = (bytes[start + 5], bytes[start + 6], bytes[start + 7])
        guard Octet.isDigit(major), dot == 0x2E, Octet.isDigit(minor) else { return .invalid(.malformedStartLine) }
        guard major == 0x31, minor == 0x31 || minor == 0x30 else { return .invalid(.unsupportedVersion) }
        return .complete(end: start + 8)
    }
}
