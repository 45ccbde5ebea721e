/// One predicted row that waits for its label.
package struct PredictionRecord: Hashable, Sendable {
    package let model: ModelName
    package let version: VersionName
    package let rollout: RolloutID?
    /// As the client has it; with the row it names the prediction.
    package let requestID: String
    package let stamp: RequestStamp
    /// 0, 1, 2 … within the request.
    package let row: Int
    /// The user's own name of the row.
    package let key: String?
    package let prediction: Prediction
    /// `signal=value` of the model's slices.
    package let slices: [String]

    package init(
        model: ModelName,
        version: VersionName,
        rollout: RolloutID?,
        requestID: String,
        stamp: RequestStamp,
        row: Int,
        key: String?,
        prediction: Prediction,
        slices: [String]
    ) {
        self.model = model
        self.version = version
        self.rollout = rollout
        self.requestID = requestID
        self.stamp = stamp
        self.row = row
        self.key = key
        self.prediction = prediction
        self.slices = slices
    }
}

/// What a version said about one row.
package struct Prediction: Hashable, Sendable {
    package var value: LabelValue?
    /// The probability given to the model's positive class, 0…1.
    package var score: Double?

    package init(value: LabelValue? = nil, score: Double? = nil) {
        self.value = value
        self.score = score
    }
}

/// A label, or what was predicted in its place.
package enum LabelValue: Hashable, Sendable {
    case category(String)
    case number(Double)

    /// A class's name; whole numbers without a fraction, so that `3` and `3.0` are one class.
    package var category: String {
        switch self {
        case .category(let word): word
        case .number(let number) where number.rounded() == number && abs(number) < 1e15: String(Int64(number))
        case .number(let number): "\(number)"
        }
    }

    /// Whether a number that nobody declared may be the name of a class: a whole one below 10 000.
    package static func looksLikeClass(_ number: Double) -> Bool {
        number.magnitude < 10_000 && number.rounded(.towardZero) == number
    }

    package var number: Double? {
        switch self {
        case .category(let word): Double(word)
        case .number(let number): number
        }
    }
}

extension LabelValue: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .category(try container.decode(String.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .category(let word): try container.encode(word)
        // JSON has no infinities; as a word it is a class of its own.
        case .number(let number) where !number.isFinite: try container.encode("\(number)")
        case .number(let number): try container.encode(number)
        }
    }
}

extension Prediction: Codable {
    private enum CodingKeys: String, CodingKey { case value, score }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            value: try container.decodeIfPresent(LabelValue.self, forKey: .value),
            score: try container.decodeIfPresent(Double.self, forKey: .score)
        )
    }

    /// A score that isn't a finite number is none.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(self.value, forKey: .value)
        try container.encodeIfPresent(self.score.flatMap { $0.isFinite ? $0 : nil }, forKey: .score)
    }
}

/// One payload that a model asked to keep, redacted.
package struct PayloadSample: Hashable, Sendable {
    package let model: ModelName
    package let version: VersionName
    package let requestID: String
    package let at: Timestamp
    package let status: Int
    package let request: String
    package let response: String

    package init(
        model: ModelName,
        version: VersionName,
        requestID: String,
        at: Timestamp,
        status: Int,
        request: String,
        response: String
    ) {
        self.model = model
        self.version = version
        self.requestID = requestID
        self.at = at
        self.status = status
        self.request = request
        self.response = response
    }
}
