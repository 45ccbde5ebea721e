/// The name of a trailer field as a hash, so that it can be known without being kept.
struct TrailerName: Equatable, Sendable {
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private var hasForbiddenPrefix = false

    /// FNV-1a over the name in lower case with `-` for `_`, as some servers read it; a name that collides with a forbidden
    /// one is refused too.
    mutating func append(_ octet: UInt8) {
        let octet = octet == Octet.underscore ? 0x2D : Octet.lowercased(octet)
        self.hash = (self.hash ^ UInt64(octet)) &* 0x0000_0100_0000_01B3
        if octet == 0x2D, Self.forbiddenPrefixes.contains(self.hash) { self.hasForbiddenPrefix = true }
    }

    var isForbidden: Bool { self.hasForbiddenPrefix || Self.forbidden.contains(self.hash) }

    private static func hash(of name: String) -> UInt64 {
        var hashed = TrailerName()
        for octet in name.utf8 { hashed.hash = (hashed.hash ^ UInt64(octet)) &* 0x0000_0100_0000_01B3 }
        return hashed.hash
    }

    /// What a head would be framed, routed, trusted or understood by (RFC 9110 section 6.5.1).
    private static let forbidden: Set<UInt64> = Set(
        [
            "authorization", "connection", "content-encoding", "content-length", "content-range", "content-type",
            "cookie", "expect", "forwarded", "host", "http2-settings", "keep-alive", "max-forwards", "proxy",
            "set-cookie", "te", "trailer", "transfer-encoding", "upgrade",
        ].map(hash(of:))
    )

    private static let forbiddenPrefixes: Set<UInt64> = Set(
        ["proxy-", "x-forwarded-", "x-serin-"].map(hash(of:))
    )
}
