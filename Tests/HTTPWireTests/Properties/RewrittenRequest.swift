import HTTPWire

/// What a gateway sends upstream in place of a request, taken apart without the parser.
struct RewrittenRequest {
    private let before: ReadHead
    private let rules: ForwardingRules
    private let beginsTrace: Bool
    private let upgrade: [UInt8]?
    private let written: [UInt8]

    private static let address = octets("192.0.2.1")
    private static let ownHost = octets("none:1")

    /// What is wrong with the rewritten form of the request at the start of `bytes`; nil when it is refused or clean.
    ///
    /// - Parameter choice: Which of the possible rules are tried.
    static func fault(_ bytes: [UInt8], choice: UInt8) -> String? {
        var head = RequestHead()
        guard case .complete = head.parse(bytes.span.bytes, limits: WireProperty.limits) else { return nil }
        return Self(head, bytes, choice).fault()
    }

    private init(_ head: borrowing RequestHead, _ bytes: [UInt8], _ choice: UInt8) {
        let source = bytes.span.bytes
        let rules = ForwardingRules(
            trustsIncoming: choice & 1 == 0,
            writes: choice & 2 == 0 ? Set(ForwardingRules.Field.allCases) : [],
            trace: .begins(isSampled: choice & 4 == 0)
        )
        let keepsHost = choice & 8 == 0 && !head.host.isEmpty
        let beginsTrace = !head.hasValidTraceParent(in: source)
        let upgrade = choice & 16 == 0 ? head.upgrade(in: source) : nil
        var fieldRules = RequestFieldRules(keepsHost: keepsHost, drops: rules.drops)
        if beginsTrace { fieldRules.drops = fieldRules.drops.union(.tracing) }
        let hop = ForwardingHop(address: Self.address, scheme: .http, rules: rules)
        let room = head.outgoingSize + hop.outgoingSize(for: head) + TraceParent.lineCount + 16
        self.before = head.facts(of: source)
        self.rules = rules
        self.beginsTrace = beginsTrace
        self.upgrade = upgrade.map { Array(bytes[$0.bounds]) }
        self.written = [UInt8](capacity: room) { output in
            head.write(
                into: &output,
                source: bytes.span.bytes,
                targetPrefix: [],
                skipping: 0,
                rules: fieldRules,
                upgrade: upgrade
            )
            if !keepsHost { output.append(contentsOf: "Host: none:1\r\n") }
            hop.append(for: head, to: &output, source: bytes.span.bytes)
            if beginsTrace { TraceParent(trace: (1, 2), parent: 3, isSampled: true).append(to: &output) }
            output.append(contentsOf: "\r\n")
        }
    }

    private func fault() -> String? {
        let limits = HeadLimits(headSize: 65_536, fieldCount: 200)
        guard case .accepted(let plain) = PlainHead.request(self.written, limits: limits) else {
            return "not one clean head: \(text(self.written))"
        }
        var again = RequestHead()
        guard again.parse(self.written.span.bytes, limits: limits) == .complete(length: self.written.count) else {
            return "not read back: \(text(self.written))"
        }
        let after = again.facts(of: self.written.span.bytes)
        guard after.start == self.before.start, after.bodyLength == self.before.bodyLength, !after.isVersion10,
            after.host == self.before.host || after.host == Self.ownHost, !after.host.isEmpty,
            after.target.query == self.before.target.query, after.target.authority.isEmpty,
            after.target.path == (self.before.target.path.isEmpty ? [0x2F] : self.before.target.path)
        else { return "means \(after), not \(self.before)" }
        return self.fieldFault(plain) ?? self.gatewayFault(plain) ?? self.upgradeFault(plain)
    }

    // MARK: The client's fields

    /// Names that are looked at apart.
    private static let framing: Set = ["host", "content-length", "transfer-encoding", "connection", "upgrade"]
    private static let forwarding: Set = [
        "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded", "via",
    ]
    private static let tracing: Set = ["traceparent", "tracestate"]

