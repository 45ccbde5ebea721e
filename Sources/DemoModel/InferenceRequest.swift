import FoundationEssentials

/// The body of an Open Inference Protocol V2 inference request, checked against this model's one input.
struct InferenceRequest: Equatable {
    static let inputName = "input"
    static let inputDatatype = "FP32"
    /// A bound on the work of one request.
    static let rowLimit = 256

    let id: String?
    /// `rowCount` × 64 values.
    let pixels: [Double]
    let rowCount: Int
    let outputs: Set<InferenceOutput>

    init(body: [UInt8]) throws(InferenceRequestError) {
        let wire: Wire
        do {
            wire = try JSONDecoder().decode(Wire.self, from: Data(body))
        } catch let error as DecodingError {
            throw .malformed(Self.explanation(of: error))
        } catch {
            throw .malformed("\(error)")
        }
        guard wire.inputs.count == 1, let input = wire.inputs.first else { throw .inputCount(wire.inputs.count) }
        guard input.name == Self.inputName else { throw .inputName(input.name) }
        guard input.datatype == Self.inputDatatype else { throw .inputDatatype(input.datatype) }
        guard input.shape.count == 2, input.shape[1] == DigitsClassifier.pixelCount,
            (1...Self.rowLimit).contains(input.shape[0])
        else { throw .inputShape(input.shape) }
        let valueCount = input.shape[0] * DigitsClassifier.pixelCount
        guard input.data.values.count == valueCount else {
            throw .valueCount(expected: valueCount, found: input.data.values.count)
        }
        guard input.data.values.allSatisfy({ Float($0).isFinite }) else { throw .valueOutOfRange }
        self.id = wire.id
        self.pixels = input.data.values
        self.rowCount = input.shape[0]
        self.outputs = try Self.outputs(named: wire.outputs)
    }

    private static func outputs(named wire: [Wire.Output]?) throws(InferenceRequestError) -> Set<InferenceOutput> {
        guard let wire, !wire.isEmpty else { return Set(InferenceOutput.allCases) }
        var outputs: Set<InferenceOutput> = []
        for output in wire {
            guard let known = InferenceOutput(rawValue: output.name) else { throw .outputName(output.name) }
            outputs.insert(known)
        }
        return outputs
    }

    private static func explanation(of error: DecodingError) -> String {
        let (context, what): (DecodingError.Context, String) =
            switch error {
            case .typeMismatch(let type, let context): (context, "expected \(type)")
            case .valueNotFound(let type, let context): (context, "expected \(type), found null")
            case .keyNotFound(let key, let context): (context, "\"\(key.stringValue)\" is missing")
            case .dataCorrupted(let context): (context, "not valid JSON")
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "\(error)")
            }
        let path = context.codingPath.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return path.isEmpty ? what : "\(path): \(what)"
    }
}

/// What this model can answer with.
enum InferenceOutput: String, CaseIterable {
    case predict
    case predictProba = "predict_proba"
}

/// Why an inference request was refused; the text is for the person who wrote the request.
enum InferenceRequestError: Error, Equatable, CustomStringConvertible {
    case malformed(String)
    case inputCount(Int)
    case inputName(String)
    case inputDatatype(String)
    case inputShape([Int])
    case valueCount(expected: Int, found: Int)
    case valueOutOfRange
    case outputName(String)

    var description: String {
        switch self {
        case .malformed(let explanation): "request body: \(explanation)"
        case .inputCount(let count): "inputs: expected exactly one tensor, found \(count)"
        case .inputName(let name): "inputs[0].name: no input \"\(name)\", this model takes \"input\""
        case .inputDatatype(let datatype): "inputs[0].datatype: \"\(datatype)\" is not supported, send FP32"
        case .inputShape(let shape):
            "inputs[0].shape: \(shape) is not supported, send [n, 64] with n from 1 to \(InferenceRequest.rowLimit)"
        case .valueCount(let expected, let found):
            "inputs[0].data: the shape asks for \(expected) values, found \(found)"
        case .valueOutOfRange: "inputs[0].data: a value does not fit FP32"
        case .outputName(let name): "outputs: no output \"\(name)\", this model has \"predict\" and \"predict_proba\""
        }
    }
}

/// The JSON as the protocol defines it, before it is compared with the model.
private struct Wire: Decodable {
    struct Input: Decodable {
        let name: String
        let shape: [Int]
        let datatype: String
        let data: TensorValues
    }

    struct Output: Decodable {
        let name: String
    }

    let id: String?
    let inputs: [Input]
    let outputs: [Output]?
}

/// Tensor values in row-major order; the protocol allows them flat or nested by row.
private struct TensorValues: Decodable {
    let values: [Double]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let rows = try? container.decode([[Double]].self) {
            self.values = rows.flatMap { $0 }
        } else {
            self.values = try container.decode([Double].self)
        }
    }
}
