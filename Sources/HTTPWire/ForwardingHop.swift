/// What this hop writes into the forwarding fields of the requests of one client connection.
///
/// Most clients send none of these fields: what is then the same for all requests is put together once.
package struct ForwardingHop: Equatable, Sendable {
    package enum Scheme: Sendable {
        case http
        case https

        fileprivate var name: String {
            switch self {
            case .http: "http"
            case .https: "https"
            }
        }
    }

    private let rules: ForwardingRules
    private let address: [UInt8]
    private let scheme: Scheme
    private let writesHost: Bool
    private let writesForwarded: Bool
    /// The lines that neither a client's field nor the host changes, for HTTP/1.1.
    private let constant: [UInt8]

    /// - Parameter address: The client's in text, without brackets; empty when there is none, as on a unix socket.
    package init(address: [UInt8], scheme: Scheme, rules: ForwardingRules) {
        self.rules = rules
        self.address = address.isEmpty ? Array("unknown".utf8) : address
        self.scheme = scheme
        self.writesHost = rules.writes.contains(.forwardedHost)
        self.writesForwarded = rules.writes.contains(.forwarded)
        var constant: [UInt8] = []
        if rules.writes.contains(.forwardedFor) {
            constant += Array("X-Forwarded-For: ".utf8) + self.address + [Octet.carriageReturn, Octet.lineFeed]
        }
        if rules.writes.contains(.forwardedProto) { constant += Array("X-Forwarded-Proto: \(scheme.name)\r\n".utf8) }
        if rules.writes.contains(.via) { constant += Array("Via: 1.1 serin\r\n".utf8) }
        self.constant = constant
    }

    /// An upper bound of what `append` writes for this request.
    package func outgoingSize(for head: borrowing RequestHead) -> Int {
        // Names, marks and the scheme twice; what the client sent is at most as long as its head.
        self.constant.count + 2 * self.address.count + 2 * Int(head.host.count) + head.length + 160
    }

    /// Appends this hop's lines to those that `RequestHead.write` wrote with the rules' `drops`.
    ///
    /// - Parameter source: The bytes that the head was parsed from.
    package func append(for head: borrowing RequestHead, to output: inout OutputRawSpan, source: RawSpan) {
        if head.isVersion10 || head.fields.hasForwarding {
            self.appendGoingOn(from: head, to: &output, source: source)
        } else {
            output.append(contentsOf: self.constant)
        }
        if self.writesHost, !head.host.isEmpty, !self.stands(.forwardedHost, head) {
            output.append(contentsOf: "X-Forwarded-Host: ")
            output.append(contentsOf: source.extracting(head.host.bounds))
            output.append(contentsOf: "\r\n")
        }
        if self.writesForwarded { self.appendForwarded(head, to: &output, source: source) }
    }

    /// The client's own word in a field of this kind is passed on.
    private func stands(_ kind: FieldKind, _ head: borrowing RequestHead) -> Bool {
        self.rules.trustsIncoming && head.fields.contains(kind)
    }

    private func appendGoingOn(from head: borrowing RequestHead, to output: inout OutputRawSpan, source: RawSpan) {
        if self.rules.writes.contains(.forwardedFor) {
            output.append(contentsOf: "X-Forwarded-For: ")
            if self.rules.trustsIncoming { head.appendValues(of: .forwardedFor, to: &output, source: source) }
            output.append(contentsOf: self.address)
            output.append(contentsOf: "\r\n")
        }
        if self.rules.writes.contains(.forwardedProto), !self.stands(.forwardedProto, head) {
            output.append(contentsOf: "X-Forwarded-Proto: ")
            self.appendScheme(to: &output)
            output.append(contentsOf: "\r\n")
        }
        if self.rules.writes.contains(.via) {
            output.append(contentsOf: head.isVersion10 ? "Via: 1.0 serin\r\n" : "Via: 1.1 serin\r\n")
        }
    }

    private func appendScheme(to output: inout OutputRawSpan) {
        switch self.scheme {
        case .http: output.append(contentsOf: "http")
        case .https: output.append(contentsOf: "https")
        }
    }

    /// An address with colons stands in brackets and quotes, a host in quotes: neither can hold a quote or a backslash.
    private func appendForwarded(_ head: borrowing RequestHead, to output: inout OutputRawSpan, source: RawSpan) {
        output.append(contentsOf: "Forwarded: ")
        if self.rules.trustsIncoming { head.appendValues(of: .forwarded, to: &output, source: source) }
        let isVersion6 = self.address.contains(Octet.colon)
        output.append(contentsOf: isVersion6 ? "for=\"[" : "for=")
        output.append(contentsOf: self.address)
        output.append(contentsOf: isVersion6 ? "]\";proto=" : ";proto=")
        self.appendScheme(to: &output)
        if !head.host.isEmpty {
            output.append(contentsOf: ";host=\"")
            output.append(contentsOf: source.extracting(head.host.bounds))
            output.append(contentsOf: "\"")
        }
        output.append(contentsOf: "\r\n")
    }
}

extension FieldSection {
    fileprivate var hasForwarding: Bool {
        self.contains(.forwardedFor) || self.contains(.forwardedProto)
    }
}
