/// The field lines of one head and the facts that framing and connection handling need.
///
/// Meant to be kept and filled again: its storage is reused, so a steady state allocates nothing.
package struct FieldSection: ~Copyable {
    /// As many lines as a head may have; the first `count` of them are this head's.
    private var storage: [FieldLine] = []
    private var count = 0
    private var facts = FieldFacts()

    init() {}

    package var lines: ArraySlice<FieldLine> { self.storage[..<self.count] }

    /// The value of `Content-Length`; -1 when there is none.
    package var contentLength: Int { self.facts.contentLength }
    package var isChunked: Bool { self.facts.isChunked }
    /// `Connection` holds `close`.
    package var wantsClose: Bool { self.facts.wantsClose }
    /// `Connection` holds `keep-alive`.
    package var wantsKeepAlive: Bool { self.facts.wantsKeepAlive }
    /// `Connection` holds `upgrade`.
    package var wantsUpgrade: Bool { self.facts.wantsUpgrade }
    /// `Connection` names other fields, which then must not be passed on.
    package var nominatesFields: Bool { self.facts.nominatesFields }
    package var hasForwardedFor: Bool { self.contains(.forwardedFor) }
    package var hasExpectation: Bool { self.contains(.expect) }

    /// Whether there is a field of this kind, which must not be `other`.
    @inline(__always)
    package func contains(_ kind: FieldKind) -> Bool { self.facts.kinds.contains(kind) }

    /// The value of `Host`; nil when there is none.
    var host: ByteRange? { self.facts.hostLine < 0 ? nil : self.storage[self.facts.hostLine].value }

    /// Where the value of the only field of this kind stands; nil when there is none, or more than one.
    package func onlyValue(of kind: FieldKind) -> ByteRange? {
        guard self.contains(kind) else { return nil }
        var value: ByteRange?
        for index in 0..<self.count where self.storage[index].kind == kind {
            if value != nil { return nil }
            value = self.storage[index].value
        }
        return value
    }

    /// The index of the first line named `name`, letters compared without case.
    package func firstIndex(named name: [UInt8], in source: RawSpan) -> Int? {
        for index in 0..<self.count
        where Int(self.storage[index].name.count) == name.count
            && source.extracting(self.storage[index].name.bounds).equalsIgnoringCase(name)
        {
            return index
        }
        return nil
    }

    /// Calls `body` with the lines in place.
    @inline(__always)
    func withLines<Result>(_ body: (UnsafeBufferPointer<FieldLine>) -> Result) -> Result {
        let count = self.count
        return self.storage.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[..<count])) }
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
    /// Forgets the head before this one.
    mutating func reset() {
        self.count = 0
        self.facts = FieldFacts()
    }

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
        // No line is shorter than `a:` with its end, so that many are enough whatever the limit.
        let room = min(fieldLimit, max(0, end - start) / 4 + 1)
        if self.storage.count < room { self.storage = Array(repeating: .empty, count: room) }
        var facts = FieldFacts()
        var count = 0
        let result = self.storage.withUnsafeMutableBufferPointer { lines -> FieldSectionEnd in
            var index = start
            while true {
                guard index < end else { return exhausted }
                if bytes[index] == Octet.carriageReturn {
                    guard index + 1 < end else { return exhausted }
                    return bytes[index + 1] == Octet.lineFeed
                        ? .complete(end: index + 2) : .invalid(.bareCarriageReturn)
                }
                if count == fieldLimit { return .invalid(.tooManyFields) }
                switch Self.parseLine(bytes, from: index, to: end, of: kind) {
                case .needsMore: return exhausted
                case .invalid(let defect): return .invalid(defect)
                case .line(let line):
                    if line.kind != .other, let defect = facts.take(line, number: count, of: kind, bytes) {
                        return .invalid(defect)
                    }
                    facts.hasBlankBeforeColon = facts.hasBlankBeforeColon || line.hasBlankBeforeColon
                    lines[count] = line
                    count &+= 1
                    index = Int(line.end)
                }
            }
        }
        self.facts = facts
        self.count = count
        return result
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
        var index = bytes.skipWords(from: start, to: end) { $0.notPlainName }
        var hasUnderscore = false
        while index < end, Octet.isToken(bytes[index]) {
            hasUnderscore = hasUnderscore || bytes[index] == Octet.underscore
            index &+= 1
        }
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
        let name = bytes + start
        return .line(
            FieldLine(
                name: ByteRange(from: start, to: nameEnd),
                value: ByteRange(from: valueStart, to: valueEnd),
                end: Int32(truncatingIfNeeded: index + 2),
                kind: hasUnderscore ? .ofUnderscored(name, nameEnd - start) : .of(name, nameEnd - start),
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
        while true {
            index = bytes.skipWords(from: index, to: end) { $0.notPlainContent }
            while index < end, Octet.isFieldContent(bytes[index]), bytes[index] != Octet.tab { index &+= 1 }
            guard index < end, bytes[index] == Octet.tab else { return index }
            index &+= 1
        }
    }
}

// MARK: - What is written on

extension FieldSection {
    var hasBlankBeforeColon: Bool { self.facts.hasBlankBeforeColon }

    /// Whether a `Connection` field nominates the field `name`.
    func nominates(_ name: ByteRange, _ bytes: UnsafePointer<UInt8>) -> Bool {
        for index in 0..<self.count where self.storage[index].kind == .connection {
            let value = self.storage[index].value
            let isNamed = ConnectionOptions.contain(
                bytes + Int(name.start),
                Int(name.count),
                in: bytes + Int(value.start),
                Int(value.count)
            )
            if isNamed { return true }
        }
        return false
    }
}
