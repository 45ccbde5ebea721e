extension ModelSignals: Codable {
    private enum CodingKeys: String, CodingKey {
        case adapter, signals, key, positiveClass, slices, inspectPerSecond, maximumBodyBytes, predictionsPerSecond
        case predictionDays, payloadSample
    }

    /// What is absent has its default.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let defaults = ModelSignals()
        self.init(
            adapter: try container.decode(forKey: .adapter, else: defaults.adapter),
            signals: try container.decode(forKey: .signals, else: defaults.signals),
            key: try container.decodeIfPresent(KeySource.self, forKey: .key),
            positiveClass: try container.decodeIfPresent(String.self, forKey: .positiveClass),
            slices: try container.decode(forKey: .slices, else: defaults.slices),
            inspectPerSecond: try container.decode(forKey: .inspectPerSecond, else: defaults.inspectPerSecond),
            maximumBodyBytes: try container.decode(forKey: .maximumBodyBytes, else: defaults.maximumBodyBytes),
            predictionsPerSecond: try container.decode(
                forKey: .predictionsPerSecond,
                else: defaults.predictionsPerSecond
            ),
            predictionDays: try container.decode(forKey: .predictionDays, else: defaults.predictionDays),
            payloadSample: try container.decodeIfPresent(PayloadSampling.self, forKey: .payloadSample)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.adapter, forKey: .adapter)
        try container.encode(self.signals, forKey: .signals)
        try container.encodeIfPresent(self.key, forKey: .key)
        try container.encodeIfPresent(self.positiveClass, forKey: .positiveClass)
        try container.encode(self.slices, forKey: .slices)
        try container.encode(self.inspectPerSecond, forKey: .inspectPerSecond)
        try container.encode(self.maximumBodyBytes, forKey: .maximumBodyBytes)
        try container.encode(self.predictionsPerSecond, forKey: .predictionsPerSecond)
        try container.encode(self.predictionDays, forKey: .predictionDays)
        try container.encodeIfPresent(self.payloadSample, forKey: .payloadSample)
    }
}

extension KeySource: Codable {
    private enum CodingKeys: String, CodingKey { case header, request }

    /// `{"header": "x-user-id"}` or `{"request": "/inputs/*/id"}`.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let name = try container.decodeIfPresent(String.self, forKey: .header) {
            self = .header(name)
        } else {
            self = .request(try container.decode(String.self, forKey: .request))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .header(let name): try container.encode(name, forKey: .header)
        case .request(let path): try container.encode(path, forKey: .request)
        }
    }
}

extension PayloadSampling: Codable {
    private enum CodingKeys: String, CodingKey { case perMinute, days, redact }

    /// What is absent has its default.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let defaults = PayloadSampling()
        self.init(
            perMinute: try container.decode(forKey: .perMinute, else: defaults.perMinute),
            days: try container.decode(forKey: .days, else: defaults.days),
            redact: try container.decode(forKey: .redact, else: defaults.redact)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.perMinute, forKey: .perMinute)
        try container.encode(self.days, forKey: .days)
        try container.encode(self.redact, forKey: .redact)
    }
}
