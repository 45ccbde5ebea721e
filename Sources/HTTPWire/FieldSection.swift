/// The field lines of one head and the facts that framing and connection handling need.
///
/// Meant to be kept and filled again: its storage is reused, so a steady state allocates nothing.
package struct FieldSection: ~Copyable {
    package internal(set) var lines: [FieldLine] = []
    /// The value of `Content-Length`; -1 when there is none.
    package internal(set) var contentLength = -1
    package internal(set) var isChunked = false
    /// `Connection` holds `close`.
    package internal(set) var wantsClose = false
    /// `Connection` holds `keep-alive`.
    package internal(set) var wantsKeepAlive = false
    /// `Connection` names other fields, which then must not be passed on.
    package internal(set) var nominatesFields = false
    /// The index in `lines` of `Host`; -1 when there is none.
    package internal(set) var hostLine = -1
    package internal(set) var hasForwardedFor = false
    package internal(set) var hasExpectation = false

    init() { self.lines.reserveCapacity(64) }

    mutating func reset() {
        self.lines.removeAll(keepingCapacity: true)
        self.contentLength = -1
        self.isChunked = false
        self.wantsClose = false
        self.wantsKeepAlive = false
        self.nominatesFields = false
        self.hostLine = -1
        self.hasForwardedFor = false
        self.hasExpectation = false
    }

    /// The index of the first line named `name`, letters compared without case.
    package func firstIndex(named name: [UInt8], in source: RawSpan) -> Int? {
        for index in self.lines.indices
        where Int(self.lines[index].name.count) == name.count
            && source.extracting(self.lines[index].name.bounds).equalsIgnoringCase(name)
        {
            return index
        }
        return nil
    }
}

/// Which of the two kinds of message a field belongs to; they differ in what is tolerated.
enum MessageKind {
    case request
    case response
}

/// Where a run of field lines ended.
enum FieldSectionEnd {
    case needsMore
    case complete(end: Int)
    case invalid(HeadDefect)
}

extension FieldSection {
    /// Parses field lines from `start` up to and including the empty line.
    ///
    /// - Parameters:
    ///   - end: Offset behind the last byte that is there or allowed.
    ///   - exhausted: What it means to run into `end`.
    mutating func parse(
        _ bytes: UnsafePointer<UInt8>,
        from start: Int,
        to end: Int,
        of kind: MessageKind,
        fieldLimit: Int,
        exhausted: FieldSectionEnd
    ) -> FieldSectionEnd {
        var index = start
        while true {
            guard index < end else { return exhausted }
            if bytes[index] == Octet.carriageReturn {
                guard index + 1 < end else { return exhausted }
                return bytes[index + 1] == Octet.lineFeed ? .complete(end: index + 2) : .invalid(.bareCarriageReturn)
            }
            if self.lines.count == fieldLimit { return .invalid(.tooManyFields) }
            switch Self.parseLine(bytes, from: index, to: end, of: kind) {
            case .needsMore: return exhausted
            case .invalid(let defect): return .invalid(defect)
            case .line(let line):
                if line.kind != .other, let defect = self.take(line, bytes) { return .invalid(defect) }
                self.lines.append(line)
                index = Int(line.end)
            }
        }
    }

    private enum LineResult {
        case needsMore
        case line(FieldLine)
        case invalid(HeadDefect)
    }

    /// Parses the field line at `start`, which holds at least one byte that is no carriage return.
    @inline(__always)
    private static func parseLine(
        _ bytes: UnsafePointer<UInt8>,
        from start: Int,
        to end: Int,
        of kind: MessageKind
    ) -> LineResult {
        var index = start
        while index < end, Octet.isToken(bytes[index]) { index &+= 1 }
        guard index < end else { return .needsMore }
        let nameEnd = index
        if nameEnd == start { return .invalid(Self.defect(ofFirst: bytes[start])) }
        if bytes[index] != Octet.colon {
            guard Octet.isBlank(bytes[index]) else { return .invalid(Self.defect(inName: bytes[index])) }
            if kind == .request { return .invalid(.blankBeforeColon) }
            while index < end, Octet.isBlank(bytes[index]) { index &+= 1 }
            guard index < end else { return .needsMore }
            guard bytes[index] == Octet.colon else { return .invalid(.malformedFieldName) }
        }
        let hasBlank = index != nameEnd
        index &+= 1
        while index < end, Octet.isBlank(bytes[index]) { index &+= 1 }
        let valueStart = index
        index = Self.skipFieldContent(bytes, from: index, to: end)
        guard index < end else { return .needsMore }
        guard bytes[index] == Octet.carriageReturn else {
            return .invalid(bytes[index] == Octet.lineFeed ? .bareLineFeed : .controlCharacter)
        }
        guard index + 1 < end else { return .needsMore }
        guard bytes[index + 1] == Octet.lineFeed else { return .invalid(.bareCarriageReturn) }
        var valueEnd = index
        while valueEnd > valueStart, Octet.isBlank(bytes[valueEnd - 1]) { valueEnd &-= 1 }
        return .line(
            FieldLine(
                name: ByteRange(from: start, to: nameEnd),
                value: ByteRange(from: valueStart, to: valueEnd),
                end: Int32(truncatingIfNeeded: index + 2),
                kind: FieldKind.of(bytes + start, nameEnd - start),
                hasBlankBeforeColon: hasBlank
            )
        )
    }

