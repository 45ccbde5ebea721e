import Payloads
import RolloutCore
import Testing

@Suite("Declared signals")
struct DeclaredSignalsTests {
    private func declared(
        _ name: String,
        _ role: SignalRole,
        _ kind: SignalKind,
        _ body: SignalSource.Body,
        _ path: String
    ) throws -> SignalDeclaration {
        SignalDeclaration(
            name: try SignalName(name),
            role: role,
            kind: kind,
            source: SignalSource(body: body, path: path)
        )
    }

    private func read(
        _ signals: ModelSignals,
        _ exchange: PayloadExchange
    ) -> (rows: [RowReading], payloads: PayloadTally, signals: [String: String]) {
        var inspector = PayloadInspector(signals: signals)
        let reading = inspector.inspect(exchange)
        let drained = inspector.drain()
        return (reading.rows, drained.payloads, drained.signals.summary)
    }

    @Test("Pointers with stars give a row for each element, and absent ones are missing in their row")
    func pointers() throws {
        var model = ModelSignals(adapter: .json)
        model.signals = [
            try self.declared("age", .feature, .number, .request, "/people/*/age"),
            try self.declared("city", .feature, .category, .request, "/people/*/address/city"),
            try self.declared("class", .prediction, .category, .response, "/results/*/label"),
            try self.declared("p", .confidence, .share, .response, "/results/*/p~1q"),
            try self.declared("took", .measure, .number, .response, "/took"),
        ]
        model.key = .request("/people/*/id")
        model.positiveClass = "yes"
        model.slices = [try SignalName("city")]

        let found = self.read(
            model,
            .fixture(
                request: """
                    {"people":[{"id":"a","age":30,"address":{"city":"Bonn"}},{"id":7,"age":"old"},{"age":50,"id":"c","address":3}]}
                    """,
                response: """
                    {"took":12,"results":[{"label":"yes","p/q":0.5},{"label":4,"p/q":2},{"p/q":1}]}
                    """
            )
        )

        #expect(
            found.signals == [
                "age": "feature: number n=2 mean=40.0 mistyped=1", "city": "feature: Bonn×1 missing=2",
                "class": "prediction: 4×1 yes×1 missing=1", "p": "confidence: share n=2 mean=0.75 mistyped=1",
                "took": "measure: number n=1 mean=12.0",
            ]
        )
        #expect(
            found.rows == [
                RowReading(
                    key: "a",
                    prediction: Prediction(value: .category("yes"), score: 0.5),
                    slices: ["city=Bonn"]
                ),
                RowReading(key: "7", prediction: Prediction(value: .category("4"))),
                RowReading(key: "c", prediction: Prediction(score: 1)),
            ]
        )
    }

    @Test("A list within a list gives as many rows as it has elements, and none where it is not there")
    func nestedStars() throws {
        var model = ModelSignals(adapter: .json)
        model.signals = [try self.declared("x", .feature, .number, .request, "/a/*/b/*")]

        let found = self.read(model, .fixture(request: #"{"a":[{"b":[1,2]},{},{"b":[6]}]}"#, status: 400, response: ""))

        #expect(found.signals == ["x": "feature: number n=3 mean=3.0"])
    }

    @Test("Columns of a protocol are declared by their names, pointers beside them")
    func columns() throws {
        var model = ModelSignals()
        model.signals = [
            try self.declared("pixel", .feature, .number, .request, "input-0.2"),
            try self.declared("user", .feature, .category, .request, "/parameters/user"),
            try self.declared("class", .prediction, .category, .response, "predict_proba"),
            try self.declared("sure", .confidence, .share, .response, "predict_proba"),
            try self.declared("third", .measure, .number, .response, "predict_proba.2"),
            try self.declared("gone", .feature, .number, .request, "gone"),
        ]
        model.positiveClass = "2"

        let found = self.read(
            model,
            .fixture(
                path: "/v2/models/m/infer",
                request: """
                    {"parameters":{"user":"u1"},"inputs":[{"name":"input-0","shape":[2,3],"datatype":"FP32",\
                    "data":[1,2,3,4,5,6]}]}
                    """,
                response: """
                    {"outputs":[{"name":"predict_proba","shape":[2,3],"datatype":"FP64","data":[0.1,0.2,0.7,0.5,0.5,0.5]}]}
                    """
            )
        )

        #expect(
            found.signals == [
                "pixel": "feature: number n=2 mean=4.5", "user": "feature: u1×1", "class": "prediction: 2×1 mistyped=1",
                "sure": "confidence: share n=1 mean=0.7 mistyped=1", "third": "measure: number n=2 mean=0.6",
                "gone": "feature: number n=0 mean=0.0 missing=2",
            ]
        )
        #expect(
            found.rows.map(\.prediction) == [
                Prediction(value: .category("2"), score: 0.7), Prediction(score: 0.5),
            ]
        )
    }

    @Test("Measures of a chat are declared by their names, and unstreamed answers don't miss the first token")
    func chat() throws {
        var model = ModelSignals(adapter: .chat)
        model.signals = [
            try self.declared("ttft", .measure, .number, .response, "time_to_first_token"),
            try self.declared("why", .prediction, .category, .response, "finish_reason"),
        ]

        let found = self.read(
            model,
            .fixture(
                request: #"{"messages":[]}"#,
                response: #"{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}]}"#
            )
        )

        #expect(found.signals == ["why": "prediction: stop×1"])
    }

    @Test("A key in a header is every row's, and only when the model says so")
    func headerKey() {
        let exchange = PayloadExchange.fixture(
            path: "/v1/models/m:predict",
            request: #"{"instances":[1,2]}"#,
            response: #"{"predictions":["a","b"]}"#,
            key: "order-1"
        )

        #expect(self.read(ModelSignals(key: .header("x-order")), exchange).rows.map(\.key) == ["order-1", "order-1"])
        #expect(self.read(ModelSignals(), exchange).rows.map(\.key) == [nil, nil])
    }

    @Test("A key in a column is found without declaring the column")
    func columnKey() throws {
        var model = ModelSignals(key: .request("id"))
        let exchange = PayloadExchange.fixture(
            path: "/v1/models/m:predict",
            request: #"{"instances":[{"id":"a","x":1},{"id":"b","x":2}]}"#,
            response: #"{"predictions":[1.5,2.5]}"#
        )

        #expect(self.read(model, exchange).rows.map(\.key) == ["a", "b"])

        model.signals = [try self.declared("y", .prediction, .number, .response, "/predictions/*")]

        #expect(
            self.read(model, exchange).rows == [
                RowReading(key: "a", prediction: Prediction(value: .number(1.5))),
                RowReading(key: "b", prediction: Prediction(value: .number(2.5))),
            ]
        )
    }
}
