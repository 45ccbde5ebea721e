import HTTPWire
import Testing

private let own = "GET / HTTP/1.1\r\nHost: h:80\r\n"

private let told = """
    \(own)x-forwarded-for: 10.0.0.1\r\nX-Forwarded-For:\r\nX-Forwarded-For: 10.0.0.2, 10.0.0.3\r\n\
    X-Forwarded-Proto: https\r\nX-Forwarded-Host: a.example\r\nForwarded: for=10.0.0.1\r\nVia: 1.0 edge\r\n
    """

@Suite("Forwarding fields")
struct ForwardingTests {
    /// The fields that a request gets on its way, but for `Host`.
    private func forwarded(
        _ request: String,
        _ rules: ForwardingRules,
        address: String = "192.0.2.7",
        scheme: ForwardingHop.Scheme = .http
    ) -> String {
        let source = octets(request + "\r\n")
        var head = RequestHead()
        guard case .complete = head.parse(source.span.bytes, limits: HeadLimits()) else { return "refused" }
        let hop = ForwardingHop(address: octets(address), scheme: scheme, rules: rules)
        let room = head.outgoingSize + hop.outgoingSize(for: head)
        let written = [UInt8](capacity: room) { output in
            head.write(
                into: &output,
                source: source.span.bytes,
                targetPrefix: [],
                skipping: 0,
                rules: RequestFieldRules(keepsHost: true, drops: rules.drops)
            )
            hop.append(for: head, to: &output, source: source.span.bytes)
        }
        return text(written).split(separator: "\r\n").filter { !$0.contains("HTTP/1.1") && !$0.hasPrefix("Host:") }
            .joined(separator: "|")
    }

    @Test("A client that says nothing is told of")
    func plain() {
        #expect(
            self.forwarded(own, ForwardingRules())
                == "X-Forwarded-For: 192.0.2.7|X-Forwarded-Proto: http|Via: 1.1 serin|X-Forwarded-Host: h:80"
        )
        #expect(
            self.forwarded(own, ForwardingRules(writes: [.forwarded]), address: "2001:db8::1", scheme: .https)
                == "Forwarded: for=\"[2001:db8::1]\";proto=https;host=\"h:80\""
        )
        #expect(
            self.forwarded("GET / HTTP/1.0\r\n", ForwardingRules(writes: [.forwarded, .via]), address: "")
                == "Via: 1.0 serin|Forwarded: for=unknown;proto=http"
        )
        #expect(self.forwarded(own, ForwardingRules(writes: [])) == "")
    }

    @Test("What a trusted client says is gone on from; the first hop's scheme and host stand")
    func trusted() {
        #expect(
            self.forwarded(told, ForwardingRules(writes: Set(ForwardingRules.Field.allCases)))
                == """
                X-Forwarded-Proto: https|X-Forwarded-Host: a.example|Via: 1.0 edge|\
                X-Forwarded-For: 10.0.0.1, 10.0.0.2, 10.0.0.3, 192.0.2.7|Via: 1.1 serin|\
                Forwarded: for=10.0.0.1, for=192.0.2.7;proto=http;host="h:80"
                """
        )
        #expect(
            self.forwarded(told, ForwardingRules(writes: []))
                == """
                x-forwarded-for: 10.0.0.1|X-Forwarded-For:|X-Forwarded-For: 10.0.0.2, 10.0.0.3|\
                X-Forwarded-Proto: https|X-Forwarded-Host: a.example|Forwarded: for=10.0.0.1|Via: 1.0 edge
                """
        )
    }

    @Test("What a client says that is not trusted is replaced, or left out")
    func untrusted() {
        #expect(
            self.forwarded(told, ForwardingRules(trustsIncoming: false))
                == """
                Via: 1.0 edge|X-Forwarded-For: 192.0.2.7|X-Forwarded-Proto: http|Via: 1.1 serin|X-Forwarded-Host: h:80
                """
        )
        #expect(self.forwarded(told, ForwardingRules(trustsIncoming: false, writes: [])) == "Via: 1.0 edge")
    }

    @Test("The answer says whom it came through")
    func answer() {
        #expect(text(ForwardingRules().answerLines) == "Via: 1.1 serin\r\n")
        #expect(ForwardingRules(writes: [.forwardedFor]).answerLines == [])
    }
}
