/// What upstreams are told of the clients behind the gateway.
package struct ForwardingRules: Equatable, Sendable {
    package enum Field: UInt8, CaseIterable, Sendable {
        /// `X-Forwarded-For`: the addresses of the client and of the hops before this one.
        case forwardedFor
        /// `X-Forwarded-Proto`: `http` or `https`, as the client connected.
        case forwardedProto
        /// `X-Forwarded-Host`: the host that the client named.
        case forwardedHost
        /// `Forwarded` (RFC 7239): the three together.
        case forwarded
        /// `Via` (RFC 9110 section 7.6.3), on answers too.
        case via
    }

    /// Go on from what the client says in these fields; otherwise it is left out, since anybody can say it.
    ///
    /// `Via` is always gone on from: it is for finding loops, nobody is let in for it.
    package var trustsIncoming: Bool
    package var writes: Set<Field>
    package var trace: TracePolicy

    package init(
        trustsIncoming: Bool = true,
        writes: Set<Field> = [.forwardedFor, .forwardedProto, .forwardedHost, .via],
        trace: TracePolicy = .begins(isSampled: true)
    ) {
        self.trustsIncoming = trustsIncoming
        self.writes = writes
        self.trace = trace
    }

    /// The kinds of the client's fields that are not passed on as they are.
    package var drops: FieldKinds {
        var drops = FieldKinds()
        // The lists are written anew with this hop at their end.
        if !self.trustsIncoming || self.writes.contains(.forwardedFor) { drops.insert(.forwardedFor) }
        if !self.trustsIncoming || self.writes.contains(.forwarded) { drops.insert(.forwarded) }
        // The first hop's word stands.
        if !self.trustsIncoming {
            drops.insert(.forwardedProto)
            drops.insert(.forwardedHost)
        }
        return drops
    }

    /// What an answer gets on its way to the client: a whole line, or nothing.
    package var answerLines: [UInt8] { self.writes.contains(.via) ? Array("Via: 1.1 serin\r\n".utf8) : [] }
}

/// What becomes of the W3C trace context of a request.
package enum TracePolicy: Equatable, Sendable {
    /// `traceparent` and `tracestate` go on as they came, unlooked at.
    case passes
    /// They go on when they are valid; otherwise they are left out and a trace begins here.
    case begins(isSampled: Bool)
}
