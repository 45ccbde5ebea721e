/// A decimal number `mantissa · 10^exponent` and the `Double` nearest to it, ties to even.
struct DecimalNumber {
    /// Up to 19 digits.
    let mantissa: UInt64
    let exponent: Int

    /// The nearest `Double`; nil where this quick way cannot tell.
    @inline(__always)
    func value(_ powers: DecimalPowers) -> Double? {
        if self.mantissa < Self.shortLimit, self.exponent.magnitude <= 22 {
            // Both are exact, so one operation rounds once (W. Clinger 1990).
            let mantissa = Double(self.mantissa)
            if self.exponent == 0 { return mantissa }
            let power = powers.ofTen[Int(self.exponent.magnitude)]
            return self.exponent < 0 ? mantissa / power : mantissa * power
        }
        if self.mantissa == 0 { return 0 }
        return DecimalPowers.exponents.contains(self.exponent) ? self.product(powers) : nil
    }

    /// Exact would be up to 2⁵³; but numbers are either short or have 15 digits and more, and a limit between the two is one that
    /// a processor guesses right.
    private static let shortLimit: UInt64 = 1 << 43

    /// D. Lemire 2021, Software: Practice and Experience 51:1700, after M. Eisel; within the table's exponents its result is always
    /// normal, and by N. Mushtak and D. Lemire 2023 never needs a fallback.
    @inline(__always)
    private func product(_ powers: DecimalPowers) -> Double {
        let power = powers.ofFive[self.exponent - DecimalPowers.exponents.lowerBound]
        let shift = self.mantissa.leadingZeroBitCount
        let mantissa = self.mantissa &<< UInt64(truncatingIfNeeded: shift)
        var (high, low) = mantissa.multipliedFullWidth(by: power.high)
        // Only where the lower half could reach the bits that count is it multiplied, too.
        if high & 0x1FF == 0x1FF {
            let (carry, isOverflow) = low.addingReportingOverflow(mantissa.multipliedFullWidth(by: power.low).high)
            low = carry
            if isOverflow { high &+= 1 }
        }
        let upper = high &>> 63
        let unused = upper &+ 9
        var bits = high &>> unused
        // ⌊exponent · log₂ 10⌋ in fixed point; 1 023 is the exponent's bias.
        var binary = (217_706 &* self.exponent) &>> 16 &+ 63 &+ Int(truncatingIfNeeded: upper) &- shift &+ 1_023
        // Exactly between two numbers, which short powers of five allow: the even one of them is meant.
        if low <= 1, bits & 3 == 1, (-4...23).contains(self.exponent), bits &<< unused == high { bits &= ~1 }
        bits = (bits &+ bits & 1) &>> 1
        if bits &>> 53 != 0 {
            bits = 1 &<< 52
            binary &+= 1
        }
        return Double(bitPattern: bits & ((1 &<< 52) &- 1) | UInt64(truncatingIfNeeded: binary) &<< 52)
    }
}
