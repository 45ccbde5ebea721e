/// Classes of octets of RFC 9110 section 5.6.2 and RFC 9112, as tests that need no table in memory.
enum Octet {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let percent: UInt8 = 0x25
    static let asterisk: UInt8 = 0x2A
    static let comma: UInt8 = 0x2C
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let question: UInt8 = 0x3F
    static let backslash: UInt8 = 0x5C
    static let underscore: UInt8 = 0x5F

    /// `tchar`: the octets of a method or a field name.
    @inline(__always)
    static func isToken(_ octet: UInt8) -> Bool {
        self.contains(octet, low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    }

    /// Octets that a request target may hold: visible ASCII without `#`, which would start a fragment.
    @inline(__always)
    static func isTarget(_ octet: UInt8) -> Bool {
        octet > self.space && octet < 0x7F && octet != 0x23
    }

    /// Octets of a field value: visible characters, blanks and obs-text; no other control character.
    @inline(__always)
    static func isFieldContent(_ octet: UInt8) -> Bool {
        (octet >= self.space && octet != 0x7F) || octet == self.tab
    }

    @inline(__always)
    static func isBlank(_ octet: UInt8) -> Bool { octet == self.space || octet == self.tab }

    @inline(__always)
    static func isDigit(_ octet: UInt8) -> Bool { octet &- 0x30 < 10 }

    /// `unreserved` and `sub-delims` of RFC 3986: the octets of a registered name, `%` apart.
    @inline(__always)
    static func isRegisteredName(_ octet: UInt8) -> Bool {
        self.contains(octet, low: 0x2BFF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    }

    /// The value of a hexadecimal digit, or `nil`.
    @inline(__always)
    static func hexadecimalValue(_ octet: UInt8) -> UInt8? {
        if self.isDigit(octet) { return octet &- 0x30 }
        let letter = (octet | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }

    /// `HEXDIGLC` of W3C Trace Context.
    @inline(__always)
    static func isLowercaseDigit(_ octet: UInt8) -> Bool { self.isDigit(octet) || octet &- 0x61 < 6 }

    /// Lower case of an ASCII letter; other octets stay as they are.
    @inline(__always)
    static func lowercased(_ octet: UInt8) -> UInt8 {
        octet &- 0x41 < 26 ? octet | 0x20 : octet
    }

    /// Membership in a set of ASCII octets: bit n of `low` is octet n, bit n of `high` is octet 64 + n.
    @inline(__always)
    private static func contains(_ octet: UInt8, low: UInt64, high: UInt64) -> Bool {
        let mask = octet < 64 ? low : high
        return octet < 128 && (mask &>> UInt64(octet & 63)) & 1 != 0
    }
}
