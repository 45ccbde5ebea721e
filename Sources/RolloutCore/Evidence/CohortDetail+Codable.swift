extension CohortDetail: Codable {
    private enum CodingKeys: String, CodingKey {
        case latencyParts, upstreams, payloads, signals, quality, keys, rescues, pairs
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            latencyParts: try container.decode(forKey: .latencyParts, else: LatencyParts()),
            upstreams: try container.decode(forKey: .upstreams, else: [:]),
            payloads: try container.decode(forKey: .payloads, else: PayloadTally()),
            signals: try container.decode(forKey: .signals, else: [:]),
            quality: try container.decode(forKey: .quality, else: QualityTally()),
            keys: try container.decode(forKey: .keys, else: KeyTally()),
            rescues: try container.decode(forKey: .rescues, else: RescueTally()),
            pairs: try container.decodeIfPresent(PairTally.self, forKey: .pairs)
        )
    }

    /// What is empty is left out: an empty detail is `{}`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.latencyParts, forKey: .latencyParts, unless: LatencyParts())
        try container.encode(self.upstreams.mapValues(HappenedOutcomes.init), forKey: .upstreams, unless: [:])
        try container.encode(self.payloads, forKey: .payloads, unless: PayloadTally())
        try container.encode(self.signals, forKey: .signals, unless: [:])
        try container.encode(self.quality, forKey: .quality, unless: QualityTally())
        try container.encode(self.keys, forKey: .keys, unless: KeyTally())
        try container.encode(self.rescues, forKey: .rescues, unless: RescueTally())
        try container.encodeIfPresent(self.pairs, forKey: .pairs)
    }
}

/// Outcomes without those that never happened; read back as `OutcomeCounts`.
private struct HappenedOutcomes: Encodable, Equatable {
    let counts: [String: Int64]

    init(_ outcomes: OutcomeCounts) {
        let happened = Outcome.allCases.lazy.filter { outcomes[$0] != 0 }
        self.counts = Dictionary(uniqueKeysWithValues: happened.map { ($0.name, outcomes[$0]) })
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.counts)
    }
}
