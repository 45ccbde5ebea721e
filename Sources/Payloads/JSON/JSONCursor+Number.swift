extension JSONCursor {
    /// Digits that always fit a mantissa of 64 bits.
    private static let mantissaDigits = 19
    /// Digits beyond these cannot change which `Double` is nearest, but for whether any is above 0.
    private static let decidingDigits = 780

    /// A number's digits, read but not yet made a value.
    private struct Digits {
        var mantissa: UInt64 = 0
        var exponent = 0
        /// How many there are, with leading zeros.
        var count = 0
        var isFloating = false
        /// Where they end; on a fault, where it is.
        var end = 0
        var fault: JSONFault.Reason?
    }

    /// Reads a number, or one of the words that Python writes for numbers that are not finite.
    mutating func number() throws(JSONFault) -> JSONNumber {
        let isNegative = try self.peek() == UInt8(ascii: "-")
        let start = self.position
        if let plain = Self.plainNumber(self.bytes.span.extracting(0..<self.end), from: start, self.powers) {
            self.position = plain.end
            self.isAfterValue = true
            return JSONNumber(value: plain.value, isFloating: plain.isFloating)
        }
        let digitsStart = start &+ (isNegative ? 1 : 0)
        let digits = Self.digits(self.bytes.span, from: digitsStart, to: self.end)
        if digits.count == 0, digitsStart < self.end { return try self.notFinite(isNegative: isNegative) }
        self.position = digits.end
        if let reason = digits.fault { throw self.fault(reason) }
        self.isAfterValue = true
        if digits.count <= Self.mantissaDigits
            || digits.count &- self.leadingZeros(from: digitsStart) <= Self.mantissaDigits,
            let value = DecimalNumber(mantissa: digits.mantissa, exponent: digits.exponent).value(self.powers)
        {
            return JSONNumber(value: isNegative ? -value : value, isFloating: digits.isFloating)
        }
        return JSONNumber(value: self.slowValue(from: start, to: digits.end), isFloating: digits.isFloating)
    }

    /// Whether a finite number begins with the character.
    @inline(__always)
    static func beginsNumber(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 || byte == UInt8(ascii: "-") }

    /// Reads the number that comes next and all that follow it in the same list with nothing else between.
    mutating func numbers(into field: inout PayloadTable.Field) throws(JSONFault) {
        repeat {
            _ = try self.peek()
            let plain = Self.plainNumbers(
                self.bytes.span.extracting(0..<self.end),
                from: self.position,
                self.powers,
                into: &field
            )
            if plain > self.position {
                self.position = plain
                self.isAfterValue = true
            } else {
                let number = try self.number()
                if number.isFloating { field.isFloating = true }
                field.cells.append(Cell(number: number.value))
            }
        } while self.isAtNumber()
    }

    /// Reads plain numbers in one go.
    ///
    /// - Returns: Where the last of them ends; `start` when the first is not plain.
    private static func plainNumbers(
        _ bytes: Span<UInt8>,
        from start: Int,
        _ powers: DecimalPowers,
        into field: inout PayloadTable.Field
    ) -> Int {
        var cells = field.cells
        field.cells = []
        defer { field.cells = cells }
        var isFloating = false
        var end = start
        var position = start
        while let number = self.plainNumber(bytes, from: position, powers) {
            isFloating = isFloating || number.isFloating
            cells.append(Cell(number: number.value))
            end = number.end
            guard bytes[end] == UInt8(ascii: ",") else { break }
            position = end &+ 1
            if position < bytes.count, bytes[position] == UInt8(ascii: " ") { position &+= 1 }
        }
        if isFloating { field.isFloating = true }
        return end
    }

    /// Reads a number without an exponent and with no more digits than a mantissa holds, as most are, that is not the last thing.
    @inline(__always)
    private static func plainNumber(
        _ bytes: Span<UInt8>,
        from start: Int,
        _ powers: DecimalPowers
    ) -> (value: Double, isFloating: Bool, end: Int)? {
        guard start < bytes.count else { return nil }
        let isNegative = bytes[start] == UInt8(ascii: "-")
        let first = isNegative ? start &+ 1 : start
        var mantissa: UInt64 = 0
        var end = self.digits(bytes, from: first, to: bytes.count, into: &mantissa)
        var digits = end &- first
        if digits == 0 || digits > 1 && bytes[first] == UInt8(ascii: "0") { return nil }
        var fraction = 0
        let isFloating = end < bytes.count && bytes[end] == UInt8(ascii: ".")
        if isFloating {
            let fractionStart = end &+ 1
            end = self.manyDigits(bytes, from: fractionStart, powers, into: &mantissa)
            fraction = end &- fractionStart
            if fraction == 0 { return nil }
            digits &+= fraction
        }
        guard end < bytes.count, bytes[end] | 0x20 != UInt8(ascii: "e"), digits <= Self.mantissaDigits,
            let value = DecimalNumber(mantissa: mantissa, exponent: -fraction).value(powers)
        else { return nil }
        return (isNegative ? -value : value, isFloating, end)
    }

    /// Whether a comma and another number follow; then the comma is read.
    private mutating func isAtNumber() -> Bool {
        guard self.position + 1 < self.end, self.bytes[self.position] == UInt8(ascii: ",") else { return false }
        var next = self.position + 1
        if self.bytes[next] == UInt8(ascii: " "), next + 1 < self.end { next += 1 }
        let byte = self.bytes[next]
        guard Self.beginsNumber(byte) else { return false }
        self.position = next
        return true
    }

    @inline(__always)
    private static func digits(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Digits {
        var digits = Digits()
        var position = self.digits(bytes, from: start, to: end, into: &digits.mantissa)
        digits.count = position &- start
        if digits.count == 0 || digits.count > 1 && bytes[start] == UInt8(ascii: "0") {
            digits.fault = position < end ? .badNumber : .ended
        }
        if position < end, bytes[position] == UInt8(ascii: ".") {
            let fractionStart = position &+ 1
            position = self.digits(bytes, from: fractionStart, to: end, into: &digits.mantissa)
            digits.exponent = fractionStart &- position
            if position == fractionStart { digits.fault = position < end ? .badNumber : .ended }
            digits.count &-= digits.exponent
            digits.isFloating = true
        }
        if position < end, bytes[position] | 0x20 == UInt8(ascii: "e") {
            if let exponent = self.exponent(bytes, from: &position, to: end) {
                digits.exponent &+= exponent
            } else {
                digits.fault = position < end ? .badNumber : .ended
            }
            digits.isFloating = true
        }
        digits.end = position
        return digits
    }

    /// Reads digits of which few are expected.
    ///
    /// - Returns: Where they end.
    @inline(__always)
    private static func digits(_ bytes: Span<UInt8>, from start: Int, to end: Int, into mantissa: inout UInt64) -> Int {
        var position = start
        while position < end {
            let digit = bytes[position] &- UInt8(ascii: "0")
            if digit > 9 { break }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            position &+= 1
        }
        return position
    }

    /// Reads digits of which many are expected, eight at a time.
    ///
    /// - Returns: Where they end.
    @inline(__always)
    private static func manyDigits(
        _ bytes: Span<UInt8>,
        from start: Int,
        _ powers: DecimalPowers,
        into mantissa: inout UInt64
    ) -> Int {
        guard start &+ 24 <= bytes.count else {
            return self.digits(bytes, from: start, to: bytes.count, into: &mantissa)
        }
        let first = DigitWord(bytes, at: start)
        mantissa = mantissa &* powers.whole[first.count] &+ first.value(of: first.count)
        if first.count < 8 { return start &+ first.count }
        // Whether there are 15, 16 or 17 digits is chance, so no branch is made of it.
        let second = DigitWord(bytes, at: start &+ 8)
        let third = DigitWord(bytes, at: start &+ 16)
        let rest = second.count == 8 ? third.count : 0
        mantissa = mantissa &* powers.whole[second.count] &+ second.value(of: second.count)
        mantissa = mantissa &* powers.whole[rest] &+ third.value(of: rest)
        let position = start &+ 8 &+ second.count &+ rest
        return rest == 8 ? self.digits(bytes, from: position, to: bytes.count, into: &mantissa) : position
    }

    /// What follows the `e` at `position`, which moves behind it; far beyond any number's range it is cut. nil without digits.
    private static func exponent(_ bytes: Span<UInt8>, from position: inout Int, to end: Int) -> Int? {
        position += 1
        guard position < end else { return nil }
        let sign = bytes[position]
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position += 1 }
        let start = position
        var exponent = 0
        while position < end {
            let digit = bytes[position] &- UInt8(ascii: "0")
            if digit > 9 { break }
            exponent = min(exponent * 10 + Int(digit), 1_000_000_000)
            position += 1
        }
        if position == start { return nil }
        return sign == UInt8(ascii: "-") ? -exponent : exponent
    }

    /// Zeros before the first other digit, which leave a mantissa as it is.
    private func leadingZeros(from start: Int) -> Int {
        var count = 0
        for byte in self.bytes[start..<self.end] {
            if byte == UInt8(ascii: "0") {
                count += 1
            } else if byte != UInt8(ascii: ".") {
                break
            }
        }
        return count
    }

    private mutating func notFinite(isNegative: Bool) throws(JSONFault) -> JSONNumber {
        if isNegative { self.position += 1 }
        switch self.bytes[self.position] {
        case UInt8(ascii: "N") where !isNegative:
            try self.literal("NaN")
            return JSONNumber(value: .nan, isFloating: true)
        case UInt8(ascii: "I"):
            try self.literal("Infinity")
            return JSONNumber(value: isNegative ? -.infinity : .infinity, isFloating: true)
        default: throw self.fault(.badNumber)
        }
    }

    /// The standard library's way, for very long or very large and small numbers.
    private func slowValue(from start: Int, to end: Int) -> Double {
        guard end - start > Self.decidingDigits else {
            return Double(String(decoding: self.bytes[start..<end], as: UTF8.self)) ?? .nan
        }
        return Double(self.shortened(from: start, to: end)) ?? .nan
    }

    /// The same number with no more digits than can decide about its value.
    private func shortened(from start: Int, to end: Int) -> String {
        var digits: [UInt8] = []
        var point = 0
        var position = start
        var isFraction = false
        var isBeyondZero = false
        while position < end, self.bytes[position] | 0x20 != UInt8(ascii: "e") {
            let byte = self.bytes[position]
            position += 1
            if byte == UInt8(ascii: ".") { isFraction = true }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { continue }
            if digits.count < Self.decidingDigits {
                if !digits.isEmpty || byte != UInt8(ascii: "0") { digits.append(byte) }
                if isFraction { point -= 1 }
            } else {
                isBeyondZero = isBeyondZero || byte != UInt8(ascii: "0")
                if !isFraction { point += 1 }
            }
        }
        if digits.isEmpty { return "0" }
        if isBeyondZero {
            digits.append(UInt8(ascii: "1"))
            point -= 1
        }
        if position < end { point += Self.exponent(self.bytes.span, from: &position, to: end) ?? 0 }
        let sign = self.bytes[start] == UInt8(ascii: "-") ? "-" : ""
        return sign + String(decoding: digits, as: UTF8.self) + "e\(point)"
    }
}
