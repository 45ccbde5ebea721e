/// The parts of a request target; offsets into the head.
package struct RequestTarget: Equatable, Sendable {
    /// The authority of an absolute-form target; empty for the other forms.
    package var authority: ByteRange
    /// From the first `/` up to the query; empty when an absolute-form target has none. `*` for an asterisk-form target.
    package var path: ByteRange
    /// From `?` on, or empty; it ends where the target ends.
    package var query: ByteRange
    /// The path holds no `%`, no `\`, and no `/` before another `/` or a `.`: every server sees the same segments in it.
    package var isPlain: Bool

    static let empty = RequestTarget(authority: .empty, path: .empty, query: .empty, isPlain: true)
}

extension RequestTarget {
    /// Takes apart the target at `start..<end`, whose octets are known to be target octets.
    init?(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, method: RequestMethod) {
        if bytes[start] == Octet.slash {
            self.init(bytes, authority: .empty, pathFrom: start, to: end)
            return
        }
        if bytes[start] == Octet.asterisk {
            guard end - start == 1, method == .options else { return nil }
            self.init(
                authority: .empty,
                path: ByteRange(from: start, to: end),
                query: ByteRange(from: end, to: end),
                isPlain: true
            )
            return
        }
        guard end - start > 7, matches(bytes + start, 7, "http://") else { return nil }
        let authorityStart = start + 7
        var index = authorityStart
        while index < end, bytes[index] != Octet.slash, bytes[index] != Octet.question { index &+= 1 }
        guard HostName.isValid(bytes + authorityStart, index - authorityStart) else { return nil }
        self.init(bytes, authority: ByteRange(from: authorityStart, to: index), pathFrom: index, to: end)
    }

    private init(_ bytes: UnsafePointer<UInt8>, authority: ByteRange, pathFrom start: Int, to end: Int) {
        var index = start
        var oddities: UInt64 = 0
        // Bit 7 when the octet before the word is `/`.
        var slashBefore: UInt64 = 0
        while index &+ OctetWord.count <= end {
            let word = OctetWord(at: bytes + index)
            let questions = word.equal(Octet.question)
            // The flags up to the first question mark; all when there is none.
            let inPath = questions == 0 ? ~0 : (questions & (~questions &+ 1)) &- 1
            let slashes = word.equal(Octet.slash)
            let behindSlash = (slashes | word.equal(Octet.dot)) & (slashes &<< 8 | slashBefore)
            oddities |= (behindSlash | word.equal(Octet.percent) | word.equal(Octet.backslash)) & inPath
            if questions != 0 {
                index &+= OctetWord.first(questions)
                break
            }
            slashBefore = slashes &>> 56
            index &+= OctetWord.count
        }
        while index < end, bytes[index] != Octet.question {
            let octet = bytes[index]
            let isBehindSlash = index > start && bytes[index - 1] == Octet.slash
            if octet == Octet.percent || octet == Octet.backslash { oddities = 1 }
            if isBehindSlash && (octet == Octet.slash || octet == Octet.dot) { oddities = 1 }
            index &+= 1
        }
        self.init(
            authority: authority,
            path: ByteRange(from: start, to: index),
            query: ByteRange(from: index, to: end),
            isPlain: oddities == 0
        )
    }
}

/// The methods a proxy must tell apart; any other token is passed on as `other`.
package enum RequestMethod: UInt8, Sendable {
    case get, head, options, trace, put, delete, post, connect, other

    /// A repetition has the same effect as one request (RFC 9110 section 9.2.2).
    package var isIdempotent: Bool {
        switch self {
        case .get, .head, .options, .trace, .put, .delete: true
        case .post, .connect, .other: false
        }
    }

    init(_ name: UnsafePointer<UInt8>, _ count: Int) {
        self =
            switch (name[0], count) {
            case (0x47, 3) where Self.equals(name, "GET"): .get
            case (0x50, 4) where Self.equals(name, "POST"): .post
            case (0x50, 3) where Self.equals(name, "PUT"): .put
            case (0x48, 4) where Self.equals(name, "HEAD"): .head
            case (0x44, 6) where Self.equals(name, "DELETE"): .delete
            case (0x4F, 7) where Self.equals(name, "OPTIONS"): .options
            case (0x54, 5) where Self.equals(name, "TRACE"): .trace
            case (0x43, 7) where Self.equals(name, "CONNECT"): .connect
            case (_, _): .other
            }
    }

    /// Methods are case-sensitive.
    @inline(__always)
    private static func equals(_ name: UnsafePointer<UInt8>, _ method: StaticString) -> Bool {
        for index in 0..<method.utf8CodeUnitCount where name[index] != method.utf8Start[index] { return false }
        return true
    }
}
