/// The head of one response, as offsets into the bytes it was parsed from.
///
/// Meant to be kept and filled again by `parse`: a steady state allocates nothing.
package struct ResponseHead: ~Copyable {
    /// 100...599.
    package internal(set) var status = 0
    /// May be empty.
    package internal(set) var reason = ByteRange.empty
    package internal(set) var isVersion10 = false
    package internal(set) var fields = FieldSection()
    /// Bytes up to the end of the head.
    package internal(set) var length = 0

    package var isInterim: Bool { self.status < 200 }

    /// The server will take another request on this connection, as far as the head can say.
    package var isPersistent: Bool { !self.isVersion10 && !self.fields.wantsClose }

    /// Whether the connection can carry another request behind this answer.
    ///
    /// An answer that must have no body but announces one may send it all the same, which would be taken for the next
    /// answer. Only 304 may state the length of what it doesn't send (RFC 9110 section 8.6).
    package func isPersistent(answering method: RequestMethod) -> Bool {
        guard self.isPersistent, method != .head else { return false }
        guard self.bodyLength(answering: method) == .none else { return true }
        return !self.fields.isChunked && (self.status == 304 || self.fields.contentLength <= 0)
    }

    package init() {}

    /// How the body ends, which depends on the request too.
    package func bodyLength(answering method: RequestMethod) -> BodyLength {
        if method == .head || self.isInterim || self.status == 204 || self.status == 304 { return .none }
        if self.fields.isChunked { return .chunked }
        return self.fields.contentLength >= 0 ? BodyLength(length: self.fields.contentLength) : .untilClose
    }
}

extension ResponseHead {
    /// Parses the head at the start of `bytes`; see `RequestHead.parse`.
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
        let exhausted: FieldSectionEnd = count >= limits.headSize ? .invalid(.headTooLarge) : .needsMore
        let lineEnd: Int
        switch self.parseStatusLine(bytes, to: end) {
        case .needsMore: return count >= limits.headSize ? .invalid(.headTooLarge) : .needsMore
        case .invalid(let defect): return .invalid(defect)
        case .complete(let end): lineEnd = end
        }
        let result = self.fields.parse(
            bytes,
            from: lineEnd,
            to: end,
            of: .response,
            fieldLimit: limits.fieldCount,
            exhausted: exhausted
        )
        switch result {
        case .needsMore: return .needsMore
        case .invalid(let defect): return .invalid(defect)
        case .complete(let end):
            if self.fields.isChunked {
                if self.fields.contentLength >= 0 { return .invalid(.contradictoryLength) }
                if self.isVersion10 { return .invalid(.transferEncodingInVersion10) }
            }
            self.length = end
            return .complete(length: end)
        }
    }

    private mutating func parseStatusLine(_ bytes: UnsafePointer<UInt8>, to end: Int) -> FieldSectionEnd {
        let versionEnd: Int
        switch HTTPVersion.parse(bytes, from: 0, to: end) {
        case .needsMore: return .needsMore
        case .invalid(let defect): return .invalid(defect)
        case .complete(let end): versionEnd = end
        }
        self.isVersion10 = bytes[versionEnd - 1] == 0x30
        guard versionEnd < end else { return .needsMore }
        guard bytes[versionEnd] == Octet.space else { return .invalid(.malformedStartLine) }
        var status = 0
        for index in versionEnd + 1...versionEnd + 3 {
            guard index < end else { return .needsMore }
            guard Octet.isDigit(bytes[index]) else { return .invalid(.malformedStatus) }
            status = status * 10 + Int(bytes[index] &- 0x30)
        }
        guard 100...599 ~= status else { return .invalid(.malformedStatus) }
        self.status = status
        return self.parseReason(bytes, from: versionEnd + 4, to: end)
    }

    /// The reason may be empty and even its blank may be missing: servers in use send both.
    private mutating func parseReason(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> FieldSectionEnd {
        var index = start
        guard index < end else { return .needsMore }
        if bytes[index] == Octet.space {
            index += 1
        } else if bytes[index] != Octet.carriageReturn {
            return .invalid(bytes[index] == Octet.lineFeed ? .bareLineFeed : .malformedStatus)
        }
        let reasonStart = index
        index = FieldSection.skipFieldContent(bytes, from: index, to: end)
        guard index < end else { return .needsMore }
        guard bytes[index] == Octet.carriageReturn else {
            return .invalid(bytes[index] == Octet.lineFeed ? .bareLineFeed : .controlCharacter)
        }
        guard index + 1 < end else { return .needsMore }
        guard bytes[index + 1] == Octet.lineFeed else { return .invalid(.bareCarriageReturn) }
        self.reason = ByteRange(from: reasonStart, to: index)
        return .complete(end: index + 2)
    }
}
