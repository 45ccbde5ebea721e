import Payloads
import RolloutCore
import Testing

@Suite("Signals found in the bodies of real servers")
struct FoundSignalsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var path = "/v2/models/digits/infer"
        let request: String
        let response: String
        let signals: [String: String]
        let predictions: [Prediction]
    }

    static let openInference = [
        Case(
            testDescription: "MLServer, one row",
            request: """
                {"id":"r-1","inputs":[{"name":"input-0","shape":[1,3],"datatype":"FP32","data":[0,0.5,5]}]}
                """,
            response: """
                {"model_name":"digits","model_version":"v1","id":"r-1","parameters":{},"outputs":[{"name":"predict",\
                "shape":[1,1],"datatype":"INT64","parameters":{"content_type":"np"},"data":[3]}]}
                """,
            signals: [
                "input-0.0": "feature: number n=1 mean=0.0", "input-0.1": "feature: number n=1 mean=0.5",
                "input-0.2": "feature: number n=1 mean=5.0", "predict": "prediction: 3×1",
            ],
            predictions: [Prediction(value: .category("3"))]
        ),
        Case(
            testDescription: "MLServer with probabilities, nested data, two rows",
            request: """
                {"inputs":[{"name":"x","shape":[2,2],"datatype":"FP64","data":[[1.5,2],[2.5,4]]}],\
                "outputs":[{"name":"predict"},{"name":"predict_proba"}]}
                """,
            response: """
                {"model_name":"m","outputs":[{"name":"predict","shape":[2],"datatype":"INT64","data":[0,1]},\
                {"name":"predict_proba","shape":[2,2],"datatype":"FP64","data":[0.75,0.25,0.5,0.5]}]}
                """,
            signals: [
                "x.0": "feature: number n=2 mean=2.0", "x.1": "feature: number n=2 mean=3.0",
                "predict": "prediction: 0×1 1×1", "predict_proba": "prediction: 0×2",
                "predict_proba.confidence": "confidence: share n=2 mean=0.625",
            ],
            predictions: [
                Prediction(value: .category("0"), score: 0.25), Prediction(value: .category("1"), score: 0.5),
            ]
        ),
        Case(
            testDescription: "KServe: version null, shape of one dimension",
            request: """
                {"inputs":[{"name":"input-0","shape":[2,1],"datatype":"FP32","data":[1,3]}]}
                """,
            response: """
                {"model_name":"digits","model_version":null,"id":"a","parameters":null,"outputs":[{"name":"output-0",\
                "shape":[2],"datatype":"INT64","parameters":null,"data":[7,7]}]}
                """,
            signals: ["input-0": "feature: number n=2 mean=2.0", "output-0": "prediction: 7×2"],
            predictions: [Prediction(value: .category("7")), Prediction(value: .category("7"))]
        ),
        Case(
            testDescription: "Triton: another order of keys, a floating answer",
            request: """
                {"inputs":[{"data":[4.0],"datatype":"FP32","shape":[1,1],"name":"INPUT__0"}]}
                """,
            response: """
                {"model_name":"m","model_version":"1","outputs":[{"data":[12.0],"datatype":"FP32","shape":[1,1],\
                "name":"OUTPUT__0"}]}
                """,
            signals: ["INPUT__0": "feature: number n=1 mean=4.0", "OUTPUT__0": "prediction: number n=1 mean=12.0"],
            predictions: [Prediction(value: .number(12))]
        ),
        Case(
            testDescription: "A frame as tensors of texts and flags",
            request: """
                {"parameters":{"content_type":"pd"},"inputs":[{"name":"job","shape":[2],"datatype":"BYTES",\
                "data":["cook","bäcker"]},{"name":"own","shape":[2,1],"datatype":"BOOL","data":[true,false]}]}
                """,
            response: """
                {"outputs":[{"name":"label","shape":[2,1],"datatype":"BYTES","data":["yes","no"]},\
                {"name":"confidence","shape":[2,1],"datatype":"FP64","data":[0.5,1]}]}
                """,
            signals: [
                "job": "feature: bäcker×1 cook×1", "own": "feature: false×1 true×1", "label": "prediction: no×1 yes×1",
                "confidence": "confidence: share n=2 mean=0.75",
            ],
            predictions: [Prediction(value: .category("yes")), Prediction(value: .category("no"))]
        ),
    ]

    static let predict = [
        Case(
            testDescription: "KServe V1: rows of numbers",
            path: "/v1/models/digits:predict",
            request: #"{"instances":[[1,2],[3,4]]}"#,
            response: #"{"predictions":[0,5]}"#,
            signals: [
                "instances.0": "feature: number n=2 mean=2.0", "instances.1": "feature: number n=2 mean=3.0",
                "predictions": "prediction: 0×1 5×1",
            ],
            predictions: [Prediction(value: .category("0")), Prediction(value: .category("5"))]
        ),
        Case(
            testDescription: "TF-Serving: rows with names, one value absent and one null; answers with names",
            path: "/v1/models/m:predict",
            request:
                #"{"signature_name":"s","instances":[{"age":30,"job":"cook"},{"age":null},{"job":"cook","age":50,"in":{"eu":true}}]}"#,
            response: """
                {"predictions":[{"class":"a","scores":[0.25,0.75]},{"class":"b","scores":[1,0]},{"class":"b","scores":[0,1]}]}
                """,
            signals: [
                "age": "feature: number n=2 mean=40.0 missing=1", "job": "feature: cook×2 missing=1",
                "in.eu": "feature: true×1 missing=2", "class": "prediction: a×1 b×2", "scores": "prediction: 0×1 1×2",
                "scores.confidence": "confidence: share n=3 mean=0.9166666666666666",
            ],
            predictions: [
                Prediction(value: .category("a"), score: 0.75), Prediction(value: .category("b"), score: 0),
                Prediction(value: .category("b"), score: 1),
            ]
        ),
        Case(
            testDescription: "TF-Serving in columns",
            path: "/v1/models/m:predict",
            request: #"{"inputs":{"x":[[1,2],[3,4]],"y":["a","b"]}}"#,
            response: #"{"outputs":{"price":[1.5,2.5],"probability":[0.5,1.0]}}"#,
            signals: [
                "x.0": "feature: number n=2 mean=2.0", "x.1": "feature: number n=2 mean=3.0", "y": "feature: a×1 b×1",
                "price": "prediction: number n=2 mean=2.0", "probability": "confidence: share n=2 mean=0.75",
            ],
            predictions: [Prediction(value: .number(1.5)), Prediction(value: .number(2.5))]
        ),
        Case(
            testDescription: "MLflow: a split frame whose values come first",
            path: "/invocations",
            request: #"{"dataframe_split":{"data":[[1,"x"],[3,"y"]],"index":[0,1],"columns":["a","b"]}}"#,
            response: #"{"predictions": [0.25, 0.75]}"#,
            signals: [
                "a": "feature: number n=2 mean=2.0", "b": "feature: x×1 y×1",
                "predictions": "prediction: number n=2 mean=0.5",
            ],
            predictions: [Prediction(value: .number(0.25)), Prediction(value: .number(0.75))]
        ),
        Case(
            testDescription: "MLflow: records",
            path: "/invocations",
            request: #"{"dataframe_records":[{"a":1},{"a":2}]}"#,
            response: #"{"predictions":["x","y"]}"#,
            signals: ["a": "feature: number n=2 mean=1.5", "predictions": "prediction: x×1 y×1"],
            predictions: [Prediction(value: .category("x")), Prediction(value: .category("y"))]
        ),
        Case(
            testDescription: "Keras: rows of probabilities",
            path: "/v1/models/m:predict",
            request: #"{"instances":[1.0,2.0]}"#,
            response: #"{"predictions":[[0.2,0.3,0.5],[0.9,0.05,0.05]]}"#,
            signals: [
                "instances": "feature: number n=2 mean=1.5", "predictions": "prediction: 0×1 2×1",
                "predictions.confidence": "confidence: share n=2 mean=0.7",
            ],
            predictions: [Prediction(value: .category("2")), Prediction(value: .category("0"))]
        ),
    ]

    static let others = [
        Case(
            testDescription: "LitServe: one object each way",
            path: "/predict",
            request: #"{"input": 4.0}"#,
            response: #"{"output": 16.0}"#,
            signals: ["input": "feature: number n=1 mean=4.0", "output": "prediction: number n=1 mean=16.0"],
            predictions: [Prediction(value: .number(16))]
        ),
        Case(
            testDescription: "BentoML: a bare list",
            path: "/classify",
            request: #"{"input_data": [[5.0, 3.0]]}"#,
            response: "[0]",
            signals: [
                "input_data.0": "feature: number n=1 mean=5.0", "input_data.1": "feature: number n=1 mean=3.0",
                "predictions": "prediction: 0×1",
            ],
            predictions: [Prediction(value: .category("0"))]
        ),
        Case(
            testDescription: "Some service: what says who answered is no prediction",
            path: "/score",
            request: #"{"amount": 10}"#,
            response: #"{"id":"abc","model_version":"v2","label":"fraud","score":0.5,"took_ms":3}"#,
            signals: [
                "amount": "feature: number n=1 mean=10.0", "label": "prediction: fraud×1",
                "score": "confidence: share n=1 mean=0.5",
            ],
            predictions: [Prediction(value: .category("fraud"))]
        ),
    ]

    @Test("What is found, and what each row predicts", arguments: Self.openInference + Self.predict + Self.others)
    func found(_ one: Case) {
        var inspector = PayloadInspector(signals: ModelSignals())

        let reading = inspector.inspect(.fixture(path: one.path, request: one.request, response: one.response))
        let (payloads, signals) = inspector.drain()

        #expect(payloads.requests == PayloadTally(inspected: 1))
        #expect(signals.summary == one.signals)
        #expect(reading.rows.map(\.prediction) == one.predictions)
    }

    @Test("The shape tells the protocol where the path doesn't", arguments: Self.openInference + Self.predict)
    func byShape(_ one: Case) {
        var inspector = PayloadInspector(signals: ModelSignals())

        _ = inspector.inspect(.fixture(path: "/some/route?x=1", request: one.request, response: one.response))

        #expect(inspector.drain().signals.summary == one.signals)
    }

    @Test("Nothing is left after a drain, and the same exchange counts the same again")
    func drained() {
        var inspector = PayloadInspector(signals: ModelSignals())
        let exchange = PayloadExchange.fixture(
            path: "/v1/models/m:predict",
            request: #"{"instances":[1.5]}"#,
            response: #"{"predictions":["a"]}"#
        )

        _ = inspector.inspect(exchange)
        let first = inspector.drain()
        let nothing = inspector.drain()
        _ = inspector.inspect(exchange)
        let second = inspector.drain()

        #expect(nothing.signals.isEmpty && nothing.payloads.requests == PayloadTally())
        #expect(first.signals == second.signals && first.payloads == second.payloads)
    }
}
