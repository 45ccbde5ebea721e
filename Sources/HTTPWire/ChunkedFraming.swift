/// The chunked transfer coding (RFC 9112 section 7.1), byte for byte.
///
/// Stricter than the RFC asks where implementations are known to differ: lines end with CRLF only, there is no blank
/// between a size and the end of its line, and a trailer can't hold what a head would be routed or framed by.
struct ChunkedFraming: Equatable, Sendable {
    private enum State: Equatable, Sendable {
        /// In the digits of a chunk size.
        case size(value: Int, digits: Int)
        /// In blanks behind the size, where only an extension may follow.
        case blankBeforeExtension(value: Int)
        case chunkExtension(value: Int)
        case sizeLineFeed(value: Int)
        case content(remaining: Int)
        case contentCarriageReturn
        case contentLineFeed
        case trailerStart
        case trailerName(TrailerName)
        case trailerValue
        case trailerLineFeed
        case lastLineFeed
    }

    /// Bytes of chunk extensions and of trailers that one body may hold beyond what its content makes up for.
    private static let overheadLimit = 16_384
    /// More digits could overflow; 2^60 bytes are enough.
    private static let digitLimit = 15

    private var state = State.size(value: 0, digits: 0)
    private var overhead = 0

    mutating func nextPiece(of bytes: RawSpan, from offset: Int) -> BodyFraming.Piece {
        var index = offset
        let end = bytes.byteCount
        while index < end {
            if case .content(let remaining) = self.state {
                let count = min(remaining, end - index)
                self.state = count == remaining ? .contentCarriageReturn : .content(remaining: remaining - count)
                return .content(ByteRange(from: index, to: index + count))
            }
            let octet = bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            index += 1
            if self.state == .lastLineFeed {
                return octet == Octet.lineFeed ? .complete(end: index) : .invalid(.malformedTrailer)
            }
            if let defect = self.take(octet) { return .invalid(defect) }
        }
        return .needsMore
    }

    private mutating func take(_ octet: UInt8) -> HeadDefect? {
        switch self.state {
        case .size(let value, let digits): return self.takeSize(octet, value, digits)
        case .blankBeforeExtension(let value):
            if octet == Octet.semicolon {
                self.state = .chunkExtension(value: value)
            } else if !Octet.isBlank(octet) {
                return .malformedChunk
            }
            return self.spend(or: .malformedChunk)
        case .chunkExtension(let value):
            if octet == Octet.carriageReturn {
                self.state = .sizeLineFeed(value: value)
            } else if !Octet.isFieldContent(octet) || octet >= 0x80 {
                return .malformedChunk
            }
            return self.spend(or: .malformedChunk)
        case .sizeLineFeed(let value):
            self.state = value == 0 ? .trailerStart : .content(remaining: value)
            // A long body may have an extension, such as a signature, in each of its chunks.
            self.overhead = max(0, self.overhead - value)
            return octet == Octet.lineFeed ? nil : .malformedChunk
        case .contentCarriageReturn:
            self.state = .contentLineFeed
            return octet == Octet.carriageReturn ? nil : .malformedChunk
        case .contentLineFeed:
            self.state = .size(value: 0, digits: 0)
            return octet == Octet.lineFeed ? nil : .malformedChunk
        case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed: return self.takeTrailer(octet)
        case .content, .lastLineFeed: preconditionFailure("handled by the caller")
        }
    }

    private mutating func takeSize(_ octet: UInt8, _ value: Int, _ digits: Int) -> HeadDefect? {
        if let digit = Octet.hexadecimalValue(octet) {
            if digits == Self.digitLimit { return .malformedChunk }
            self.state = .size(value: value << 4 | Int(digit), digits: digits + 1)
            return nil
        }
        guard digits > 0 else { return .malformedChunk }
        switch octet {
        case Octet.carriageReturn: self.state = .sizeLineFeed(value: value)
        case Octet.semicolon: self.state = .chunkExtension(value: value)
        case Octet.space, Octet.tab: self.state = .blankBeforeExtension(value: value)
        case _: return .malformedChunk
        }
        return nil
    }

    private mutating func takeTrailer(_ octet: UInt8) -> HeadDefect? {
        switch self.state {
        case .trailerStart:
            if octet == Octet.carriageReturn {
                self.state = .lastLineFeed
                return nil
            }
            guard Octet.isToken(octet) else { return .malformedTrailer }
            var name = TrailerName()
            name.append(octet)
            self.state = .trailerName(name)
        case .trailerName(var name):
            if octet == Octet.colon {
                if name.isForbidden { return .forbiddenTrailer }
                self.state = .trailerValue
            } else {
                guard Octet.isToken(octet) else { return .malformedTrailer }
                name.append(octet)
                self.state = .trailerName(name)
            }
        case .trailerValue:
            if octet == Octet.carriageReturn {
                self.state = .trailerLineFeed
            } else if !Octet.isFieldContent(octet) {
                return .malformedTrailer
            }
        case .trailerLineFeed:
            guard octet == Octet.lineFeed else { return .malformedTrailer }
            self.state = .trailerStart
        case .size, .blankBeforeExtension, .chunkExtension, .sizeLineFeed, .content, .contentCarriageReturn,
            .contentLineFeed, .lastLineFeed:
            preconditionFailure("not in the trailer section")
        }
        return self.spend(or: .malformedTrailer)
    }

    private mutating func spend(or defect: HeadDefect) -> HeadDefect? {
        self.overhead += 1
        return self.overhead > Self.overheadLimit ? defect : nil
    }
}
