/// Why a gateway tripped, with the facts.
package enum TripCause: Hashable, Sendable {
    /// The plan's own rule, met by what this gateway alone has seen.
    case hardStop(HardStop, RecentEvidence)
    /// Somebody at the gateway's machine.
    case `operator`(name: String, reason: String)

    /// What the rollout ends with.
    package var rollback: RollbackCause {
        switch self {
        case .hardStop: .hardStop
        case .operator: .operator
        }
    }
}

extension Trip {
    /// What the gateway had seen; nil for an order, which needs none.
    package var evidence: RecentEvidence? {
        switch self.cause {
        case .hardStop(_, let evidence): evidence
        case .operator: nil
        }
    }
}

/// `{"kind": "hardStop", "rule": {…}, "evidence": {…}}`, `{"kind": "operator", "name": "ada", "reason": "…"}`.
extension TripCause: Codable {
    private enum CodingKeys: String, CodingKey { case kind, rule, evidence, name, reason }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(RollbackCause.self, forKey: .kind) {
        case .hardStop:
            self = .hardStop(
                try container.decode(HardStop.self, forKey: .rule),
                try container.decode(RecentEvidence.self, forKey: .evidence)
            )
        case .operator:
            self = .operator(
                name: try container.decode(String.self, forKey: .name),
                reason: try container.decode(String.self, forKey: .reason)
            )
        case .check, .limit:
            throw DecodingError.dataCorruptedError(
                forKey: .kind,
                in: container,
                debugDescription: "gateways trip by a hard stop or by hand"
            )
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.rollback, forKey: .kind)
        switch self {
        case .hardStop(let rule, let evidence):
            try container.encode(rule, forKey: .rule)
            try container.encode(evidence, forKey: .evidence)
        case .operator(let name, let reason):
            try container.encode(name, forKey: .name)
            try container.encode(reason, forKey: .reason)
        }
    }
}
