/// A state as a document: `{"state": "running", "stage": "progressing", "step": 0}`, `{"state": "rolledBack", "cause": "check"}`.
extension RolloutState: Codable {
    private enum CodingKeys: String, CodingKey { case state, stage, step, cause }

    private enum Kind: String, Codable {
        case running, paused, promoted, rolledBack, inconclusive, superseded
    }

    private enum StageKind: String, Codable {
        case pending, warming, progressing, awaitingApproval
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .state) {
        case .running: self = .running(try Self.stage(from: container))
        case .paused: self = .paused(try Self.stage(from: container))
        case .promoted: self = .promoted
        case .rolledBack: self = .rolledBack(try container.decode(RollbackCause.self, forKey: .cause))
        case .inconclusive: self = .inconclusive(try container.decode(InconclusiveCause.self, forKey: .cause))
        case .superseded: self = .superseded
        }
    }

    private static func stage(from container: KeyedDecodingContainer<CodingKeys>) throws -> Stage {
        switch try container.decode(StageKind.self, forKey: .stage) {
        case .pending: .pending
        case .warming: .warming
        case .progressing: .progressing(step: try container.decode(Int.self, forKey: .step))
        case .awaitingApproval: .awaitingApproval(step: try container.decode(Int.self, forKey: .step))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .running(let stage):
            try container.encode(Kind.running, forKey: .state)
            try Self.encode(stage, to: &container)
        case .paused(let stage):
            try container.encode(Kind.paused, forKey: .state)
            try Self.encode(stage, to: &container)
        case .promoted: try container.encode(Kind.promoted, forKey: .state)
        case .rolledBack(let cause):
            try container.encode(Kind.rolledBack, forKey: .state)
            try container.encode(cause, forKey: .cause)
        case .inconclusive(let cause):
            try container.encode(Kind.inconclusive, forKey: .state)
            try container.encode(cause, forKey: .cause)
        case .superseded: try container.encode(Kind.superseded, forKey: .state)
        }
    }

    private static func encode(_ stage: Stage, to container: inout KeyedEncodingContainer<CodingKeys>) throws {
        switch stage {
        case .pending: try container.encode(StageKind.pending, forKey: .stage)
        case .warming: try container.encode(StageKind.warming, forKey: .stage)
        case .progressing(let step):
            try container.encode(StageKind.progressing, forKey: .stage)
            try container.encode(step, forKey: .step)
        case .awaitingApproval(let step):
            try container.encode(StageKind.awaitingApproval, forKey: .stage)
            try container.encode(step, forKey: .step)
        }
    }
}
