import PostgresClient
import RolloutCore

extension DecisionKind {
    /// The name in SQL.
    var column: String {
        switch self {
        case .start, .hold, .advance, .promote, .restore, .supersede, .pause, .resume: self.rawValue
        case .rollBack: "roll_back"
        }
    }
}

/// A state as a decision keeps it.
private struct StoredState: Codable {
    let phase: String
    let step: Int
    let paused: Bool
    let cause: String?

    init(_ state: RolloutState) {
        let columns = state.columns(settledStep: 0)
        self.phase = columns.phase
        self.step = columns.step
        self.paused = columns.paused
        self.cause = columns.cause
    }

    func state() throws -> RolloutState {
        try RolloutState(.init(phase: self.phase, step: self.step, paused: self.paused, cause: self.cause))
    }
}

extension Actor {
    fileprivate init(_ text: String, fence: Int64?) {
        let (operators, gateways) = ("operator:", "gateway:")
        if let fence {
            self = .loop(fence: fence)
        } else if text.hasPrefix(gateways) {
            self = .gateway(String(text.dropFirst(gateways.count)))
        } else {
            self = .operator(String(text.dropFirst(operators.count)))
        }
    }
}

extension Decision {
    var parameters: [PostgresParameter] {
        get throws {
            let actor: PostgresParameter
            let fence: PostgresParameter
            switch self.actor {
            case .loop(let number): (actor, fence) = (.text("loop"), .int64(number))
            case .operator, .gateway: (actor, fence) = (.text(self.actor.description), .null)
            }
            return [
                .int64(self.rollout.number), .int64(self.sequence), .text(self.kind.column), .text(self.reason), actor,
                fence,
                self.decidedAt.parameter, try StoredJSON.parameter(StoredState(self.stateBefore)),
                try StoredJSON.parameter(StoredState(self.stateAfter)), .int32(Int32(self.canaryWeight.basisPoints)),
                try self.assessment.map(StoredJSON.parameter) ?? .null,
                try self.inputs.map(StoredJSON.parameter) ?? .null,
            ]
        }
    }

    init(row: PostgresRow) throws {
        let kindText: String = try row.decode("kind")
        guard let kind = DecisionKind.allCases.first(where: { $0.column == kindText }) else {
            throw CorruptRow(description: "a decision has the unknown kind '\(kindText)'")
        }
        let before: StoredState = try StoredJSON.decode(row.decode("state_before", as: String.self))
        let after: StoredState = try StoredJSON.decode(row.decode("state_after", as: String.self))
        self.init(
            rollout: RolloutID(try row.decode("rollout")),
            sequence: try row.decode("sequence"),
            kind: kind,
            reason: try row.decode("reason"),
            actor: try Actor(row.decode("actor"), fence: row.decode("fence")),
            decidedAt: try row.timestamp("decided_at"),
            stateBefore: try before.state(),
            stateAfter: try after.state(),
            canaryWeight: try Weight(basisPoints: row.decode("canary_weight_bp", as: Int.self)),
            assessment: try row.decode("assessment", as: String?.self).map { try StoredJSON.decode($0) },
            inputs: try row.decode("inputs", as: String?.self).map { try StoredJSON.decode($0) }
        )
    }
}
