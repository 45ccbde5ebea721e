/// What `x-serin-request-id` says about a request, so that feedback about it needs no stored row: which route generation routed it, to
/// which cohort, and when. Signed, because clients send it back.
///
/// 24 bytes as 48 hexadecimal digits: format and cohort (1), generation (5), milliseconds since 1970 (6), a number that is unique
/// within gateway and millisecond (5), signature (7).
package struct RequestStamp: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of the text.
    package static let textLength = 48

    package let cohort: Cohort
    /// 0…2⁴⁰−1.
    package let generation: Int64
    package let milliseconds: Int64
    /// 40 bits.
    package let unique: UInt64

    package init(cohort: Cohort, generation: Int64, milliseconds: Int64, unique: UInt64) {
        self.cohort = cohort
        self.generation = generation & 0xFF_FFFF_FFFF
        self.milliseconds = milliseconds & 0xFFFF_FFFF_FFFF
        self.unique = unique & 0xFF_FFFF_FFFF
    }

    package var routedAt: Timestamp { Timestamp(microseconds: self.milliseconds * 1_000) }
    package var description: String { "\(self.cohort.rawValue) of generation \(self.generation) at \(self.routedAt)" }
}

extension RequestStamp {
    private static let format: UInt64 = 1
    private static let signatureMask: UInt64 = 0xFF_FFFF_FFFF_FFFF

    /// The three words of the text: what is signed, and the signature in the low 56 bits of the last.
    package func words(signedWith key: KeyedHash) -> (UInt64, UInt64, UInt64) {
        let head = Self.format << 4 | Self.code(self.cohort)
        let first = head << 56 | UInt64(bitPattern: self.generation) << 16 | UInt64(self.milliseconds) >> 32
        let second = UInt64(self.milliseconds) << 32 | self.unique >> 8
        let third = self.unique << 56
        let signature = key.hash(first, second, third) & Self.signatureMask
        return (first, second, third | signature)
    }

    package func text(signedWith key: KeyedHash) -> String {
        Self.text(of: self.words(signedWith: key))
    }

    package static func text(of words: (UInt64, UInt64, UInt64)) -> String {
        self.digits(words.0) + self.digits(words.1) + self.digits(words.2)
    }

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Reads a text that one of our gateways wrote under `key`; nil for any other.
    package init?(text: some StringProtocol, signedWith key: KeyedHash) {
        let bytes = Array(text.utf8)
        guard bytes.count == Self.textLength else { return nil }
        var words: [UInt64] = []
        for start in stride(from: 0, to: bytes.count, by: 16) {
            guard let word = Self.word(bytes[start..<start + 16]) else { return nil }
            words.append(word)
        }
        let (first, second, third) = (words[0], words[1], words[2])
        let unsigned = third & ~Self.signatureMask
        guard key.hash(first, second, unsigned) & Self.signatureMask == third & Self.signatureMask,
            first >> 60 == Self.format, let cohort = Self.cohort(first >> 56 & 0xF)
        else { return nil }
        self.init(
            cohort: cohort,
            generation: Int64(first >> 16 & 0xFF_FFFF_FFFF),
            milliseconds: Int64((first & 0xFFFF) << 32 | second >> 32),
            unique: (second & 0xFFFF_FFFF) << 8 | third >> 56
        )
    }

    /// Digits in lower case only: one request has one text.
    private static func word(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var word: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): word = word << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): word = word << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return word
    }

    private static func code(_ cohort: Cohort) -> UInt64 {
        switch cohort {
        case .stable: 0
        case .canary: 1
        case .baseline: 2
        }
    }

    private static func cohort(_ code: UInt64) -> Cohort? {
        switch code {
        case 0: .stable
        case 1: .canary
        case 2: .baseline
        default: nil
        }
    }
}
