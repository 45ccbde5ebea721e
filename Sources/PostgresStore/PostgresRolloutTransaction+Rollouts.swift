import PostgresClient
import RolloutCore
import RolloutEngine

extension PostgresRolloutTransaction {
    func rollout(_ id: RolloutID) throws -> Rollout? {
        try self.connection.query(RolloutStatements.select, [.int64(id.number)]).atMostOne().map(Rollout.init(row:))
    }

    func openRollout(of model: ModelName) throws -> Rollout? {
        try self.connection.query(RolloutStatements.selectOpen, [.text(model.text)]).atMostOne().map(Rollout.init(row:))
    }

    func rollouts(of model: ModelName, limit: Int) throws -> [Rollout] {
        try self.connection.query(RolloutStatements.selectByModel, [.text(model.text), .int64(Int64(limit))]).map(
            Rollout.init(row:)
        )
    }

    func openRollouts() throws -> [RolloutID] {
        try self.connection.query(RolloutStatements.selectAllOpen).map { RolloutID(try $0.decode("id")) }
    }

    func latestPromoted(of model: ModelName) throws -> Rollout? {
        try self.connection.query(RolloutStatements.selectLatestPromoted, [.text(model.text)]).atMostOne().map(
            Rollout.init(row:)
        )
    }

    func insertRollout(_ make: (RolloutID) -> Rollout) throws -> Rollout {
        let rollout = make(RolloutID(try self.connection.query(RolloutStatements.nextID).exactlyOne().decode("id")))
        let columns = rollout.state.columns(settledStep: 0)
        _ = try self.connection.execute(
            RolloutStatements.insert,
            [
                .int64(rollout.id.number), .text(rollout.model.text), .text(rollout.canary.text),
                .text(rollout.stable.text),
                try StoredJSON.parameter(rollout.plan), .int64(Int64(bitPattern: rollout.salt.high)),
                .int64(Int64(bitPattern: rollout.salt.low)), .text(columns.phase), .int32(Int32(columns.step)),
                .bool(columns.paused),
                .optional(columns.cause), rollout.startedAt.parameter, rollout.stageSince.parameter,
                .int64(rollout.stepGeneration),
                rollout.settledAt?.parameter ?? .null, rollout.restoredAt?.parameter ?? .null, .int64(rollout.sequence),
                .int64(rollout.tick),
            ]
        )
        return rollout
    }

    func save(_ rollout: Rollout, expectedSequence expected: Int64) throws {
        let columns = rollout.state.columns(settledStep: 0)
        let changed = try self.connection.execute(
            RolloutStatements.save,
            [
                .int64(rollout.id.number), .int64(expected), .text(columns.phase), .int32(Int32(columns.step)),
                .bool(columns.paused),
                .optional(columns.cause), rollout.stageSince.parameter, .int64(rollout.stepGeneration),
                rollout.settledAt?.parameter ?? .null, rollout.restoredAt?.parameter ?? .null, .int64(rollout.sequence),
                .int64(rollout.tick),
            ]
        )
        guard changed == 1 else {
            throw StaleRollout(
                rollout: rollout.id,
                expected: expected,
                stored: try self.rollout(rollout.id)?.sequence
            )
        }
    }

    func append(_ decision: Decision) throws {
        _ = try self.connection.execute(RolloutStatements.insertDecision, decision.parameters)
    }

    func decisions(of rollout: RolloutID) throws -> [Decision] {
        try self.connection.query(RolloutStatements.selectDecisions, [.int64(rollout.number)]).map(Decision.init(row:))
    }

    func saveFinding(_ finding: StoredFinding, of rollout: RolloutID) throws {
        _ = try self.connection.execute(
            RolloutStatements.saveFinding,
            [
                .int64(rollout.number), .text(finding.reason), finding.assessment.at.parameter,
                try StoredJSON.parameter(finding.assessment),
            ]
        )
    }

    func finding(of rollout: RolloutID) throws -> StoredFinding? {
        try self.connection.query(RolloutStatements.selectFinding, [.int64(rollout.number)]).atMostOne().map { row in
            StoredFinding(
                reason: try row.decode("reason"),
                assessment: try StoredJSON.decode(row.decode("assessment", as: String.self))
            )
        }
    }

    func holdsLease(fence: Int64) throws -> Bool {
        try !self.connection.query(LeadershipStatements.holds, [.int64(fence)]).isEmpty
    }

    func leaseHolder() throws -> String? {
        try self.connection.query(LeadershipStatements.holder).atMostOne()?.decode("holder", as: String.self)
    }
}

/// Somebody else decided in between; nothing was written.
struct StaleRollout: Error, CustomStringConvertible {
    let rollout: RolloutID
    let expected: Int64
    /// Nil when the rollout is gone.
    let stored: Int64?

    var description: String {
        guard let stored else { return "rollout \(self.rollout) has vanished" }
        return "rollout \(self.rollout) is at decision \(stored), not \(self.expected): another decision came first"
    }
}
