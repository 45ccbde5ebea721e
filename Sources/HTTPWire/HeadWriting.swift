/// What becomes of the fields of a request on its way to an upstream.
package struct RequestFieldRules: Equatable, Sendable {
    /// Keep the client's `Host`; otherwise the caller appends one.
    package var keepsHost: Bool

    package init(keepsHost: Bool) { self.keepsHost = keepsHost }
}

extension RequestHead {
    /// Writes the request line and the fields that may be passed on, without the empty line: the caller appends its own
    /// fields and `\r\n`.
    ///
    /// Left out are `Connection` and the fields it names (except those that frame or route), `Keep-Alive`, `Proxy-…`,
    /// `TE`, `Upgrade`, `X-Forwarded-For` and `X-Serin-…`; also `Expect` from HTTP/1.0, which does not know it.
    /// `Transfer-Encoding` is written anew.
    ///
    /// - Parameters:
    ///   - output: Must have room for `outgoingSize` bytes and `targetPrefix`.
    ///   - source: The bytes this head was parsed from.
    ///   - targetPrefix: What the target starts with instead of its first `skipping` bytes of path.
    package func write(
        into output: inout OutputRawSpan,
        source: RawSpan,
        targetPrefix: [UInt8],
        skipping: Int,
        rules: RequestFieldRules
    ) {
        output.append(contentsOf: source.extracting(self.methodName.bounds))
        output.append(Octet.space)
        output.append(contentsOf: targetPrefix)
        var path = self.target.path
        path.start += Int32(skipping)
        path.count -= Int32(skipping)
        if targetPrefix.isEmpty && path.isEmpty { output.append(Octet.slash) }
        output.append(contentsOf: source.extracting(path.bounds))
        output.append(contentsOf: source.extracting(self.target.query.bounds))
        output.append(contentsOf: " HTTP/1.1\r\n")
        if rules.keepsHost, !self.host.isEmpty {
            output.append(contentsOf: "Host: ")
            output.append(contentsOf: source.extracting(self.host.bounds))
            output.append(contentsOf: "\r\n")
        }
        let keepsExpectation = !self.isVersion10
        self.fields.write(into: &output, source: source) { kind in
            switch kind {
            case .other, .contentLength: true
            case .host, .transferEncoding, .connection, .hopByHop, .forwardedFor, .reserved: false
            case .expect: keepsExpectation
            }
        }
        if self.fields.isChunked { output.append(contentsOf: "Transfer-Encoding: chunked\r\n") }
    }

    /// An upper bound of what `write` needs beside the target's prefix.
    package var outgoingSize: Int { self.length + 64 }

    /// Appends the values of the client's `X-Forwarded-For` fields, each with `, ` behind it.
    package func appendForwardedFor(to output: inout OutputRawSpan, source: RawSpan) {
        guard self.fields.hasForwardedFor else { return }
        for line in self.fields.lines where line.kind == .forwardedFor && !line.value.isEmpty {
            output.append(contentsOf: source.extracting(line.value.bounds))
            output.append(contentsOf: ", ")
        }
    }
}

extension ResponseHead {
    /// Writes the status line and the fields that may be passed on, without the empty line: the caller appends its own
    /// fields and `\r\n`.
    ///
    /// - Parameters:
    ///   - output: Must have room for `outgoingSize` bytes.
    ///   - source: The bytes this head was parsed from.
    ///   - keepsChunked: The client gets the chunked body as it is.
    package func write(into output: inout OutputRawSpan, source: RawSpan, keepsChunked: Bool) {
        output.append(contentsOf: "HTTP/1.1 ")
        output.append(decimal: self.status)
        output.append(Octet.space)
        output.append(contentsOf: source.extracting(self.reason.bounds))
        output.append(contentsOf: "\r\n")
        // A message without content must not announce any (RFC 9110 section 8.6).
        let announcesLength = self.status >= 200 && self.status != 204
        self.fields.write(into: &output, source: source) { kind in
            switch kind {
            case .other, .host, .expect, .forwardedFor: true
            case .contentLength: announcesLength
            case .transferEncoding, .connection, .hopByHop, .reserved: false
            }
        }
        if self.fields.isChunked, keepsChunked, announcesLength {
            output.append(contentsOf: "Transfer-Encoding: chunked\r\n")
        }
    }

    /// An upper bound of what `write` needs.
    package var outgoingSize: Int { self.length + 64 }
}

extension FieldSection {
    /// Copies the lines whose kind `keeps` and that no `Connection` field nominates; neighbours go in one piece.
    @inline(__always)
    func write(into output: inout OutputRawSpan, source: RawSpan, keeps: (FieldKind) -> Bool) {
        source.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress, let first = self.lines.first else { return }
            let bytes = start.assumingMemoryBound(to: UInt8.self)
            var runStart = Int(first.name.start)
            for line in self.lines {
                let isKept = keeps(line.kind) && !(self.nominatesFields && self.isNominated(line, bytes))
                if isKept && !line.hasBlankBeforeColon { continue }
                output.append(start + runStart, count: Int(line.name.start) - runStart)
                runStart = Int(line.end)
                if isKept { Self.writeNormalised(line, into: &output, source: source) }
            }
            let end = self.lines.last.map { Int($0.end) } ?? runStart
            output.append(start + runStart, count: end - runStart)
        }
    }

    /// Fields that frame the message or that end-to-end meaning depends on can't be nominated away.
    private func isNominated(_ line: FieldLine, _ bytes: UnsafePointer<UInt8>) -> Bool {
        switch line.kind {
        case .host, .contentLength, .transferEncoding: false
        case .other, .connection, .hopByHop, .expect, .forwardedFor, .reserved: self.nominates(line.name, bytes)
        }
    }

    private static func writeNormalised(_ line: FieldLine, into output: inout OutputRawSpan, source: RawSpan) {
        output.append(contentsOf: source.extracting(line.name.bounds))
        output.append(contentsOf: ": ")
        output.append(contentsOf: source.extracting(line.value.bounds))
        output.append(contentsOf: "\r\n")
    }
}
