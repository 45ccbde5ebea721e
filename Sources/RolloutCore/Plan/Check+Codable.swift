/// A check is one flat object: its comparison's fields stand beside its own, told apart by `metric`.
extension Check: Codable {
    private enum CodingKeys: String, CodingKey { case name, metric, mode, weight, required, onNoData }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try container.decode(String.self, forKey: .name),
            comparison: try Self.comparison(container.decode(String.self, forKey: .metric), from: decoder),
            mode: try container.decode(Mode.self, forKey: .mode),
            weight: try container.decode(Double.self, forKey: .weight),
            required: try container.decode(Bool.self, forKey: .required),
            onNoData: try container.decode(forKey: .onNoData, else: .hold)
        )
    }

    private static func comparison(_ metric: String, from decoder: any Decoder) throws -> Comparison {
        switch metric {
        case "errorRate": .errorRate(try ShareComparison(from: decoder))
        case "clientAborts": .clientAborts(try ShareComparison(from: decoder))
        case "latency": .latency(try LatencyComparison(from: decoder))
        case "invalidOutputs": .invalidOutputs(try ShareComparison(from: decoder))
        case "predictionDrift": .predictionDrift(try DriftComparison(from: decoder))
        case "quality": .quality(try QualityComparison(from: decoder))
        case "signal": .signal(try SignalComparison(from: decoder))
        case "external": .external(try ExternalComparison(from: decoder))
        default:
            throw InvalidValue(
                "the metric of a check is one of \(Comparison.metrics.joined(separator: ", ")); got '\(metric)'",
                at: "/metric"
            )
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.name, forKey: .name)
        try container.encode(self.comparison.metric, forKey: .metric)
        try container.encode(self.mode, forKey: .mode)
        try container.encode(self.weight, forKey: .weight)
        try container.encode(self.required, forKey: .required)
        try container.encode(self.onNoData, forKey: .onNoData, unless: .hold)
        switch self.comparison {
        case .errorRate(let rule), .clientAborts(let rule), .invalidOutputs(let rule): try rule.encode(to: encoder)
        case .latency(let rule): try rule.encode(to: encoder)
        case .predictionDrift(let rule): try rule.encode(to: encoder)
        case .quality(let rule): try rule.encode(to: encoder)
        case .signal(let rule): try rule.encode(to: encoder)
        case .external(let rule): try rule.encode(to: encoder)
        }
    }
}
