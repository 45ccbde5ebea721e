import Payloads
import RolloutCore
import Testing

@Suite("Payload inspector")
struct PayloadInspectorTests {
    private static func predict(_ request: String, _ response: String, status: Int = 200) -> PayloadExchange {
        .fixture(path: "/v1/models/m:predict", request: request, status: status, response: response)
    }

    private func signals(_ exchanges: [PayloadExchange]) -> [String: String] {
        var inspector = PayloadInspector(signals: ModelSignals())
        for exchange in exchanges { _ = inspector.inspect(exchange) }
        return inspector.drain().signals.summary
    }

    // MARK: What counts as broken

    @Test("A refused request counts its features and no predictions")
    func refused() {
        var inspector = PayloadInspector(signals: ModelSignals())

        _ = inspector.inspect(Self.predict(#"{"instances":[1.5]}"#, #"{"predictions":["a"]}"#))
        let refused = inspector.inspect(
            Self.predict(#"{"instances":[2.5],"x":0}"#, #"{"predictions":["a"]}"#, status: 500)
        )
        let (payloads, signals) = inspector.drain()

        #expect(refused.rows.isEmpty)
        #expect(payloads.requests == PayloadTally(inspected: 2))
        #expect(signals.summary == ["instances": "feature: number n=2 mean=2.0", "predictions": "prediction: a×1"])
    }

    @Test("Names in refused requests don't become signals")
    func refusedNames() {
        #expect(self.signals([Self.predict(#"{"instances":[{"junk":1}]}"#, "", status: 422)]).isEmpty)
    }

    @Test(
        "An answer of another shape is malformed",
        arguments: ["", "{", "<html>", "{}", #"{"predictions":[]}"#, #"{"error":"x"}"#, #"{"predictions":[1]"#, "[1]"]
    )
    func malformedAnswer(response: String) {
        var inspector = PayloadInspector(signals: ModelSignals())

        let reading = inspector.inspect(Self.predict(#"{"instances":[1]}"#, response))

        #expect(reading.rows.isEmpty)
        #expect(inspector.drain().payloads.requests == PayloadTally(inspected: 1, malformedResponses: 1))
    }

    @Test("A broken request is the client's doing, and its answer still counts")
    func malformedRequest() {
        var inspector = PayloadInspector(signals: ModelSignals())

        let reading = inspector.inspect(Self.predict(#"{"instances":[1}"#, #"{"predictions":[1]}"#))
        _ = inspector.inspect(.fixture(path: "/predict", request: "{\"a\":", status: 422, response: ""))

        #expect(reading.rows.map(\.prediction) == [Prediction(value: .category("1"))])
        #expect(inspector.drain().payloads.requests == PayloadTally(inspected: 2, malformedRequests: 2))
    }

    @Test(
        "What is nobody's prediction is not counted",
        arguments: [
            PayloadExchange.fixture(path: "/v2/health/ready", request: "", response: "{}"),
            .fixture(path: "/metrics", request: "", response: "x 1"),
            .fixture(path: "/upload", request: "--boundary", response: "ok"),
        ]
    )
    func unrelated(exchange: PayloadExchange) {
        var inspector = PayloadInspector(signals: ModelSignals())

        _ = inspector.inspect(exchange)

        #expect(inspector.drain() == (PayloadTally(), [:]))
    }

    // MARK: Kinds

    @Test("Numbers that are not finite, nulls and other kinds are told apart")
    func dataQuality() {
        let found = self.signals([
            Self.predict(
                #"{"instances":[{"x":1},{"x":null},{"x":NaN},{"x":-Infinity},{"x":"1"},{"x":true},{},{"x":[]},{"x":[2,3]}]}"#,
                #"{"predictions":[0.5,NaN,null,"a",1e400,2.5,{"a":1},false,1.5]}"#
            )
        ])

        #expect(
            found == [
                "x": "feature: number n=1 mean=1.0 missing=3 mistyped=5",
                "predictions": "prediction: number n=3 mean=1.5 missing=1 mistyped=5",
            ]
        )
    }

    @Test("Whole numbers are classes until a fraction comes, and then were numbers all along")
    func classesThatWereNumbers() {
        let whole = Self.predict(#"{"instances":[1]}"#, #"{"predictions":[12,700,-3]}"#)
        let fraction = Self.predict(#"{"instances":[1]}"#, #"{"predictions":[0.5]}"#)

        #expect(self.signals([whole])["predictions"] == "prediction: -3×1 12×1 700×1")
        #expect(self.signals([whole, fraction])["predictions"] == "prediction: number n=4 mean=177.375")
        #expect(self.signals([fraction, whole])["predictions"] == "prediction: number n=4 mean=177.375")
    }

    @Test("What a signal is, is remembered over a drain")
    func remembered() {
        var inspector = PayloadInspector(signals: ModelSignals())
        _ = inspector.inspect(Self.predict(#"{"instances":[{"a":1,"b":"x"}]}"#, #"{"predictions":["u"]}"#))
        _ = inspector.drain()

        _ = inspector.inspect(Self.predict(#"{"instances":[{"a":"y"}]}"#, #"{"predictions":[1.5]}"#))

        #expect(
            inspector.drain().signals.summary == [
                "a": "feature: number n=0 mean=0.0 mistyped=1", "b": "feature:  missing=1",
                "predictions": "prediction:  mistyped=1",
            ]
        )
    }

    @Test("What one inspector learnt, its successor knows, and none of the counts")
    func continued() {
        var first = PayloadInspector(signals: ModelSignals())
        _ = first.inspect(Self.predict(#"{"instances":[1]}"#, #"{"predictions":[0.5]}"#))

        var next = PayloadInspector(signals: ModelSignals(), continuing: first)
        var other = PayloadInspector(signals: ModelSignals(inspectPerSecond: 1), continuing: first)
        for inspected in [Self.predict(#"{"instances":[1]}"#, #"{"predictions":[12]}"#)] {
            _ = next.inspect(inspected)
            _ = other.inspect(inspected)
        }

        #expect(next.drain().signals.summary["predictions"] == "prediction: number n=1 mean=12.0")
        #expect(other.drain().signals.summary["predictions"] == "prediction: 12×1")
    }

    @Test("A row of probabilities that is none any more is mistyped")
    func brokenProbabilities() {
        let found = self.signals([
            Self.predict(#"{"instances":[1,2,3]}"#, #"{"predictions":[[0.5,0.5],[0.9,0.9],[NaN,1]]}"#)
        ])

        #expect(found["predictions"] == "prediction: 0×1 mistyped=2")
        #expect(found["predictions.confidence"] == "confidence: share n=1 mean=0.5 mistyped=2")
    }

    @Test("An answer without a known output misses it, unless the client chose the outputs")
    func selection() {
        func infer(_ outputs: String, chosen: String = "") -> PayloadExchange {
            .fixture(
                path: "/v2/models/m/infer",
                request: #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]\#(chosen)}"#,
                response: #"{"outputs":[\#(outputs)]}"#
            )
        }
        let a = #"{"name":"a","shape":[1],"datatype":"INT64","data":[1]}"#
        let b = #"{"name":"b","shape":[1],"datatype":"INT64","data":[2]}"#

        #expect(self.signals([infer("\(a),\(b)"), infer(a)])["b"] == "prediction: 2×1 missing=1")
        #expect(
            self.signals([infer("\(a),\(b)"), infer(a, chosen: #","outputs":[{"name":"a"}]"#)])["b"]
                == "prediction: 2×1"
        )
    }

    @Test("Signals are found up to a limit, and wide rows fill it from the left")
    func limits() {
        let wide = (0..<100).map { "\($0)" }.joined(separator: ",")

        let found = self.signals([Self.predict(#"{"instances":[[\#(wide)]]}"#, #"{"predictions":[[\#(wide)]]}"#)])

        #expect(found.keys.filter { $0.hasPrefix("instances.") }.count == ModelSignals.foundLimit)
        #expect(found["instances.63"] == "feature: number n=1 mean=63.0")
        #expect(found.keys.filter { $0.hasPrefix("predictions.") }.count == 16)
    }

    // MARK: Codings

    @Test("Compressed and chunked bodies say the same as plain ones")
    func codings() {
        var exchange = Self.predict(#"{"instances":[1.5]}"#, #"{"predictions":["a"]}"#)
        let plain = self.signals([exchange])
        exchange.request.body = exchange.request.body.gzipped
        exchange.request.contentEncoding = "gzip"
        exchange.response.body = exchange.response.body.gzipped.gzipped.chunked(by: 7)
        exchange.response.contentEncoding = " gzip , X-GZIP"
        exchange.response.isChunked = true

        #expect(self.signals([exchange]) == plain)
    }

    @Test("A body that breaks its coding is malformed, one in an unknown coding is left alone")
    func brokenCodings() {
        var broken = Self.predict(#"{"instances":[1.5]}"#, #"{"predictions":["a"]}"#)
        broken.request.contentEncoding = "gzip"
        broken.response.isChunked = true
        var unknown = Self.predict(#"{"instances":[1.5]}"#, #"{"predictions":["a"]}"#)
        unknown.request.contentEncoding = "gzip, br"
        unknown.response.contentEncoding = "zstd"
        var inspector = PayloadInspector(signals: ModelSignals())

        _ = inspector.inspect(broken)
        _ = inspector.inspect(unknown)

        let expected = PayloadTally(inspected: 2, malformedRequests: 1, malformedResponses: 1)
        #expect(inspector.drain().payloads.requests == expected)
    }

    @Test("A body that is too large, as it came or unpacked, is not looked at")
    func oversized() {
        let large = #"{"instances":[\#(String(repeating: "1,", count: 40_000))1]}"#
        var packed = Self.predict(large, #"{"predictions":["a"]}"#)
        packed.request.body = packed.request.body.gzipped
        packed.request.contentEncoding = "gzip"
        var inspector = PayloadInspector(signals: ModelSignals())

        let reading = inspector.inspect(Self.predict(large, #"{"predictions":["a"]}"#))
        _ = inspector.inspect(packed)

        #expect(reading.rows.isEmpty)
        #expect(inspector.drain() == (PayloadTally(oversized: 2), [:]))
    }

    @Test("Only as many rows are given back as wanted, and all are counted")
    func rowLimit() {
        var inspector = PayloadInspector(signals: ModelSignals())

        let reading = inspector.inspect(
            Self.predict(#"{"instances":[1,2,3]}"#, #"{"predictions":[1,2,3]}"#),
            rowLimit: 2
        )

        #expect(reading.rows.map { $0.prediction.value } == [.category("1"), .category("2")])
        #expect(inspector.drain().signals.summary["predictions"] == "prediction: 1×1 2×1 3×1")
    }
}