    private func fieldFault(_ plain: PlainHead) -> String? {
        let apart = Self.framing.union(Self.forwarding).union(Self.tracing)
        let passed = self.passing(self.before.fields).filter { !apart.contains($0.lowercasedName) }
        let arrived = plain.fields.filter { !apart.contains($0.lowercasedName) }
        return arrived == passed ? nil : "fields \(arrived), expected \(passed)"
    }

    private func passing(_ fields: [ReadField]) -> [ReadField] {
        let nominated = Set(
            self.before.fields.filter { $0.lowercasedName == "connection" }
                .flatMap { text($0.value).split(separator: ",") }
                .map { text(trimmed(octets(String($0))[...])).lowercased() }
        )
        return fields.filter { field in
            let name = field.lowercasedName
            if nominated.contains(name) || Self.isForOneConnection(name) { return false }
            return !(name == "expect" && self.before.isVersion10)
        }
    }

    static func isForOneConnection(_ name: String) -> Bool {
        switch name {
        case "connection", "keep-alive", "te", "upgrade", "http2-settings", "proxy": true
        case _: name.hasPrefix("proxy-") || name.hasPrefix("x-serin-") || self.looksLikeAnother(name)
        }
    }

    /// A server that reads `_` as `-` would take it for a field that this side has not looked at.
    private static func looksLikeAnother(_ name: String) -> Bool {
        let spelling = name.replacing("_", with: "-")
        guard spelling != name else { return false }
        return spelling == "expect" || (self.forwarding.contains(spelling) && spelling != "via")
            || self.framing.contains(spelling) || self.tracing.contains(spelling) || self.isForOneConnection(spelling)
    }

    // MARK: The gateway's fields

    private func gatewayFault(_ plain: PlainHead) -> String? {
        let before = self.passing(self.before.fields)
        let sent = { (name: String) in self.before.fields.filter { $0.lowercasedName == name }.map(\.value) }
        let passed = { (name: String) in before.filter { $0.lowercasedName == name }.map(\.value) }
        let trusted = self.rules.trustsIncoming
        let writes = self.rules.writes
        if writes.contains(.forwardedFor) {
            let came = trusted ? sent("x-forwarded-for").filter { !$0.isEmpty } : []
            let expected = Array((came + [Self.address]).joined(separator: octets(", ")))
            if plain.values("x-forwarded-for") != [expected] { return "X-Forwarded-For in \(text(self.written))" }
        } else if plain.values("x-forwarded-for") != (trusted ? passed("x-forwarded-for") : []) {
            return "X-Forwarded-For in \(text(self.written))"
        }
        let schemes = writes.contains(.forwardedProto) ? [octets("http")] : []
        let isSent = !sent("x-forwarded-proto").isEmpty
        let expected = trusted && isSent ? passed("x-forwarded-proto") : schemes
        if plain.values("x-forwarded-proto") != expected { return "X-Forwarded-Proto in \(text(self.written))" }
        let own = self.before.isVersion10 ? octets("1.0 serin") : octets("1.1 serin")
        if plain.values("via") != passed("via") + (writes.contains(.via) ? [own] : []) {
            return "Via in \(text(self.written))"
        }
        if self.beginsTrace {
            let begun = plain.values("traceparent").map { text($0) }
            if begun != ["00-00000000000000010000000000000002-0000000000000003-01"] { return "trace \(begun)" }
            if !plain.values("tracestate").isEmpty { return "a trace that begins has no state" }
        } else if plain.values("traceparent") != passed("traceparent") {
            return "traceparent in \(text(self.written))"
        }
        return nil
    }

    private func upgradeFault(_ plain: PlainHead) -> String? {
        let wishes = plain.values("upgrade")
        guard let upgrade = self.upgrade else {
            return wishes.isEmpty && plain.values("connection").isEmpty ? nil : "an upgrade nobody asked for"
        }
        guard wishes == [upgrade], plain.values("connection") == [octets("upgrade")] else {
            return "upgrade to \(wishes)"
        }
        return self.before.bodyLength == .none && !self.before.isVersion10 ? nil : "an upgrade with content"
    }
}
