/// Eight octets looked at together. Each test answers with bit 7 of every octet that passes it, so that the number of
/// trailing zero bits leads to the first one; no octet's answer depends on its neighbours.
struct OctetWord {
    /// The first octet in memory is the lowest.
    let bits: UInt64

    static let count = 8
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let sevens: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    static let flags: UInt64 = 0x8080_8080_8080_8080

    /// Reads the eight octets at `start`.
    @inline(__always)
    init(at start: UnsafePointer<UInt8>) {
        self.bits = UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
    }

    /// The place, 0..<8, of the lowest octet that is flagged.
    @inline(__always)
    static func first(_ flagged: UInt64) -> Int { flagged.trailingZeroBitCount &>> 3 }

    /// Octets in `first...last`, both below 0x80.
    @inline(__always)
    private func within(_ first: UInt8, _ last: UInt8, of octets: UInt64) -> UInt64 {
        (octets &+ Self.ones &* UInt64(0x80 &- first)) & ~(octets &+ Self.ones &* UInt64(0x7F &- last))
    }

    private var low: UInt64 {
        @inline(__always) get { self.bits & Self.sevens }
    }

    /// Octets equal to `octet`, which is below 0x80.
    @inline(__always)
    func equal(_ octet: UInt8) -> UInt64 {
        let difference = self.bits ^ Self.ones &* UInt64(octet)
        return ~((difference & Self.sevens) &+ Self.sevens | difference) & Self.flags
    }

    /// Octets that end a run of field content; a tab is one of them, although it is allowed.
    var notPlainContent: UInt64 {
        @inline(__always) get {
            let low = self.low
            let visible = (low &+ Self.ones &* 0x60) & ~(low &+ Self.ones)
            return ~(visible | self.bits) & Self.flags
        }
    }

    private var letters: UInt64 {
        @inline(__always) get { self.within(0x61, 0x7A, of: self.low | Self.ones &* 0x20) }
    }

    /// Octets that are neither a letter nor `-`, which is what most field names are made of.
    var notPlainName: UInt64 {
        @inline(__always) get {
            let hyphens = ~((self.low ^ Self.ones &* 0x2D) &+ Self.sevens)
            return ~((self.letters | hyphens) & ~self.bits) & Self.flags
        }
    }

    /// Octets that are not of a usual host: letters, digits, `-` and `.`.
    var notPlainHost: UInt64 {
        @inline(__always) get {
            let low = self.low
            let marks = self.within(0x2D, 0x39, of: low) & ((low ^ Self.ones &* 0x2F) &+ Self.sevens)
            return ~((self.letters | marks) & ~self.bits) & Self.flags
        }
    }

    /// Octets that are not one of `0`...`9` and `a`...`f`.
    var notLowercaseDigits: UInt64 {
        @inline(__always) get {
            let low = self.low
            let digits = self.within(0x30, 0x39, of: low) | self.within(0x61, 0x66, of: low)
            return ~(digits & ~self.bits) & Self.flags
        }
    }

    /// Octets that a request target can't hold.
    var notTarget: UInt64 {
        @inline(__always) get {
            let visible = self.within(0x21, 0x7E, of: self.low) & ~self.bits
            return ~visible & Self.flags | self.equal(0x23)
        }
    }
}

extension UnsafePointer<UInt8> {
    /// The first offset from `start` on, below `end`, whose octet `isStop` flags in a word; a caller looks at the rest,
    /// fewer than eight octets, one by one.
    @inline(__always)
    func skipWords(from start: Int, to end: Int, _ isStop: (OctetWord) -> UInt64) -> Int {
        var index = start
        while index &+ OctetWord.count <= end {
            let stops = isStop(OctetWord(at: self + index))
            if stops != 0 { return index &+ OctetWord.first(stops) }
            index &+= OctetWord.count
        }
        return index
    }

    /// Whether the `count` token octets here are `lowercase`, letters compared without case.
    ///
    /// A bit of case is taken off all octets: among tokens only letters become letters by that.
    @inline(__always)
    func isName(_ count: Int, _ lowercase: StaticString) -> Bool {
        guard count == lowercase.utf8CodeUnitCount else { return false }
        return self.startsWithName(lowercase)
    }

    /// The same for the first octets of a longer name.
    @inline(__always)
    func startsWithName(_ lowercase: StaticString) -> Bool {
        let count = lowercase.utf8CodeUnitCount
        let expected = lowercase.utf8Start
        if count >= 8 {
            var index = 0
            while index &+ 8 <= count {
                if OctetWord(at: self + index).bits | Self.caseBits != OctetWord(at: expected + index).bits {
                    return false
                }
                index &+= 8
            }
            if index == count { return true }
            let last = count &- 8
            return OctetWord(at: self + last).bits | Self.caseBits == OctetWord(at: expected + last).bits
        }
        for index in 0..<count where self[index] | 0x20 != expected[index] { return false }
        return true
    }

    private static var caseBits: UInt64 { 0x2020_2020_2020_2020 }
}
