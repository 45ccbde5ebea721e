/// The head of one request, as offsets into the bytes it was parsed from.
///
/// Meant to be kept and filled again by `parse`: a steady state allocates nothing.
package struct RequestHead: ~Copyable {
    package internal(set) var method = RequestMethod.other
    package internal(set) var methodName = ByteRange.empty
    package internal(set) var target = RequestTarget.empty
    package internal(set) var isVersion10 = false
    package internal(set) var fields = FieldSection()
    /// Bytes up to the end of the head, empty lines before it included.
    package internal(set) var length = 0

    /// `Host`, or the authority of an absolute-form target, which outranks it; empty when HTTP/1.0 sends neither.
    package var host: ByteRange {
        self.target.authority.isEmpty ? self.fields.host ?? .empty : self.target.authority
    }

    package var bodyLength: BodyLength {
        self.fields.isChunked ? .chunked : BodyLength(length: max(0, self.fields.contentLength))
    }

    /// The client wants to send further requests on this connection.
    package var isPersistent: Bool {
        self.isVersion10 ? self.fields.wantsKeepAlive && !self.fields.wantsClose : !self.fields.wantsClose
    }

    package init() {}
}

extension RequestHead {
    /// Parses the head at the start of `bytes`.
    ///
    /// Call it again with all the bytes when more have arrived; `PartialHead` says when that is worth while.
    package mutating func parse(_ bytes: RawSpan, limits: HeadLimits) -> HeadProgress {
        bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return .needsMore }
            let bytes = start.assumingMemoryBound(to: UInt8.self)
            let progress = self.parse(bytes, count: buffer.count, limits: limits)
            guard case .invalid = progress else { return progress }
            let settled = PartialHead.settledCount(bytes, buffer.count, limits: limits)
            return settled == buffer.count ? progress : self.parse(bytes, count: settled, limits: limits)
        }
    }

    private mutating func parse(_ bytes: UnsafePointer<UInt8>, count: Int, limits: HeadLimits) -> HeadProgress {
        self.fields.reset()
        let end = min(count, limits.headSize)
        switch self.parseRequestLine(bytes, to: end, limits: limits) {
        case .needsMore: return count >= limits.headSize ? .invalid(.targetTooLong) : .needsMore
        case .invalid(let defect): return .invalid(defect)
        case .complete(let lineEnd):
            let end = self.fields.parse(
                bytes,
                from: lineEnd,
                to: end,
                of: .request,
                fieldLimit: limits.fieldCount,
                exhausted: count >= limits.headSize ? .invalid(.headTooLarge) : .needsMore
            )
            switch end {
            case .needsMore: return .needsMore
            case .invalid(let defect): return .invalid(defect)
            case .complete(let end):
                if let defect = self.contradiction(bytes) { return .invalid(defect) }
                self.length = end
                return .complete(length: end)
            }
        }
    }

    /// How many empty lines before a request line are ignored (RFC 9112 section 2.2 asks for at least one).
    private static let emptyLineLimit = 8

    private mutating func parseRequestLine(
        _ bytes: UnsafePointer<UInt8>,
        to end: Int,
        limits: HeadLimits
    ) -> FieldSectionEnd {
        var index = 0
        while index < end, bytes[index] == Octet.carriageReturn {
            guard index + 1 < end else { return .needsMore }
            guard bytes[index + 1] == Octet.lineFeed else { return .invalid(.bareCarriageReturn) }
            index += 2
            guard index <= 2 * Self.emptyLineLimit else { return .invalid(.malformedStartLine) }
        }
        let methodStart = index
        while index < end, Octet.isToken(bytes[index]) { index &+= 1 }
        guard index < end else { return .needsMore }
        guard index > methodStart, bytes[index] == Octet.space else {
            return .invalid(bytes[index] == Octet.lineFeed ? .bareLineFeed : .malformedStartLine)
        }
        self.methodName = ByteRange(from: methodStart, to: index)
        self.method = RequestMethod(bytes + methodStart, index - methodStart)
        index &+= 1
        let targetStart = index
        let targetBound = min(end, targetStart + limits.targetSize)
        index = bytes.skipWords(from: index, to: targetBound) { $0.notTarget }
        while index < targetBound, Octet.isTarget(bytes[index]) { index &+= 1 }
        guard index < end else { return .needsMore }
        if index == targetBound, Octet.isTarget(bytes[index]) { return .invalid(.targetTooLong) }
        guard bytes[index] == Octet.space, index > targetStart else { return .invalid(.malformedTarget) }
        if self.method == .connect || self.method == .trace { return .invalid(.unsupportedMethod) }
        guard let target = RequestTarget(bytes, from: targetStart, to: index, method: self.method) else {
            return .invalid(.malformedTarget)
        }
        self.target = target
        return self.parseVersion(bytes, from: index + 1, to: end)
    }

    private mutating func parseVersion(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> FieldSectionEnd {
        switch HTTPVersion.parse(bytes, from: start, to: end) {
        case .needsMore: return .needsMore
        case .invalid(let defect): return .invalid(defect)
        case .complete(let versionEnd):
            self.isVersion10 = bytes[versionEnd - 1] == 0x30
            guard versionEnd < end else { return .needsMore }
            guard bytes[versionEnd] == Octet.carriageReturn else {
                return .invalid(bytes[versionEnd] == Octet.lineFeed ? .bareLineFeed : .malformedStartLine)
            }
            guard versionEnd + 1 < end else { return .needsMore }
            guard bytes[versionEnd + 1] == Octet.lineFeed else { return .invalid(.bareCarriageReturn) }
            return .complete(end: versionEnd + 2)
        }
    }

    /// What only the whole head can show.
    private func contradiction(_ bytes: UnsafePointer<UInt8>) -> HeadDefect? {
        if self.fields.isChunked {
            if self.fields.contentLength >= 0 { return .contradictoryLength }
            if self.isVersion10 { return .transferEncodingInVersion10 }
        }
        guard let value = self.fields.host else { return self.isVersion10 ? nil : .missingHost }
        return HostName.isValid(bytes + Int(value.start), Int(value.count)) ? nil : .malformedHost
    }
}
