extension Moments: Codable {
    private enum CodingKeys: String, CodingKey { case count, mean, squaredDeviations }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let count = try container.decode(Int64.self, forKey: .count)
        let mean = try container.decode(Double.self, forKey: .mean)
        let squares = try container.decode(Double.self, forKey: .squaredDeviations)
        guard count >= 0, squares >= 0, mean.isFinite, squares.isFinite else {
            throw DecodingError.dataCorruptedError(
                forKey: .count,
                in: container,
                debugDescription: "moments are finite, counts and squares not negative"
            )
        }
        self.init(count: count, mean: mean, squaredDeviations: squares)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.count, forKey: .count)
        try container.encode(self.mean, forKey: .mean)
        try container.encode(self.squaredDeviations, forKey: .squaredDeviations)
    }
}
