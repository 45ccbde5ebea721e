import ControlWire
import MicroHTTP
import RolloutCore
import RolloutEngine

extension ControlHandlers {
    /// How many of a model's rollouts are listed, newest first.
    private static let listedRollouts = 100

    func describe(_ rollout: Rollout, in view: any RolloutView) throws -> RolloutResponse {
        let finding = try view.finding(of: rollout.id).map {
            FindingResponse(reason: $0.reason, assessment: $0.assessment)
        }
        return RolloutResponse(rollout, finding: finding)
    }

    func listRollouts(_ model: ModelName) throws -> HTTPResponse {
        let rollouts = try self.services.store.read { view in
            guard try view.model(model) != nil else { throw CommandError.unknownModel(model) }
            return try view.rollouts(of: model, limit: Self.listedRollouts).map { try self.describe($0, in: view) }
        }
        return try .json(Page(rollouts))
    }

    func showRollout(_ id: RolloutID) throws -> HTTPResponse {
        try .json(self.services.store.read { view in try self.describe(self.rollout(id, in: view), in: view) })
    }

    func listDecisions(_ id: RolloutID) throws -> HTTPResponse {
        let decisions = try self.services.store.read { view in try view.decisions(of: self.rollout(id, in: view).id) }
        return try .json(Page(decisions.map(DecisionResponse.init)))
    }

    func showEvidence(_ id: RolloutID) throws -> HTTPResponse {
        try .json(
            self.services.store.read { view in
                let rollout = try self.rollout(id, in: view)
                return EvidenceResponse(
                    rollout: try self.describe(rollout, in: view),
                    strata: try view.evidence(of: rollout, through: rollout.tick).map(StratumResponse.init)
                )
            }
        )
    }

    private func rollout(_ id: RolloutID, in view: any RolloutView) throws -> Rollout {
        guard let rollout = try view.rollout(id) else { throw CommandError.unknownRollout(id) }
        return rollout
    }

    // MARK: Commands

    func run(_ command: ControlRoute.ModelCommand, on model: ModelName, _ request: HTTPRequest) throws -> HTTPResponse {
        let wanted = try self.wanted(request) { document throws(InvalidValue) in
            try CommandRequest(document, startsVersion: command == .start)
        }
        let actor = try self.actor(request)
        let commands = command.isUrgent ? self.services.urgentCommands : self.services.commands
        let result: CommandResult
        switch command {
        case .rollback:
            result = try commands.rollback(model, expected: wanted.rollout, reason: wanted.reason, actor: actor)
        case .restore:
            result = try commands.restore(model, expected: wanted.rollout, reason: wanted.reason, actor: actor)
        case .promote:
            result = try commands.promote(model, expected: wanted.rollout, reason: wanted.reason, actor: actor)
        case .pause: result = try commands.pause(model, expected: wanted.rollout, reason: wanted.reason, actor: actor)
        case .resume: result = try commands.resume(model, expected: wanted.rollout, reason: wanted.reason, actor: actor)
        case .start:
            guard let version = wanted.version else { throw InvalidValue("is required", at: "/version") }
            result = try commands.start(
                version,
                of: model,
                supersede: wanted.supersede,
                reason: wanted.reason,
                actor: actor
            )
        }
        let store = command.isUrgent ? self.services.urgentStore : self.services.store
        return try .json(
            CommandResponse(
                changed: result.changed,
                message: result.message,
                rollout: result.rollout.map { RolloutResponse($0) },
                propagation: Propagation(store: store).wait(for: result.generation, isNews: result.changed)
            )
        )
    }
}
