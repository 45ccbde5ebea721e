/// What the digits of a decimal number are multiplied by.
struct DecimalPowers: Sendable {
    /// Exponents of ten that the powers of five reach; others are left to the slow way.
    static let exponents = -54...55
    /// Computed once.
    static let table = DecimalPowers()

    /// 10⁰…10²², all of them exact.
    let ofTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
    /// 10⁰…10⁸.
    let whole: [UInt64] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]
    /// Powers of five to 128 bits, the highest of them set: the high and the low half of each, in the order of the exponents.
    ///
    /// Powers with a negative exponent are rounded up; the others are exact.
    let ofFive: [(high: UInt64, low: UInt64)] = exponents.map { exponent in
        let power = exponent < 0 ? reciprocal(of: -exponent) : leadingBits(of: exponent)
        return (UInt64(truncatingIfNeeded: power >> 64), UInt64(truncatingIfNeeded: power))
    }

    private init() {}

    private static func power(_ exponent: Int) -> UInt128 {
        (0..<exponent).reduce(1) { power, _ in power * 5 }
    }

    private static func leadingBits(of exponent: Int) -> UInt128 {
        let power = power(exponent)
        return power << UInt128(power.leadingZeroBitCount)
    }

    /// 1 / 5ⁿ to 128 bits by long division, bit by bit.
    private static func reciprocal(of exponent: Int) -> UInt128 {
        let divisor = power(exponent)
        var quotient: UInt128 = 0
        var remainder: UInt128 = 1
        while quotient.leadingZeroBitCount > 0 {
            remainder <<= 1
            quotient <<= 1
            if remainder >= divisor {
                remainder -= divisor
                quotient |= 1
            }
        }
        return quotient + 1
    }
}
