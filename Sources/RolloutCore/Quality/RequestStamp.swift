/// What `x-serin-request-id` says about a request, so that feedback about it needs no stored row: which route generation routed it, for
/// which cohort it counts, and when. Signed, because clients send it back.
///
/// 24 bytes as 48 hexadecimal digits: format and standing (1), generation (5), milliseconds since 1970 (6), a number that is unique
/// within gateway and millisecond (5), signature (7).
package struct RequestStamp: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of the text.
    package static let textLength = 48

    /// Which version, if any, is judged by a request's answer.
    package enum Standing: Hashable, Sendable {
        /// The version of this cohort: it was drawn and it answered.
        case judged(Cohort)
        /// None: the client named the version.
        case pinned
        /// None: stable answered in the canary's place.
        case substituted
        /// None: the answer came later than the plan's rescue allows, after which the canary isn't asked any more.
        case late
    }

    package let standing: Standing
    /// 0…2⁴⁰−1.
    package let generation: Int64
    package let milliseconds: Int64
    /// 40 bits.
    package let unique: UInt64

    package init(cohort: Cohort, generation: Int64, milliseconds: Int64, unique: UInt64) {
        self.init(standing: .judged(cohort), generation: generation, milliseconds: milliseconds, unique: unique)
    }

    package init(standing: Standing, generation: Int64, milliseconds: Int64, unique: UInt64) {
        self.standing = standing
        self.generation = generation & 0xFF_FFFF_FFFF
        self.milliseconds = milliseconds & 0xFFFF_FFFF_FFFF
        self.unique = unique & 0xFF_FFFF_FFFF
    }

    package var routedAt: Timestamp { Timestamp(microseconds: self.milliseconds * 1_000) }

    /// The cohort that is judged by the request; nil when none is.
    package var cohort: Cohort? {
        switch self.standing {
        case .judged(let cohort): cohort
        case .pinned, .substituted, .late: nil
        }
    }

    /// The same request when it has turned out that no version is judged by it.
    package func standing(_ standing: Standing) -> RequestStamp {
        RequestStamp(
            standing: standing,
            generation: self.generation,
            milliseconds: self.milliseconds,
            unique: self.unique
        )
    }

    package var description: String {
        "\(self.standing.word) of generation \(self.generation) at \(self.routedAt)"
    }
}

extension RequestStamp {
    private static let format: UInt64 = 1
    private static let signatureMask: UInt64 = 0xFF_FFFF_FFFF_FFFF

    /// The three words of the text: what is signed, and the signature in the low 56 bits of the last.
    package func words(signedWith key: KeyedHash) -> (UInt64, UInt64, UInt64) {
        let head = Self.format << 4 | self.standing.code
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
        HexadecimalWord.text(words.0) + HexadecimalWord.text(words.1) + HexadecimalWord.text(words.2)
    }

    /// Reads a text that one of our gateways wrote under `key`; nil for any other.
    package init?(text: some StringProtocol, signedWith key: KeyedHash) {
        let bytes = Array(text.utf8)
        guard bytes.count == Self.textLength else { return nil }
        var words: [UInt64] = []
        for start in stride(from: 0, to: bytes.count, by: 16) {
            guard let word = HexadecimalWord.read(bytes[start..<start + 16]) else { return nil }
            words.append(word)
        }
        let (first, second, third) = (words[0], words[1], words[2])
        let unsigned = third & ~Self.signatureMask
        guard key.hash(first, second, unsigned) & Self.signatureMask == third & Self.signatureMask,
            first >> 60 == Self.format, let standing = Standing(code: first >> 56 & 0xF)
        else { return nil }
        self.init(
            standing: standing,
            generation: Int64(first >> 16 & 0xFF_FFFF_FFFF),
            milliseconds: Int64((first & 0xFFFF) << 32 | second >> 32),
            unique: (second & 0xFFFF_FFFF) << 8 | third >> 56
        )
    }
}

extension RequestStamp.Standing {
    fileprivate var code: UInt64 {
        switch self {
        case .judged(.stable): 0
        case .judged(.canary): 1
        case .judged(.baseline): 2
        case .pinned: 3
        case .substituted: 4
        case .late: 5
        }
    }

    fileprivate init?(code: UInt64) {
        switch code {
        case 0: self = .judged(.stable)
        case 1: self = .judged(.canary)
        case 2: self = .judged(.baseline)
        case 3: self = .pinned
        case 4: self = .substituted
        case 5: self = .late
        default: return nil
        }
    }

    fileprivate var word: String {
        switch self {
        case .judged(let cohort): cohort.rawValue
        case .pinned: "pinned"
        case .substituted: "substituted"
        case .late: "late"
        }
    }
}
