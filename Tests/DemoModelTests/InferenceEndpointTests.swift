import Testing

@testable import DemoModel

@Suite("The endpoint without the network")
struct InferenceEndpointTests {
    @Test("An inference answer has the id, both tensors and the model's names")
    func inferenceAnswer() throws {
        let endpoint = try InferenceEndpoint(configuration: DemoModelConfiguration(version: "7", variant: .v2))
        let row = try #require(try DemoRow.heldOut().first)

        let answer = endpoint.answer(
            method: "POST",
            target: "/v2/models/digits/infer",
            body: row.requestBody(id: "a-1")
        )

        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(answer.status == .ok)
        #expect(text.hasPrefix(#"{"id":"a-1","model_name":"digits","model_version":"7","outputs":[{"data":["#))
        #expect(text.contains(#""datatype":"INT64","name":"predict","shape":[1,1]"#))
        #expect(text.contains(#""datatype":"FP32","name":"predict_proba","shape":[1,10]"#))
        #expect(DemoRow.digit(inAnswer: answer.body) == row.label)
    }

    @Test(
        "Metadata, health and refusals",
        arguments: [
            ("GET", "/v2/health/live", 200, #"{"live":true}"#),
            ("GET", "/v2/health/ready", 200, #"{"ready":true}"#),
            ("GET", "/v2", 200, #"{"extensions":[],"name":"serin-demo-model","version":"1"}"#),
            ("GET", "/v2/models/digits/ready", 200, #"{"name":"digits","ready":true}"#),
            (
                "GET", "/v2/models/digits/versions/v1", 200,
                #"{"inputs":[{"datatype":"FP32","name":"input","shape":[-1,64]}],"name":"digits","#
                    + #""outputs":[{"datatype":"INT64","name":"predict","shape":[-1,1]},"#
                    + #"{"datatype":"FP32","name":"predict_proba","shape":[-1,10]}],"#
                    + #""platform":"serin_demo_v1","versions":["v1"]}"#
            ),
            (
                "GET", "/stats", 200,
                #"{"counts":{"failed":0,"refused":0,"succeeded":0},"model":"digits","version":"v1"}"#
            ),
            ("GET", "/v2/models/other", 404, #"{"error":"no model \"other\", this server has \"digits\""}"#),
            (
                "POST", "/v2/models/digits/versions/9/infer", 404,
                #"{"error":"no version \"9\", this server has \"v1\""}"#
            ),
            ("GET", "/v2/models/digits/infer", 405, #"{"error":"GET is not answered here, use POST"}"#),
            ("GET", "/nowhere", 404, #"{"error":"nothing at /nowhere"}"#),
            ("POST", "/v2/models/digits/infer", 400, #"{"error":"request body: not valid JSON"}"#),
        ]
    )
    func answers(method: String, target: String, status: Int, body: String) throws {
        let endpoint = try InferenceEndpoint(configuration: DemoModelConfiguration())

        let answer = endpoint.answer(method: method, target: target, body: [])

        #expect(answer.status.rawValue == status)
        #expect(String(decoding: answer.body, as: UTF8.self) == body)
    }

    @Test("Every inference request is in exactly one count")
    func counts() throws {
        let faults = try DemoFaults(errorRate: 0.5, seed: 11)
        let endpoint = try InferenceEndpoint(configuration: DemoModelConfiguration(faults: faults))
        let body = try #require(try DemoRow.heldOut().first).requestBody(id: "x")

        let statuses = (0..<100).map { _ in
            endpoint.answer(method: "POST", target: "/v2/models/digits/infer", body: body).status
        }
        _ = endpoint.answer(method: "POST", target: "/v2/models/digits/infer", body: [])
        _ = endpoint.answer(method: "POST", target: "/v2/models/other/infer", body: body)
        _ = endpoint.answerToOversizedBody(limit: 1)

        let failed = statuses.count { $0 == .internalServerError }
        #expect((30...70).contains(failed), "seed 11")
        #expect(endpoint.counts == ServedCounts(succeeded: 100 - failed, failed: failed, refused: 3))
    }
}