    private static func defect(ofFirst octet: UInt8) -> HeadDefect {
        if Octet.isBlank(octet) { return .foldedField }
        return self.defect(inName: octet)
    }

    private static func defect(inName octet: UInt8) -> HeadDefect {
        switch octet {
        case Octet.lineFeed: .bareLineFeed
        case _: .malformedFieldName
        }
    }

    /// The first offset from `start` on that is not field content, or `end`.
    @inline(__always)
    static func skipFieldContent(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let word = UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self)
            // Bit 7 of an octet is set when it is below 0x20, or equal to 0x7F (the usual zero-octet tests on words).
            let below = (word &- 0x2020_2020_2020_2020) & ~word
            let deletion = word ^ 0x7F7F_7F7F_7F7F_7F7F
            let equal = (deletion &- 0x0101_0101_0101_0101) & ~deletion
            if (below | equal) & 0x8080_8080_8080_8080 != 0 { break }
            index &+= 8
        }
        while index < end, Octet.isFieldContent(bytes[index]) { index &+= 1 }
        return index
    }
}

// MARK: - Fields with a meaning

extension FieldSection {
    /// Notes what a field says about framing, routing or the connection.
    private mutating func take(_ line: FieldLine, _ bytes: UnsafePointer<UInt8>) -> HeadDefect? {
        let value = bytes + Int(line.value.start)
        let count = Int(line.value.count)
        switch line.kind {
        case .contentLength: return self.takeContentLength(value, count)
        case .transferEncoding: return self.takeTransferEncoding(value, count)
        case .connection:
            self.takeConnection(value, count)
            return nil
        case .host:
            if self.hostLine >= 0 { return .repeatedHost }
            self.hostLine = self.lines.count
            return nil
        case .forwardedFor:
            self.hasForwardedFor = true
            return nil
        case .expect:
            self.hasExpectation = true
            return nil
        case .other, .hopByHop, .reserved: return nil
        }
    }

    private mutating func takeContentLength(_ value: UnsafePointer<UInt8>, _ count: Int) -> HeadDefect? {
        if self.contentLength >= 0 { return .repeatedContentLength }
        // 18 digits always fit an Int; nobody sends an exabyte.
        guard count > 0, count <= 18 else { return .malformedContentLength }
        var length = 0
        for index in 0..<count {
            guard Octet.isDigit(value[index]) else { return .malformedContentLength }
            length = length * 10 + Int(value[index] &- 0x30)
        }
        self.contentLength = length
        return nil
    }

    private mutating func takeTransferEncoding(_ value: UnsafePointer<UInt8>, _ count: Int) -> HeadDefect? {
        if self.isChunked { return .repeatedTransferEncoding }
        guard matches(value, count, "chunked") else { return .unsupportedTransferEncoding }
        self.isChunked = true
        return nil
    }

    private mutating func takeConnection(_ value: UnsafePointer<UInt8>, _ count: Int) {
        var start = 0
        while start < count {
            var end = start
            while end < count, value[end] != Octet.comma { end &+= 1 }
            var first = start
            var last = end
            while first < last, Octet.isBlank(value[first]) { first &+= 1 }
            while last > first, Octet.isBlank(value[last - 1]) { last &-= 1 }
            if matches(value + first, last - first, "close") {
                self.wantsClose = true
            } else if matches(value + first, last - first, "keep-alive") {
                self.wantsKeepAlive = true
            } else if first < last {
                self.nominatesFields = true
            }
            start = end + 1
        }
    }

    /// Whether a `Connection` field nominates the field `name`.
    func nominates(_ name: ByteRange, _ bytes: UnsafePointer<UInt8>) -> Bool {
        for line in self.lines where line.kind == .connection {
            let value = bytes + Int(line.value.start)
            let count = Int(line.value.count)
            var start = 0
            while start < count {
                var end = start
                while end < count, value[end] != Octet.comma { end &+= 1 }
                var first = start
                var last = end
                while first < last, Octet.isBlank(value[first]) { first &+= 1 }
                while last > first, Octet.isBlank(value[last - 1]) { last &-= 1 }
                if last - first == Int(name.count),
                    matchesIgnoringCase(value + first, bytes + Int(name.start), count: last - first)
                {
                    return true
                }
                start = end + 1
            }
        }
        return false
    }
}
