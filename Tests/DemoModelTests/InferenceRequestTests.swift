import Testing

@testable import DemoModel

@Suite("Inference requests")
struct InferenceRequestTests {
    private static let row = Array(repeating: "3", count: 64).joined(separator: ",")

    private static func body(
        name: String = "input",
        shape: String = "[1,64]",
        datatype: String = "FP32",
        data: String = "[\(row)]",
        more: String = ""
    ) -> [UInt8] {
        Array(
            #"{"inputs":[{"name":"\#(name)","shape":\#(shape),"datatype":"\#(datatype)","data":\#(data)}]\#(more)}"#
                .utf8
        )
    }

    @Test("Flat and nested data mean the same")
    func flatEqualsNested() throws {
        let flat = try InferenceRequest(body: Self.body(shape: "[2,64]", data: "[\(Self.row),\(Self.row)]"))
        let nested = try InferenceRequest(body: Self.body(shape: "[2,64]", data: "[[\(Self.row)],[\(Self.row)]]"))

        #expect(flat == nested)
        #expect(flat.pixels == Array(repeating: 3, count: 128))
        #expect(flat.rowCount == 2)
    }

    @Test("Only the outputs asked for are wanted; none named means all")
    func requestedOutputs() throws {
        let one = try InferenceRequest(body: Self.body(more: #","outputs":[{"name":"predict"}]"#))
        let all = try InferenceRequest(body: Self.body(more: #","outputs":[]"#))

        #expect(one.outputs == [.predict])
        #expect(all.outputs == [.predict, .predictProba])
    }

    @Test(
        "A request that does not fit is refused with what to change",
        arguments: [
            (Array("".utf8), "request body: not valid JSON"),
            (Array("[]".utf8), "request body: expected Dictionary<String, Any>"),
            (Array("{}".utf8), #"request body: "inputs" is missing"#),
            (Array(#"{"inputs":[]}"#.utf8), "inputs: expected exactly one tensor, found 0"),
            (body(name: "image"), #"inputs[0].name: no input "image", this model takes "input""#),
            (body(datatype: "INT64"), #"inputs[0].datatype: "INT64" is not supported, send FP32"#),
            (
                body(shape: "[64]"),
                "inputs[0].shape: [64] is not supported, send [n, 64] with n from 1 to 256"
            ),
            (
                body(shape: "[0,64]", data: "[]"),
                "inputs[0].shape: [0, 64] is not supported, send [n, 64] with n from 1 to 256"
            ),
            (body(shape: "[2,64]"), "inputs[0].data: the shape asks for 128 values, found 64"),
            (body(data: #"["a"]"#), "request body: inputs[0].data[0]: expected Double"),
            (
                body(data: "[1e300,\(row.dropFirst(2))]"),
                "inputs[0].data: a value does not fit FP32"
            ),
            (
                body(more: #","outputs":[{"name":"logits"}]"#),
                #"outputs: no output "logits", this model has "predict" and "predict_proba""#
            ),
        ]
    )
    func refused(body: [UInt8], explanation: String) {
        let error = #expect(throws: InferenceRequestError.self) { try InferenceRequest(body: body) }
        #expect(error?.description == explanation)
    }

    @Test("Every held-out row is a request this model takes")
    func heldOutRowsAreRequests() throws {
        for (index, row) in try DemoRow.heldOut().enumerated() {
            let request = try InferenceRequest(body: row.requestBody(id: "row-\(index)"))
            #expect(request.pixels == row.pixels.map(Double.init))
            #expect(request.id == "row-\(index)")
        }
    }
}
