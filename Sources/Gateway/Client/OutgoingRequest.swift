import HTTPWire
import ProxyCore
import Sockets

/// What a client's request becomes on its way to an upstream, beside its head as it came.
struct OutgoingRequest {
    let matching: RouteMatching
    let target: ArmUpstream
    let id: RequestID
    /// The trace that begins with the request; nil when it goes on with its own, or with none.
    let trace: TraceParent?
    /// A field of the gateway's own, without the end of its line.
    var mark: StaticString?
}

extension TrafficLoop {
    /// Sends the request whose head was parsed into `requestHead`, as this gateway writes it, and `part` of the body behind it.
    ///
    /// - Parameter hop: Of the client's connection.
    func send(
        _ message: OutgoingRequest,
        by hop: ForwardingHop,
        source: RawSpan,
        before part: RawSpan,
        on socket: StreamSocket
    ) {
        let path = self.requestHead.target.path
        let end = Int(path.start) + message.matching.end
        let next = end < path.end ? source.byte(at: end) : nil
        let prefix = message.target.prefixes.prefix(for: message.matching, next: next)
        let keepsHost = self.configuration.hostPolicy == .client && !self.requestHead.host.isEmpty
        let size =
            self.requestHead.outgoingSize + hop.outgoingSize(for: self.requestHead) + message.target.authority.count
            + message.target.prefixes.maximumCount + TraceParent.lineCount + 240
        let drops = message.trace == nil ? self.forwardingDrops : self.forwardingDrops.union(.tracing)
        socket.send(reserving: size, before: part) { output in
            self.requestHead.write(
                into: &output,
                source: source,
                targetPrefix: prefix.bytes,
                skipping: prefix.replaced,
                rules: RequestFieldRules(keepsHost: keepsHost, drops: drops),
                upgrade: self.requestHead.upgrade(in: source)
            )
            if !keepsHost {
                output.append(contentsOf: "Host: ")
                output.append(contentsOf: message.target.authority)
                output.append(contentsOf: "\r\n")
            }
            hop.append(for: self.requestHead, to: &output, source: source)
            message.trace?.append(to: &output)
            output.append(contentsOf: "x-serin-request-id: ")
            output.append(message.id)
            if let mark = message.mark {
                output.append(contentsOf: "\r\n")
                output.append(contentsOf: mark)
            }
            output.append(contentsOf: "\r\n\r\n")
        }
    }
}

extension OutputRawSpan {
    mutating func append(_ id: RequestID) {
        self.append(hexadecimal: id.first)
        self.append(hexadecimal: id.second)
        self.append(hexadecimal: id.third)
    }
}
