/// Settings as they are stored: what older ones don't have has its default, and `null` says that ejection is switched off.
extension UpstreamSettings: Codable {
    private enum CodingKeys: String, CodingKey {
        case inFlight, queue, connections, connectionSeconds, connectionRequests, slowStartSeconds, ejection, probe,
            resolveSeconds
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var settings = UpstreamSettings()
        settings.inFlight = try container.decodeIfPresent(Int.self, forKey: .inFlight)
        settings.queue = try container.decodeIfPresent(QueueRule.self, forKey: .queue) ?? settings.queue
        settings.connections = try container.decodeIfPresent(Int.self, forKey: .connections)
        settings.connectionSeconds =
            try container.decodeIfPresent(Int.self, forKey: .connectionSeconds) ?? settings.connectionSeconds
        settings.connectionRequests = try container.decodeIfPresent(Int.self, forKey: .connectionRequests)
        settings.slowStartSeconds =
            try container.decodeIfPresent(Int.self, forKey: .slowStartSeconds) ?? settings.slowStartSeconds
        if container.contains(.ejection) {
            settings.ejection = try container.decodeIfPresent(EjectionRule.self, forKey: .ejection)
        }
        settings.probe = try container.decodeIfPresent(ProbeRule.self, forKey: .probe)
        settings.resolveSeconds =
            try container.decodeIfPresent(Int.self, forKey: .resolveSeconds) ?? settings.resolveSeconds
        self = settings
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(self.inFlight, forKey: .inFlight)
        try container.encode(self.queue, forKey: .queue)
        try container.encodeIfPresent(self.connections, forKey: .connections)
        try container.encode(self.connectionSeconds, forKey: .connectionSeconds)
        try container.encodeIfPresent(self.connectionRequests, forKey: .connectionRequests)
        try container.encode(self.slowStartSeconds, forKey: .slowStartSeconds)
        try container.encode(self.ejection, forKey: .ejection)
        try container.encodeIfPresent(self.probe, forKey: .probe)
        try container.encode(self.resolveSeconds, forKey: .resolveSeconds)
    }
}
