import HTTPWire
import Testing

@Suite("Trace context")
struct TraceParentTests {
    private static let valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private func isValid(_ fields: String) -> Bool {
        let source = octets("GET / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n")
        var head = RequestHead()
        #expect(head.parse(source.span.bytes, limits: HeadLimits()) == .complete(length: source.count))
        return head.hasValidTraceParent(in: source.span.bytes)
    }

    private static let values: [(value: String, isValid: Bool)] = [
        (valid, true), ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff", true),
        ("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", true),
        ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true),
        ("00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01", false),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", false),
        ("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more", false),
        ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0", false),
        ("00-0ag7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333/-01", false),
        ("00-00000000000000000000000000000000-b7ad6b7169203331-01", false),
        ("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false),
        ("00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01", false),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x", false), ("", false),
    ]

    @Test("A traceparent is valid in one spelling only", arguments: values)
    func validity(_ example: (value: String, isValid: Bool)) {
        #expect(self.isValid("TraceParent: \(example.value)\r\n") == example.isValid)
    }

    @Test("There must be exactly one")
    func number() {
        #expect(!self.isValid(""))
        #expect(!self.isValid("traceparent: \(Self.valid)\r\ntraceparent: \(Self.valid)\r\n"))
    }

    @Test("A trace that begins is written in full, and its ids are never zero")
    func beginning() {
        let begun = TraceParent(trace: (0x0AF7_6519_16CD_43DD, 0x8448_EB21_1C80_319C), parent: 1, isSampled: false)
        let zero = TraceParent(trace: (0, 0), parent: 0, isSampled: true)
        #expect(
            text([UInt8](capacity: TraceParent.lineCount) { begun.append(to: &$0) })
                == "traceparent: 00-0af7651916cd43dd8448eb211c80319c-0000000000000001-00\r\n"
        )
        #expect(
            text([UInt8](capacity: TraceParent.lineCount) { zero.append(to: &$0) })
                == "traceparent: 00-00000000000000000000000000000001-0000000000000001-01\r\n"
        )
    }
}
