import Payloads
import RolloutCore
import Testing

@Suite("Raw tensors behind the JSON")
struct BinaryTensorTests {
    private func summary(_ type: String, _ bytes: [UInt8], count: Int) -> (signal: String?, payloads: PayloadTally) {
        var inspector = PayloadInspector(signals: ModelSignals(adapter: .openInference))
        let head = """
            {"inputs":[{"name":"x","shape":[\(count)],"datatype":"\(type)","parameters":{"binary_data_size":\(bytes.count)}}]}
            """
        var exchange = PayloadExchange.fixture(request: head, status: 400, response: "")
        exchange.request.body += bytes
        exchange.request.inferenceHeaderLength = head.utf8.count
        // Registers the tensor, so that a refused request counts, too.
        var answered = exchange
        answered.status = 200
        answered.response.body = Array(#"{"outputs":[{"name":"y","shape":[1],"datatype":"INT8","data":[1]}]}"#.utf8)
        _ = inspector.inspect(answered)
        let (payloads, signals) = inspector.drain()
        return (signals.summary["x"], payloads)
    }

    @Test(
        "Every datatype is read",
        arguments: [
            ("BOOL", [1, 0, 1], 3, "feature: false×1 true×2"),
            ("UINT8", [0, 255], 2, "feature: number n=2 mean=127.5"),
            ("INT8", [0xFF, 1], 2, "feature: number n=2 mean=0.0"),
            ("UINT16", UInt16(65_535).littleEndianBytes, 1, "feature: number n=1 mean=65535.0"),
            ("INT16", Int16(-300).littleEndianBytes, 1, "feature: number n=1 mean=-300.0"),
            ("UINT32", UInt32.max.littleEndianBytes, 1, "feature: number n=1 mean=4294967295.0"),
            ("INT32", Int32(-7).littleEndianBytes, 1, "feature: number n=1 mean=-7.0"),
            ("UINT64", UInt64(1 << 40).littleEndianBytes, 1, "feature: number n=1 mean=1099511627776.0"),
            ("INT64", Int64(-1).littleEndianBytes, 1, "feature: number n=1 mean=-1.0"),
            ("FP16", Float16(1.5).bitPattern.littleEndianBytes, 1, "feature: number n=1 mean=1.5"),
            ("BF16", UInt16(0xC000).littleEndianBytes, 1, "feature: number n=1 mean=-2.0"),
            ("FP32", Float(0.25).bitPattern.littleEndianBytes, 1, "feature: number n=1 mean=0.25"),
            (
                "FP64", Double.nan.bitPattern.littleEndianBytes + (2.5).bitPattern.littleEndianBytes, 2,
                "feature: number n=1 mean=2.5 mistyped=1"
            ),
            ("BYTES", [2, 0, 0, 0, 0x61, 0x62, 0, 0, 0, 0, 1, 0, 0, 0, 0x63], 3, "feature: ×1 ab×1 c×1"),
        ] as [(String, [UInt8], Int, String)]
    )
    func types(type: String, bytes: [UInt8], count: Int, expected: String) {
        let found = self.summary(type, bytes, count: count)

        #expect(found.signal == expected)
        #expect(found.payloads.requests == PayloadTally(inspected: 1))
    }

    @Test(
        "Values that are not as many as the shape says make a malformed request",
        arguments: [
            ("FP32", [0, 0, 0, 0], 2), ("FP32", [0, 0, 0], 1), ("BYTES", [2, 0, 0, 0, 0x61], 1), ("BYTES", [1, 0], 1),
            ("BYTES", [0xFF, 0xFF, 0xFF, 0xFF], 1), ("FP99", [0, 0], 1),
        ] as [(String, [UInt8], Int)]
    )
    func mismatched(type: String, bytes: [UInt8], count: Int) {
        let found = self.summary(type, bytes, count: count)

        #expect(found.signal == nil)
        #expect(found.payloads.requests == PayloadTally(inspected: 1, malformedRequests: 1))
    }

    @Test("Both ways raw, several tensors in order, and no header that tells where the JSON ends")
    func withoutHeader() {
        var inspector = PayloadInspector(signals: ModelSignals())
        var exchange = PayloadExchange.fixture(
            path: "/v2/models/m/infer",
            request: """
                {"inputs":[{"name":"a","shape":[2,1],"datatype":"INT16","parameters":{"binary_data_size":4}},\
                {"name":"b","shape":[2],"datatype":"FP32","data":[1,2]},\
                {"name":"c","shape":[2],"datatype":"UINT8","parameters":{"binary_data_size":2}}]}
                """,
            response: """
                {"outputs":[{"name":"p","shape":[2,2],"datatype":"FP32","parameters":{"binary_data_size":16}}]}
                """
        )
        exchange.request.body += [1, 0, 3, 0, 10, 20]
        exchange.response.body += ([0.25, 0.75, 1, 0] as [Float]).flatMap { $0.bitPattern.littleEndianBytes }

        let reading = inspector.inspect(exchange)

        #expect(
            inspector.drain().signals.summary == [
                "a": "feature: number n=2 mean=2.0", "b": "feature: number n=2 mean=1.5",
                "c": "feature: number n=2 mean=15.0", "p": "prediction: 0×1 1×1",
                "p.confidence": "confidence: share n=2 mean=0.875",
            ]
        )
        #expect(
            reading.rows.map(\.prediction) == [
                Prediction(value: .category("1"), score: 0.75), Prediction(value: .category("0"), score: 0),
            ]
        )
    }

    @Test(
        "Shapes and sizes out of this world are malformed",
        arguments: [
            #"{"inputs":[{"name":"a","shape":[4611686018427387904,4,8],"datatype":"FP32","data":[1]}]}"#,
            #"{"inputs":[{"name":"a","shape":[-1],"datatype":"FP32","data":[1]}]}"#,
            #"{"inputs":[{"name":"a","shape":[1.5],"datatype":"FP32","data":[1]}]}"#,
            #"{"inputs":[{"name":"a","shape":[1e300],"datatype":"FP32","data":[1]}]}"#,
            #"{"inputs":[{"name":"a","shape":[2],"datatype":"FP32","data":[1]}]}"#,
            #"{"inputs":[{"name":"a","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":1e14}}]}"#,
            #"{"inputs":[{"name":"a","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":1000}}]}"#,
            #"{"inputs":{}}"#, #"{"inputs":[1]}"#, #"{"inputs":[]"#, "{}", "[]", "1", "",
        ]
    )
    func malformed(request: String) {
        var inspector = PayloadInspector(signals: ModelSignals(adapter: .openInference))

        _ = inspector.inspect(.fixture(path: "/v2/models/m/infer", request: request, status: 400, response: ""))

        #expect(inspector.drain().payloads.requests == PayloadTally(inspected: 1, malformedRequests: 1))
    }
}
