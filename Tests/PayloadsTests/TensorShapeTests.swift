import Payloads
import RolloutCore
import Testing

@Suite("Shapes that lie")
struct TensorShapeTests {
    private static let shapes = [
        "[0,3000000000,3000000000]", "[3000000000,3000000000,0]", "[3000000000,3000000000,3000000000,0]",
        "[999999999999999,999999999999999]", "[0,999999999999999,999999999999999]", "[0,9000000000000]", "[0]", "[]",
        "[1,0]",
    ]
    private static let models = [
        ModelSignals(), ModelSignals(adapter: .openInference), ModelSignals(adapter: .predict),
        ModelSignals(adapter: .json),
        ModelSignals(adapter: .chat),
        ModelSignals(
            adapter: .openInference,
            signals: [.request, .response].flatMap { body in
                [
                    ("x", SignalRole.feature, SignalKind.number), ("y.7", .prediction, .category),
                    ("y", .confidence, .share),
                ]
                .compactMap { path, role, kind in
                    (try? SignalName("\(body) \(path)")).map {
                        SignalDeclaration(
                            name: $0,
                            role: role,
                            kind: kind,
                            source: SignalSource(body: body, path: path)
                        )
                    }
                }
            },
            key: .request("x.12"),
            slices: ["request x"].compactMap { try? SignalName($0) }
        ),
    ]

    @Test("A shape larger than can be counted is read by every decoder without harm", arguments: shapes)
    func huge(shape: String) {
        for (data, size) in [("[]", nil), ("[1,2,3]", nil), (nil, 0)] as [(String?, Int?)] {
            let values =
                data.map { #""data":\#($0)"# } ?? #""parameters":{"binary_data_size":\#(size ?? 0)}"#
            let wide = #"{"name":"x","datatype":"FP32","shape":\#(shape),\#(values)}"#
            let long = #"{"name":"y","datatype":"FP32","shape":[3],"data":[1,2,3]}"#
            let wideAnswer = wide.replacing(#""x""#, with: #""y""#)
            for model in Self.models {
                var inspector = PayloadInspector(signals: model)
                for path in ["/v2/models/m/infer", "/v1/models/m:predict", "/v1/chat/completions", "/"] {
                    let reading = inspector.inspect(
                        .fixture(
                            path: path,
                            request: #"{"inputs":[\#(wide),\#(long)]}"#,
                            response: #"{"outputs":[\#(wideAnswer),\#(long.replacing(#""y""#, with: #""z""#))]}"#
                        )
                    )
                    _ = reading.redacted([])
                }
                #expect(inspector.drain().signals.values.allSatisfy { $0.rows <= 100 }, "\(model.adapter)")
            }
        }
    }

    @Test("A tensor without rows and one whose shape promises other values than it has")
    func emptyAndWrong() {
        var inspector = PayloadInspector(signals: ModelSignals(adapter: .openInference))
        for shape in ["[0,3]", "[2,2]", "[999999999999999,999999999999999]"] {
            let tensor = #"{"name":"x","datatype":"FP32","shape":\#(shape),"data":[]}"#
            _ = inspector.inspect(.fixture(request: #"{"inputs":[\#(tensor)]}"#, status: 400, response: ""))
        }

        #expect(inspector.drain().payloads.malformedRequests == 2)
    }

    @Test("Where no rows are wanted none are made, and what is counted is the same")
    func noRows() {
        let exchange = PayloadExchange.fixture(
            path: "/v2/models/m/infer?x",
            request: #"{"inputs":[{"name":"x","datatype":"FP32","shape":[2],"data":[1,2]}]}"#,
            response: #"{"outputs":[{"name":"y","datatype":"INT64","shape":[2],"data":[1,2]}]}"#
        )
        var (some, none) = (PayloadInspector(signals: ModelSignals()), PayloadInspector(signals: ModelSignals()))

        #expect(some.inspect(exchange).rows.count == 2)
        #expect(none.inspect(exchange, rowLimit: 0).rows.isEmpty)
        #expect(some.drain() == none.drain())
    }
}
