package import RolloutCore

/// One label as it comes: in a request, or as a line of a file.
package enum FeedbackItem {
    /// Slices a row may belong to.
    package static let sliceLimit = 8
    /// Bytes of a key, a label, a slice's name or value.
    package static let textLimit = 512

    /// - Throws: `InvalidValue` with the place of the first field that is wrong.
    package static func read(_ value: JSONValue) throws(InvalidValue) -> Feedback {
        var reader = try JSONReader(value)
        return try self.read(&reader, at: "")
    }

    static func read(_ reader: inout JSONReader, at pointer: String) throws(InvalidValue) -> Feedback {
        let reference = try self.reference(&reader, at: pointer)
        guard let label = try self.label("label", &reader) else {
            throw InvalidValue("is required: a string, a number or a boolean", at: reader.place("label"))
        }
        let predicted = try self.label("prediction", &reader)
        let score = try reader.optionalNumber("score")
        if let score, !(0...1).contains(score) {
            throw InvalidValue("is a probability of 0 to 1; got \(score)", at: reader.place("score"))
        }
        let slices = try reader.strings("slices")
        guard slices.count <= self.sliceLimit else {
            throw InvalidValue("at most \(self.sliceLimit) slices", at: reader.place("slices"))
        }
        for (name, text) in slices where !self.isFit(name) || text.utf8.count > self.textLimit {
            throw InvalidValue("names and values have at most \(self.textLimit) bytes", at: reader.place("slices"))
        }
        try reader.finish()
        let hasPrediction = predicted != nil || score != nil
        return Feedback(
            reference: reference,
            label: label,
            prediction: hasPrediction ? Prediction(value: predicted, score: score) : nil,
            slices: slices
        )
    }

    private static func reference(
        _ reader: inout JSONReader,
        at pointer: String
    ) throws(InvalidValue) -> Feedback.Reference {
        let request = try reader.optionalString("requestId")
        let key = try reader.optionalString("key")
        let row = try reader.optionalInteger("row")
        switch (request, key) {
        case (let id?, nil):
            guard self.isFit(id) else {
                throw InvalidValue("has 1 to \(self.textLimit) bytes", at: reader.place("requestId"))
            }
            guard (0...1_000_000).contains(row ?? 0) else {
                throw InvalidValue("is a row of the request, from 0", at: reader.place("row"))
            }
            return .request(id, row: row ?? 0)
        case (nil, let key?):
            guard self.isFit(key) else {
                throw InvalidValue("has 1 to \(self.textLimit) bytes", at: reader.place("key"))
            }
            guard row == nil else { throw InvalidValue("goes with requestId only", at: reader.place("row")) }
            return .key(key)
        case (nil, nil), (.some, .some):
            throw InvalidValue("names its row by either requestId or key", at: pointer)
        }
    }

    private static func label(_ name: String, _ reader: inout JSONReader) throws(InvalidValue) -> LabelValue? {
        switch reader.value(name) {
        case nil: return nil
        case .number(let number): return .number(number)
        case .bool(let flag): return .category(flag ? "true" : "false")
        case .string(let text):
            guard self.isFit(text), !text.utf8.contains(0) else {
                throw InvalidValue("has 1 to \(self.textLimit) bytes, none of them 0", at: reader.place(name))
            }
            return .category(text)
        case .null, .array, .object:
            throw InvalidValue("must be a string, a number or a boolean", at: reader.place(name))
        }
    }

    private static func isFit(_ text: String) -> Bool { (1...self.textLimit).contains(text.utf8.count) }
}
