import Payloads
import RolloutCore
import Testing

@Suite("OpenAI-style answers")
struct ChatAnswerTests {
    private func signals(_ exchange: PayloadExchange) -> (signals: [String: String], rows: [RowReading]) {
        var inspector = PayloadInspector(signals: ModelSignals())
        let reading = inspector.inspect(exchange)
        return (inspector.drain().signals.summary, reading.rows)
    }

    @Test(
        "A stream is measured, with or without a mark of its end, and however its lines end",
        arguments: Chat.streams
    )
    func streamed(body: String) {
        let found = self.signals(.fixture(path: Chat.path, request: Chat.request, response: body, isStream: true))

        #expect(found.signals == Chat.streamed)
        #expect(found.rows.map(\.prediction) == [Prediction(value: .category("stop"))])
    }

    @Test("An event's lines of data are joined")
    func joined() {
        let body = Chat.stream.replacing(#","object""#, with: ",\ndata: \"object\"")

        let found = self.signals(.fixture(path: Chat.path, request: Chat.request, response: body, isStream: true))

        #expect(found.signals == Chat.streamed)
    }

    @Test("A stream that was cut anywhere counts what came, and never as malformed")
    func truncated() {
        let bytes = Array(Chat.stream.utf8)
        for length in 0...bytes.count {
            var inspector = PayloadInspector(signals: ModelSignals())
            var exchange = PayloadExchange.fixture(path: Chat.path, request: Chat.request, response: "", isStream: true)
            exchange.response.body = Array(bytes.prefix(length))

            _ = inspector.inspect(exchange)
            let (payloads, signals) = inspector.drain()

            let isAnswer = signals.keys.contains { $0.text == "finish_reason" }
            let expected = PayloadTally(inspected: 1, malformedResponses: isAnswer ? 0 : 1)
            #expect(payloads.requests == expected, "\(length) bytes")
            if length < bytes.count - 4, isAnswer {
                #expect(signals.summary["finish_reason"] == "prediction:  missing=1", "\(length) bytes")
            }
        }
    }

    @Test("An event in the middle that is no JSON makes the answer malformed")
    func broken() {
        var inspector = PayloadInspector(signals: ModelSignals())

        _ = inspector.inspect(
            .fixture(path: Chat.path, request: Chat.request, response: "data: {\n\n" + Chat.stream, isStream: true)
        )

        #expect(inspector.drain().payloads.requests == PayloadTally(inspected: 1, malformedResponses: 1))
    }

    @Test("What the server counts goes before counted deltas")
    func usage() {
        let usage =
            #"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":50,"total_tokens":53}}"# + "\n\n"

        let found = self.signals(
            .fixture(path: Chat.path, request: Chat.request, response: Chat.stream + usage, isStream: true)
        )

        #expect(found.signals["output_tokens"] == "measure: number n=1 mean=50.0")
        #expect(found.signals["tokens_per_second"] == "measure: number n=1 mean=5000.0")
    }

    @Test("An answer in one piece has no first token, and a row for each choice")
    func whole() {
        let found = self.signals(
            .fixture(
                path: Chat.path,
                request: Chat.request,
                response: """
                    {"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"abc","refusal":null},\
                    "finish_reason":"stop"},{"index":1,"message":{"content":null,"refusal":"no"},"finish_reason":"length"}],\
                    "usage":{"completion_tokens":4}}
                    """
            )
        )

        #expect(
            found.signals == [
                "input_characters": "feature: number n=1 mean=5.0",
                "tokens_per_second": "measure: number n=1 mean=400.0",
                "output_tokens": "measure: number n=1 mean=4.0", "output_characters": "measure: number n=1 mean=3.0",
                "finish_reason": "prediction: length×1 stop×1", "refusal": "prediction: false×1 true×1",
            ]
        )
        #expect(found.rows.map { $0.prediction.value } == [.category("stop"), .category("length")])
    }

    @Test("A completion is read like a chat, known by its prompt and model")
    func completion() {
        let found = self.signals(
            .fixture(
                path: "/llm",
                request: #"{"model":"m","prompt":["ab","c"]}"#,
                response: #"{"choices":[{"text":"xyz","index":0,"finish_reason":"content_filter"}]}"#
            )
        )

        #expect(
            found.signals == [
                "input_characters": "feature: number n=1 mean=3.0", "output_characters": "measure: number n=1 mean=3.0",
                "finish_reason": "prediction: content_filter×1", "refusal": "prediction: true×1",
            ]
        )
    }

    @Test("A stream in chunks of any size says the same")
    func chunked() {
        for size in 1...40 {
            var exchange = PayloadExchange.fixture(path: Chat.path, request: Chat.request, response: "", isStream: true)
            exchange.response.body = Array(Chat.stream.utf8).chunked(by: size)
            exchange.response.isChunked = true

            #expect(self.signals(exchange).signals == Chat.streamed, "chunks of \(size)")
        }
    }
}

/// A short conversation.
private enum Chat {
    static let path = "/v1/chat/completions"
    static let request = """
        {"model":"./model","messages":[{"role":"system","content":"be é"},\
        {"role":"user","content":[{"type":"text","text":"x"}]}],"max_tokens":32,"stream":true}
        """

    static func event(_ delta: String, finish: String = "null") -> String {
        """
        data: {"id":"c-1","object":"chat.completion.chunk","created":1,"model":"./model","choices":[{"index":0,\
        "delta":\(delta),"finish_reason":\(finish)}]}


        """
    }

    static let stream: String = [
        event(#"{"role":"assistant","content":null}"#), event(#"{"content":"He"}"#),
        event(#"{"content":"llo \u00e9"}"#), event("{}", finish: "\"stop\""),
    ].joined()

    static let streams: [String] = [
        stream, stream + "data: [DONE]\n\n", stream.replacing("\n", with: "\r\n"),
        stream.replacing("\n", with: "\r"),
        ": ping\n\nevent: message\nid: 7\n" + stream, String(stream.dropLast()),
        stream.replacing("data: ", with: "data:"),
        "\u{FEFF}" + stream,
    ]

    static let streamed: [String: String] = [
        "input_characters": "feature: number n=1 mean=5.0", "time_to_first_token": "measure: number n=1 mean=4.0",
        "tokens_per_second": "measure: number n=1 mean=200.0", "output_tokens": "measure: number n=1 mean=2.0",
        "output_characters": "measure: number n=1 mean=7.0", "finish_reason": "prediction: stop×1",
        "refusal": "prediction: false×1",
    ]
}
