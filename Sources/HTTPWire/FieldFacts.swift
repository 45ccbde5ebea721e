/// What the fields of one head say about framing, routing and the connection.
struct FieldFacts: Equatable, Sendable {
    /// The value of `Content-Length`; -1 when there is none.
    var contentLength = -1
    var isChunked = false
    /// `Connection` holds `close`.
    var wantsClose = false
    /// `Connection` holds `keep-alive`.
    var wantsKeepAlive = false
    /// `Connection` holds `upgrade`.
    var wantsUpgrade = false
    /// `Connection` names other fields, which then must not be passed on.
    var nominatesFields = false
    /// Some line has blanks between its name and the colon.
    var hasBlankBeforeColon = false
    /// The number of the `Host` line; -1 when there is none.
    var hostLine = -1
    /// The kinds that occur, `other` apart.
    var kinds = FieldKinds()

    /// Bytes of all values of `Connection`.
    private var connectionCount = 0
    /// Each field is looked for in them when a head is written, so they must not be long.
    private static let connectionLimit = 1_024

    /// Notes what the line with this number says, whose kind is not `other`.
    mutating func take(
        _ line: FieldLine,
        number: Int,
        of message: MessageKind,
        _ bytes: UnsafePointer<UInt8>
    ) -> HeadDefect? {
        let value = bytes + Int(line.value.start)
        let count = Int(line.value.count)
        self.kinds.insert(line.kind)
        switch line.kind {
        case .contentLength: return self.takeContentLength(value, count)
        case .transferEncoding: return self.takeTransferEncoding(value, count)
        case .connection:
            self.connectionCount += count
            guard self.connectionCount <= Self.connectionLimit else { return .headTooLarge }
            self.takeConnection(value, count)
            return nil
        case .host:
            // An answer's says nothing.
            if self.hostLine >= 0, message == .request { return .repeatedHost }
            self.hostLine = number
            return nil
        case .other, .hopByHop, .upgrade, .expect, .forwardedFor, .forwardedProto, .forwardedHost, .forwarded,
            .traceParent, .traceState, .pin, .pinToken, .reserved:
            return nil
        }
    }

    private mutating func takeContentLength(_ value: UnsafePointer<UInt8>, _ count: Int) -> HeadDefect? {
        if self.contentLength >= 0 { return .repeatedContentLength }
        // 18 digits always fit an Int; nobody sends an exabyte.
        guard count > 0, count <= 18 else { return .malformedContentLength }
        var length = 0
        for index in 0..<count {
            guard Octet.isDigit(value[index]) else { return .malformedContentLength }
            length = length &* 10 &+ Int(value[index] &- 0x30)
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
        // Almost all that is ever sent, and no token, so compared exactly.
        if matches(value, count, "keep-alive") {
            self.wantsKeepAlive = true
            return
        }
        var (close, keepAlive, upgrade, others) = (false, false, false, false)
        ConnectionOptions.forEach(in: value, count) { option, count in
            if matches(option, count, "close") {
                close = true
            } else if matches(option, count, "keep-alive") {
                keepAlive = true
            } else if matches(option, count, "upgrade") {
                upgrade = true
            } else {
                others = true
            }
        }
        self.wantsClose = self.wantsClose || close
        self.wantsKeepAlive = self.wantsKeepAlive || keepAlive
        self.wantsUpgrade = self.wantsUpgrade || upgrade
        self.nominatesFields = self.nominatesFields || others
    }
}
