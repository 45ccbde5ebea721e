/// A check is one flat object: its comparison's fields stand beside its own, told apart by `metric`.
extension Check: Codable {
    private enum CodingKeys: String, CodingKey { case name, metric, mode, weight, required }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let metric = try container.decode(String.self, forKey: .metric)
        let comparison: Comparison
        switch metric {
        case "errorRate": comparison = .errorRate(try ShareComparison(from: decoder))
        case "clientAborts": comparison = .clientAborts(try ShareComparison(from: decoder))
        case "latency": comparison = .latency(try LatencyComparison(from: decoder))
        default:
            throw InvalidValue(
                "the metric of a check is errorRate, clientAborts or latency; got '\(metric)'",
                at: "/metric"
            )
        }
        self.init(
            name: try container.decode(String.self, forKey: .name),
            comparison: comparison,
            mode: try container.decode(Mode.self, forKey: .mode),
            weight: try container.decode(Double.self, forKey: .weight),
            required: try container.decode(Bool.self, forKey: .required)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.name, forKey: .name)
        try container.encode(self.comparison.metric, forKey: .metric)
        try container.encode(self.mode, forKey: .mode)
        try container.encode(self.weight, forKey: .weight)
        try container.encode(self.required, forKey: .required)
        switch self.comparison {
        case .errorRate(let rule), .clientAborts(let rule): try rule.encode(to: encoder)
        case .latency(let rule): try rule.encode(to: encoder)
        }
    }
}
