/// The rules of going on with another protocol on the same connection (RFC 9110 section 7.8), kept so narrow that the
/// message that asks for it can be read in one way only.
enum HTTPUpgrade {
    /// Whether a value of `Upgrade` names exactly one protocol, and not one that is HTTP itself or its security: those
    /// concern this connection, not the one behind the proxy.
    static func isPassable(_ value: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var nameEnd = 0
        while nameEnd < count, Octet.isToken(value[nameEnd]) { nameEnd &+= 1 }
        guard nameEnd > 0 else { return false }
        if nameEnd < count {
            guard value[nameEnd] == Octet.slash, nameEnd + 1 < count else { return false }
            for index in nameEnd + 1..<count where !Octet.isToken(value[index]) { return false }
        }
        for name in ["h2c", "h2", "http", "tls"] as [StaticString] where matches(value, nameEnd, name) { return false }
        return true
    }
}

extension RequestHead {
    /// Where the protocol stands that the client wants to go on with; nil when it asks for none that could be passed on.
    ///
    /// Asking takes HTTP/1.1, `Connection: upgrade`, exactly one `Upgrade` field with one protocol, and no content.
    package func upgrade(in source: RawSpan) -> ByteRange? {
        guard self.fields.wantsUpgrade, !self.isVersion10, self.bodyLength == .none,
            let value = self.fields.onlyValue(of: .upgrade), value.isPassableUpgrade(in: source)
        else { return nil }
        return value
    }
}

extension ResponseHead {
    /// The server goes on with another protocol; only right behind a request that asked for it.
    package var switchesProtocols: Bool { self.status == 101 }

    /// Where the protocol stands that the server goes on with; nil when this is not the answer to a request for `wanted`.
    package func acceptedUpgrade(to wanted: [UInt8], in source: RawSpan) -> ByteRange? {
        guard self.switchesProtocols, !self.isVersion10, self.fields.wantsUpgrade, !self.fields.isChunked,
            self.fields.contentLength <= 0, let value = self.fields.onlyValue(of: .upgrade),
            source.extracting(value.bounds).equalsIgnoringCase(wanted)
        else { return nil }
        return value
    }
}

extension ByteRange {
    fileprivate func isPassableUpgrade(in source: RawSpan) -> Bool {
        source.extracting(self.bounds).withUnsafeBytes { octets in
            guard let start = octets.baseAddress else { return false }
            return HTTPUpgrade.isPassable(start.assumingMemoryBound(to: UInt8.self), octets.count)
        }
    }
}
