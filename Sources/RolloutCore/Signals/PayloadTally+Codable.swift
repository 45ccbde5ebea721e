extension PayloadTally: Codable {
    private enum CodingKeys: String, CodingKey {
        case inspected, malformedRequests, malformedResponses, oversized, dropped
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            inspected: try container.decode(forKey: .inspected, else: 0),
            malformedRequests: try container.decode(forKey: .malformedRequests, else: 0),
            malformedResponses: try container.decode(forKey: .malformedResponses, else: 0),
            oversized: try container.decode(forKey: .oversized, else: 0),
            dropped: try container.decode(forKey: .dropped, else: 0)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.inspected, forKey: .inspected, unless: 0)
        try container.encode(self.malformedRequests, forKey: .malformedRequests, unless: 0)
        try container.encode(self.malformedResponses, forKey: .malformedResponses, unless: 0)
        try container.encode(self.oversized, forKey: .oversized, unless: 0)
        try container.encode(self.dropped, forKey: .dropped, unless: 0)
    }
}
