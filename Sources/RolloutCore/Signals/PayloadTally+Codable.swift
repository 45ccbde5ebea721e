extension PayloadTally: Codable {
    private enum CodingKeys: String, CodingKey {
        case inspected, malformedRequests, malformedResponses, oversized, dropped
        case rows, unusableRows, squaredRows, inputRows, squaredInputRows
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            inspected: try container.decode(forKey: .inspected, else: 0),
            malformedRequests: try container.decode(forKey: .malformedRequests, else: 0),
            malformedResponses: try container.decode(forKey: .malformedResponses, else: 0),
            oversized: try container.decode(forKey: .oversized, else: 0),
            dropped: try container.decode(forKey: .dropped, else: 0),
            rows: try container.decode(forKey: .rows, else: 0),
            unusableRows: try container.decode(forKey: .unusableRows, else: 0),
            squaredRows: try container.decode(forKey: .squaredRows, else: 0),
            inputRows: try container.decode(forKey: .inputRows, else: 0),
            squaredInputRows: try container.decode(forKey: .squaredInputRows, else: 0)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.inspected, forKey: .inspected, unless: 0)
        try container.encode(self.malformedRequests, forKey: .malformedRequests, unless: 0)
        try container.encode(self.malformedResponses, forKey: .malformedResponses, unless: 0)
        try container.encode(self.oversized, forKey: .oversized, unless: 0)
        try container.encode(self.dropped, forKey: .dropped, unless: 0)
        try container.encode(self.rows, forKey: .rows, unless: 0)
        try container.encode(self.unusableRows, forKey: .unusableRows, unless: 0)
        try container.encode(self.squaredRows, forKey: .squaredRows, unless: 0)
        try container.encode(self.inputRows, forKey: .inputRows, unless: 0)
        try container.encode(self.squaredInputRows, forKey: .squaredInputRows, unless: 0)
    }
}
