import Payloads
import RolloutCore
import Testing

@Suite("Payloads that are kept")
struct RedactionTests {
    private func kept(_ request: [UInt8], _ pointers: [String], limit: Int = 16_384) -> String {
        var inspector = PayloadInspector(signals: ModelSignals())
        var exchange = PayloadExchange.fixture(request: "", response: "")
        exchange.request.body = request
        return inspector.inspect(exchange).redacted(pointers, limit: limit).request
    }

    @Test(
        "Values at pointers are replaced, and everything else stays as it was written",
        arguments: [
            (["/a"], #"{"a": [1, {"b": 2}], "c":1.50}"#, #"{"a":"[redacted]","c":1.50}"#),
            (["/a/1/b", "c"], #"{"a":[1,{"b":2}],"c":"é\n"}"#, #"{"a":[1,{"b":"[redacted]"}],"c":"[redacted]"}"#),
            (["/*/x"], #"[{"x":1,"y":[]},{"y":{}}]"#, #"[{"x":"[redacted]","y":[]},{"y":{}}]"#),
            (["/m~1n"], #"{"m\/n":1,"m/n":2}"#, #"{"m\/n":"[redacted]","m/n":"[redacted]"}"#),
            (["/zz"], "[1, 2]", "[1,2]"), ([], "plain text", "plain text"),
            (["/a"], "plain text", "[not kept: no JSON to redact]"),
            (["/a"], #"{"a":1"#, "[not kept: no JSON to redact]"),
            (["/a"], #"{"a":1} and more"#, #"{"a":"[redacted]"}"#), ([], "", ""),
        ]
    )
    func redacted(pointers: [String], body: String, expected: String) {
        #expect(self.kept(Array(body.utf8), pointers) == expected)
    }

    @Test("Text is cut at the limit without breaking a character", arguments: [0, 1, 2, 3, 4, 5, 8])
    func cut(limit: Int) {
        let text = self.kept(Array("\"é漢😀\"".utf8), [], limit: limit)

        #expect(text.utf8.count <= limit)
        #expect("\"é漢😀\"".hasPrefix(text))
    }

    @Test("Raw tensors are kept as base64 behind their JSON, and not where something is hidden")
    func binary() {
        let body = Array(#"{"a":1}"#.utf8) + [0, 1, 2, 3]

        #expect(self.kept(body, []) == #"{"a":1} [4 bytes, base64] AAECAw=="#)
        #expect(self.kept(body, ["/a"]) == #"{"a":"[redacted]"} [4 bytes not kept: no JSON to redact]"#)
        #expect(self.kept([0xFF, 0xFE], []) == " [2 bytes, base64] //4=")
    }

    @Test("Each event of a stream is redacted")
    func events() {
        var inspector = PayloadInspector(signals: ModelSignals())
        let exchange = PayloadExchange.fixture(
            request: "{}",
            response: "data: {\"choices\":[{\"delta\":{\"content\":\"secret\"}}]}\n\ndata: [DONE]\n\n",
            isStream: true
        )

        let texts = inspector.inspect(exchange).redacted(["/choices/*/delta/content"])

        #expect(
            texts.response == "data: {\"choices\":[{\"delta\":{\"content\":\"[redacted]\"}}]}\n\ndata: [DONE]\n\n"
        )
    }
}
