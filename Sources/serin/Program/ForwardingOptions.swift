import ArgumentParser
import Gateway

/// What upstreams are told of the clients behind the gateway.
struct ForwardingOptions: ParsableArguments {
    /// What becomes of what a client says of itself.
    enum Incoming: String, CaseIterable, ExpressibleByArgument {
        case trust, replace
    }

    /// What becomes of a request that belongs to no trace.
    enum Trace: String, CaseIterable, ExpressibleByArgument {
        case begin, pass
    }

    @Option(
        help: """
            'trust' goes on from a client's X-Forwarded-… and Forwarded fields, as behind a balancer that sets them; \
            'replace' leaves them out, as where anybody can connect.
            """
    )
    var forwarded = Incoming.trust

    @Flag(help: "Write Forwarded (RFC 7239) beside the X-Forwarded-… fields.")
    var forwardedField = false

    @Option(
        help: """
            'begin' gives requests that belong to no W3C trace a traceparent; 'pass' leaves traceparent and tracestate as \
            they came.
            """
    )
    var trace = Trace.begin

    var settings: GatewayConfiguration.Forwarding {
        GatewayConfiguration.Forwarding(
            trustsClients: self.forwarded == .trust,
            writesForwarded: self.forwardedField,
            beginsTraces: self.trace == .begin
        )
    }
}
