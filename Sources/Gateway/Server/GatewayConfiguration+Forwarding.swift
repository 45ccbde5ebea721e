import HTTPWire

extension GatewayConfiguration {
    /// What upstreams are told of the clients, and clients of the gateway.
    package struct Forwarding: Sendable {
        /// Go on from what clients say of themselves and of those before them; otherwise that is left out.
        package var trustsClients: Bool
        /// Write `Forwarded` (RFC 7239) beside the `X-Forwarded-…` fields.
        package var writesForwarded: Bool
        /// Give requests that belong to no trace a `traceparent`; otherwise its fields go on as they came.
        package var beginsTraces: Bool

        package init(trustsClients: Bool = true, writesForwarded: Bool = false, beginsTraces: Bool = true) {
            self.trustsClients = trustsClients
            self.writesForwarded = writesForwarded
            self.beginsTraces = beginsTraces
        }

        var rules: ForwardingRules {
            var rules = ForwardingRules(
                trustsIncoming: self.trustsClients,
                trace: self.beginsTraces ? .begins(isSampled: true) : .passes
            )
            if self.writesForwarded { rules.writes.insert(.forwarded) }
            return rules
        }
    }
}
