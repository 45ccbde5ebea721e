/// Decimal numbers as text.
enum DecimalText {
    /// Powers of ten that a `Double` holds exactly.
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The finite number that the whole text is; nil for anything else.
    ///
    /// Up to 15 digits and a small exponent, one multiplication or division of two exact numbers gives the nearest `Double` (Clinger 1990);
    /// what is longer is left to the standard library.
    static func number(_ bytes: ArraySlice<UInt8>) -> Double? {
        var digits: UInt64 = 0
        var digitCount = 0
        var fraction = 0
        var isAfterPoint = false
        var index = bytes.startIndex
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { index += 1 }
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                digits = digits &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
                digitCount += 1
                if isAfterPoint { fraction += 1 }
            } else if byte == UInt8(ascii: "."), !isAfterPoint {
                isAfterPoint = true
            } else {
                break
            }
            index += 1
        }
        guard digitCount > 0 else { return nil }
        guard index == bytes.endIndex, digitCount <= 15 else { return Self.slowly(bytes, from: index) }
        let magnitude = Double(digits) / Self.powers[fraction]
        return isNegative ? -magnitude : magnitude
    }

    /// - Parameter index: What follows the digits; only an exponent may.
    private static func slowly(_ bytes: ArraySlice<UInt8>, from index: Int) -> Double? {
        if index < bytes.endIndex, bytes[index] | 0x20 != UInt8(ascii: "e") { return nil }
        guard let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite else { return nil }
        return number
    }
}
