import ControlWire
import RolloutCore
import Testing

@Suite("Feedback on the wire")
struct FeedbackRequestTests {
    private func read(_ text: String, of model: String? = "digits") throws -> FeedbackRequest {
        try FeedbackRequest(JSONValue(parsing: Array(text.utf8)), of: model.map { try ModelName($0) })
    }

    @Test("Items name their row by request or key, and labels are words, numbers or booleans")
    func items() throws {
        let request = try self.read(
            #"""
            {"items":[
              {"requestId":"abc","label":"7"},
              {"requestId":"abc","row":2,"label":7.5,"prediction":7,"score":0.25,"slices":{"region":"eu"}},
              {"key":"user-1","label":true}]}
            """#
        )

        #expect(
            request.items.map(\.feedback) == [
                Feedback(reference: .request("abc", row: 0), label: .category("7")),
                Feedback(
                    reference: .request("abc", row: 2),
                    label: .number(7.5),
                    prediction: Prediction(value: .number(7), score: 0.25),
                    slices: ["region": "eu"]
                ),
                Feedback(reference: .key("user-1"), label: .category("true")),
            ]
        )
    }

    @Test("Without a model in the path the body or each item names one")
    func models() throws {
        let request = try self.read(
            #"{"model":"a","items":[{"key":"1","label":1},{"model":"b","key":"2","label":2},{"key":"3","label":3}]}"#,
            of: nil
        )

        #expect(request.items.map(\.model.text) == ["a", "b", "a"])
        #expect(request.models.map(\.text) == ["a", "b"])
    }

    @Test(
        "A wrong item is refused at its place",
        arguments: [
            (#"{}"#, "/items"), (#"{"items":[]}"#, "/items"), (#"{"items":[3]}"#, "/items/0"),
            (#"{"items":[{"label":1}]}"#, "/items/0"),
            (#"{"items":[{"label":1,"key":"a","requestId":"b"}]}"#, "/items/0"),
            (#"{"items":[{"key":"a"}]}"#, "/items/0/label"), (#"{"items":[{"key":"a","label":[]}]}"#, "/items/0/label"),
            (#"{"items":[{"key":"a","label":""}]}"#, "/items/0/label"),
            (#"{"items":[{"key":"","label":1}]}"#, "/items/0/key"),
            (#"{"items":[{"key":"a","label":1,"score":1.5}]}"#, "/items/0/score"),
            (#"{"items":[{"key":"a","label":1,"row":0}]}"#, "/items/0/row"),
            (#"{"items":[{"requestId":"a","label":1,"row":-1}]}"#, "/items/0/row"),
            (#"{"items":[{"key":"a","label":1,"slices":{"a":3}}]}"#, "/items/0/slices/a"),
            (#"{"items":[{"key":"a","label":1},{"key":"a","label":1,"lable":1}]}"#, "/items/1/lable"),
            (#"{"items":[{"key":"a","label":1,"model":"x"}]}"#, "/items/0/model"),
            (#"{"model":"x","items":[{"key":"a","label":1}]}"#, "/model"),
        ]
    )
    func refusals(text: String, pointer: String) throws {
        let error = #expect(throws: InvalidValue.self) { try self.read(text) }

        #expect(error?.pointer == pointer, "\(String(describing: error))")
    }

    @Test("An item without any model is refused")
    func withoutModel() throws {
        let error = #expect(throws: InvalidValue.self) { try self.read(#"{"items":[{"key":"a","label":1}]}"#, of: nil) }

        #expect(error?.pointer == "/items/0")
    }

    @Test("An answer counts every result, also those that none came to")
    func counts() {
        let response = FeedbackResponse([.init(result: .counted), .init(result: .unknown, reason: "why")])

        #expect(response.counts["counted"] == 1 && response.counts["unknown"] == 1 && response.counts["late"] == 0)
        #expect(response.counts.count == FeedbackResult.allCases.count)
    }
}
