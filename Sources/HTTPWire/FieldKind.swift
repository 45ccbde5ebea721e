/// What a field means to a proxy; every field it need not look at is `other`.
package enum FieldKind: UInt8, CaseIterable, Sendable {
    case other
    case host
    case contentLength
    case transferEncoding
    case connection
    /// `Keep-Alive`, `Proxy-…`, `TE`, `HTTP2-Settings`: they concern one connection and are never passed on; also `Proxy`,
    /// and names that a server may take for one of the other kinds because it reads `_` as `-`.
    case hopByHop
    case upgrade
    case expect
    case forwardedFor
    case forwardedProto
    case forwardedHost
    case forwarded
    case traceParent
    case traceState
    /// `X-Serin-Pin`: the version that the client asks for.
    case pin
    /// `X-Serin-Pin-Token`: what shows that it may.
    case pinToken
    /// Any other `X-Serin-…`: only the gateway itself sets these.
    case reserved
}

extension FieldKind {
    /// The kind of the field whose name is the `count` token octets at `name`.
    @inline(__always)
    static func of(_ name: UnsafePointer<UInt8>, _ count: Int) -> FieldKind {
        switch (name[0] | 0x20, count) {
        case (0x68, 4) where name.isName(count, "host"): .host
        case (0x68, 14) where name.isName(count, "http2-settings"): .hopByHop
        case (0x63, 14) where name.isName(count, "content-length"): .contentLength
        case (0x63, 10) where name.isName(count, "connection"): .connection
        case (0x74, 17) where name.isName(count, "transfer-encoding"): .transferEncoding
        case (0x74, 2) where name.isName(count, "te"): .hopByHop
        case (0x74, 11) where name.isName(count, "traceparent"): .traceParent
        case (0x74, 10) where name.isName(count, "tracestate"): .traceState
        case (0x6B, 10) where name.isName(count, "keep-alive"): .hopByHop
        case (0x75, 7) where name.isName(count, "upgrade"): .upgrade
        case (0x70, 6...) where name.startsWithName("proxy-"): .hopByHop
        case (0x70, 5) where name.isName(count, "proxy"): .hopByHop
        case (0x65, 6) where name.isName(count, "expect"): .expect
        case (0x66, 9) where name.isName(count, "forwarded"): .forwarded
        case (0x78, 8...): self.ofExtension(name, count)
        case (_, _): .other
        }
    }

    /// The kind of a name that begins with `x`.
    private static func ofExtension(_ name: UnsafePointer<UInt8>, _ count: Int) -> FieldKind {
        if name.isName(count, "x-forwarded-for") { return .forwardedFor }
        if name.isName(count, "x-forwarded-proto") { return .forwardedProto }
        if name.isName(count, "x-forwarded-host") { return .forwardedHost }
        guard name.startsWithName("x-serin-") else { return .other }
        if name.isName(count, "x-serin-pin") { return .pin }
        return name.isName(count, "x-serin-pin-token") ? .pinToken : .reserved
    }

    /// The kind of a field whose name holds `_`: servers that hand fields on as variables read it as `-`, so what then
    /// would mean something to a proxy is not passed on.
    static func ofUnderscored(_ name: UnsafePointer<UInt8>, _ count: Int) -> FieldKind {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { spelling in
            for index in 0..<count { spelling[index] = name[index] == 0x5F ? 0x2D : name[index] }
            guard let start = spelling.baseAddress else { return .other }
            return self.of(start, count) == .other ? .other : .hopByHop
        }
    }
}

/// A set of kinds of fields.
package struct FieldKinds: Equatable, Sendable {
    private var bits: UInt32

    package init(_ kinds: FieldKind...) {
        self.bits = 0
        for kind in kinds { self.insert(kind) }
    }

    /// What a request's place in a trace is told by.
    package static let tracing = FieldKinds(.traceParent, .traceState)

    package mutating func insert(_ kind: FieldKind) { self.bits |= 1 &<< UInt32(kind.rawValue) }
    package mutating func remove(_ kind: FieldKind) { self.bits &= ~(1 &<< UInt32(kind.rawValue)) }

    package func union(_ other: FieldKinds) -> FieldKinds {
        var union = self
        union.bits |= other.bits
        return union
    }

    @inline(__always)
    package func contains(_ kind: FieldKind) -> Bool { self.bits &>> UInt32(kind.rawValue) & 1 != 0 }
}
