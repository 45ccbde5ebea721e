/// What the name of an answer's field tells about it, by the words that model servers use.
struct AnswerName {
    /// The last part of a name with dots, in lower case.
    private let word: String

    init(_ name: String) {
        self.word = name.lowercased().split(separator: ".").last.map(String.init) ?? ""
    }

    /// How sure the model is, when it is one number in 0…1.
    var isConfidence: Bool { Self.confidences.contains(self.word) }
    /// A probability that the model gives, and not just to what it predicts.
    var isScore: Bool { self.isConfidence && !self.word.hasPrefix("confidence") }
    var isPrediction: Bool { self.isConfidence || Self.predictions.contains(self.word) }
    /// Says who answered, not what: a canary's always differs.
    var isAboutServer: Bool { Self.servers.contains(self.word) }

    private static let confidences: Set = [
        "confidence", "confidences", "score", "scores", "probability", "probabilities", "proba", "prob", "probs",
        "predict_proba",
    ]
    private static let predictions: Set = [
        "prediction", "predictions", "predicted", "predict", "output", "outputs", "result", "results", "label",
        "labels",
        "class", "classes", "class_id", "class_ids", "predicted_class", "predicted_label",
    ]
    private static let servers: Set = [
        "id", "request_id", "model", "model_name", "model_version", "version", "timestamp", "created", "latency",
        "duration",
    ]
}
