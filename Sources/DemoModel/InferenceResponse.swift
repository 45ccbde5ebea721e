/// The body of an Open Inference Protocol V2 inference answer.
struct InferenceResponse: Encodable {
    struct Output: Encodable {
        enum Values: Equatable {
            case digits([Int])
            case probabilities([Float])
        }

        let name: InferenceOutput
        let rowCount: Int
        let values: Values

        private enum Key: String, CodingKey {
            case name, datatype, shape, data
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(self.name.rawValue, forKey: .name)
            switch self.values {
            case .digits(let digits):
                try container.encode("INT64", forKey: .datatype)
                try container.encode([self.rowCount, 1], forKey: .shape)
                try container.encode(digits, forKey: .data)
            case .probabilities(let probabilities):
                try container.encode("FP32", forKey: .datatype)
                try container.encode([self.rowCount, DigitsClassifier.classCount], forKey: .shape)
                try container.encode(probabilities, forKey: .data)
            }
        }
    }

    let modelName: String
    let modelVersion: String
    /// Left out when the request had none.
    let id: String?
    let outputs: [Output]

    private enum CodingKeys: String, CodingKey {
        case modelName = "model_name"
        case modelVersion = "model_version"
        case id, outputs
    }
}

extension InferenceResponse {
    init(request: InferenceRequest, classifier: DigitsClassifier, modelName: String, modelVersion: String) {
        let probabilities = (0..<request.rowCount).map { row in
            let start = row * DigitsClassifier.pixelCount
            return classifier.probabilities(of: request.pixels[start..<start + DigitsClassifier.pixelCount])
        }
        self.modelName = modelName
        self.modelVersion = modelVersion
        self.id = request.id
        self.outputs = InferenceOutput.allCases.filter(request.outputs.contains).map { output in
            switch output {
            case .predict:
                Output(name: output, rowCount: request.rowCount, values: .digits(probabilities.map(Self.mostLikely)))
            case .predictProba:
                Output(
                    name: output,
                    rowCount: request.rowCount,
                    values: .probabilities(probabilities.joined().map { Float($0) })
                )
            }
        }
    }

    /// The first of the largest, as numpy's `argmax` has it.
    private static func mostLikely(_ probabilities: [Double]) -> Int {
        probabilities.indices.reduce(0) { best, index in probabilities[index] > probabilities[best] ? index : best }
    }
}
