extension LatencyParts: Codable {
    private enum CodingKeys: String, CodingKey { case requests, connect, firstByte, transfer }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            requests: try container.decode(forKey: .requests, else: 0),
            connect: try container.decode(forKey: .connect, else: 0),
            firstByte: try container.decode(forKey: .firstByte, else: 0),
            transfer: try container.decode(forKey: .transfer, else: 0)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.requests, forKey: .requests, unless: 0)
        try container.encode(self.connect, forKey: .connect, unless: 0)
        try container.encode(self.firstByte, forKey: .firstByte, unless: 0)
        try container.encode(self.transfer, forKey: .transfer, unless: 0)
    }
}
