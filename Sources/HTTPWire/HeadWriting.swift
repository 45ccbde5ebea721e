/// What becomes of the fields of a request on its way to an upstream.
package struct RequestFieldRules: Equatable, Sendable {
    /// Keep the client's `Host`; otherwise the caller appends one.
    package var keepsHost: Bool
    /// Kinds of fields that are left out, beside those that never pass.
    package var drops: FieldKinds

    /// - Parameter drops: `X-Forwarded-For` where the caller appends one that continues the client's.
    package init(keepsHost: Bool, drops: FieldKinds = FieldKinds(.forwardedFor)) {
        self.keepsHost = keepsHost
        self.drops = drops
    }

    /// They concern one connection, or are written anew, or are the gateway's own.
    fileprivate static let neverPassing = FieldKinds(
        .transferEncoding,
        .connection,
        .hopByHop,
        .upgrade,
        .pin,
        .pinToken,
        .reserved
    )
}

extension RequestHead {
    /// Writes the request line and the fields that may be passed on, without the empty line: the caller appends its own
    /// fields and `\r\n`.
    ///
    /// Left out are `Connection` and the fields it names (except those that frame or route), `Keep-Alive`, `Proxy-…`,
    /// `TE`, `Upgrade`, `X-Serin-…`, and what the rules drop; also `Expect` from HTTP/1.0, which does not know it.
    /// `Transfer-Encoding` is written anew.
    ///
    /// - Parameters:
    ///   - output: Must have room for `outgoingSize` bytes and `targetPrefix`.
    ///   - source: The bytes this head was parsed from.
    ///   - targetPrefix: What the target starts with instead of its first `skipping` bytes of path.
    ///   - upgrade: The protocol that `upgrade(in:)` found, where the caller can go on with it.
    package func write(
        into output: inout OutputRawSpan,
        source: RawSpan,
        targetPrefix: [UInt8],
        skipping: Int,
        rules: RequestFieldRules,
        upgrade: ByteRange? = nil
    ) {
        let room = self.outgoingSize + targetPrefix.count
        output.write(atMost: room, from: source) { writer, bytes in
            writer.append(self.methodName, of: bytes)
            writer.append(Octet.space)
            writer.append(targetPrefix)
            let pathStart = Int(self.target.path.start) + skipping
            if targetPrefix.isEmpty && pathStart == self.target.path.end { writer.append(Octet.slash) }
            var dropped = RequestFieldRules.neverPassing.union(rules.drops)
            if self.isVersion10 { dropped.insert(.expect) }
            let fieldsEnd = self.length - 2
            if rules.keepsHost, !self.isVersion10, self.target.authority.isEmpty {
                // The rest of the target, the version and the first fields stand side by side.
                writer.append(self.fields, dropping: dropped, from: pathStart, to: fieldsEnd, of: bytes)
            } else {
                dropped.insert(.host)
                writer.append(bytes + pathStart, self.target.query.end - pathStart)
                writer.append(" HTTP/1.1\r\n")
                if rules.keepsHost, !self.host.isEmpty { writer.appendHost(self.host, of: bytes) }
                writer.append(self.fields, dropping: dropped, from: self.lineEnd, to: fieldsEnd, of: bytes)
            }
            if self.fields.isChunked { writer.append("Transfer-Encoding: chunked\r\n") }
            if let upgrade { writer.appendUpgrade(upgrade, of: bytes) }
        }
    }

    /// The offset of the first field line; behind `HTTP/1.x` and its CRLF.
    private var lineEnd: Int { self.target.query.end + 11 }

    /// An upper bound of what `write` needs beside the target's prefix.
    package var outgoingSize: Int { self.length + 64 }

    /// Appends the values of the client's `X-Forwarded-For` fields, each with `, ` behind it.
    package func appendForwardedFor(to output: inout OutputRawSpan, source: RawSpan) {
        self.appendValues(of: .forwardedFor, to: &output, source: source)
    }

    /// Appends the values of the fields of this kind that are not empty, each with `, ` behind it.
    func appendValues(of kind: FieldKind, to output: inout OutputRawSpan, source: RawSpan) {
        guard self.fields.contains(kind) else { return }
        for line in self.fields.lines where line.kind == kind && !line.value.isEmpty {
            output.append(contentsOf: source.extracting(line.value.bounds))
            output.append(contentsOf: ", ")
        }
    }
}

extension ResponseHead {
    private static let neverPassing = FieldKinds(
        .transferEncoding,
        .connection,
        .hopByHop,
        .upgrade,
        .pin,
        .pinToken,
        .reserved
    )

    /// Writes the status line and the fields that may be passed on, without the empty line: the caller appends its own
    /// fields and `\r\n`.
    ///
    /// - Parameters:
    ///   - output: Must have room for `outgoingSize` bytes.
    ///   - source: The bytes this head was parsed from.
    ///   - keepsChunked: The client gets the chunked body as it is.
    ///   - upgrade: The protocol that `acceptedUpgrade` found.
    package func write(
        into output: inout OutputRawSpan,
        source: RawSpan,
        keepsChunked: Bool,
        upgrade: ByteRange? = nil
    ) {
        // A message without content must not announce any (RFC 9110 section 8.6).
        let announcesLength = self.status >= 200 && self.status != 204
        output.write(atMost: self.outgoingSize, from: source) { writer, bytes in
            var dropped = Self.neverPassing
            if !announcesLength { dropped.insert(.contentLength) }
            writer.append("HTTP/1.1")
            // Behind the version everything stands as it goes out, unless the blank before the reason is missing.
            let statusEnd = 12
            var start = 8
            if bytes[statusEnd] != Octet.space {
                writer.append(bytes + start, statusEnd - start)
                writer.append(Octet.space)
                start = statusEnd
            }
            writer.append(self.fields, dropping: dropped, from: start, to: self.length - 2, of: bytes)
            if self.fields.isChunked, keepsChunked, announcesLength { writer.append("Transfer-Encoding: chunked\r\n") }
            if let upgrade { writer.appendUpgrade(upgrade, of: bytes) }
        }
    }

    /// An upper bound of what `write` needs.
    package var outgoingSize: Int { self.length + 64 }
}

extension OutputRawSpan {
    /// Lets `body` write at most `room` bytes from the bytes of `source`; there must be room for all of them.
    @inline(__always)
    fileprivate mutating func write(
        atMost room: Int,
        from source: RawSpan,
        _ body: (inout HeadWriter, UnsafePointer<UInt8>) -> Void
    ) {
        source.withUnsafeBytes { source in
            guard let bytes = source.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
            self.withUnsafeMutableBytes { target, written in
                guard let start = target.baseAddress, target.count - written >= room else {
                    preconditionFailure("the output has no room")
                }
                var writer = HeadWriter(at: start + written)
                body(&writer, bytes)
                written = writer.written(since: start)
            }
        }
    }
}
