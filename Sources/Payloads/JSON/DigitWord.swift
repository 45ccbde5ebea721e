/// Eight characters of a text in one word, the first in its lowest byte: digits that are read at once.
///
/// D. Lemire and W. Muła; see also "Number Parsing at a Gigabyte per Second", Software: Practice and Experience 51:1700.
struct DigitWord {
    /// The characters less the digit 0.
    private let digits: UInt64
    /// How many of the characters are digits, before the first that is none.
    let count: Int

    /// - Precondition: There are eight bytes from `position` on.
    @inline(__always)
    init(_ bytes: Span<UInt8>, at position: Int) {
        let eight = bytes.extracting(position..<position &+ 8)
        var word: UInt64 = 0
        for index in 0..<8 { word |= UInt64(eight[index]) &<< UInt64(8 &* index) }
        let digits = word ^ 0x3030_3030_3030_3030
        // A byte's highest bit is set where the byte is above 9.
        let others = (((digits & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
        self.digits = digits
        self.count = others.trailingZeroBitCount &>> 3
    }

    /// What the first `count` digits say; 0 of none.
    ///
    /// - Parameter count: At most as many as there are.
    @inline(__always)
    func value(of count: Int) -> UInt64 {
        // Zeros are put before them, then pairs, fours and eights are made of what is adjacent.
        let eight = count == 0 ? 0 : self.digits &<< UInt64(64 &- 8 &* count)
        let pairs = ((eight &* 2_561) &>> 8) & 0x00FF_00FF_00FF_00FF
        let fours = ((pairs &* 6_553_601) &>> 16) & 0x0000_FFFF_0000_FFFF
        return (fours &* 42_949_672_960_001) &>> 32
    }
}
