import ControlWire
import MicroHTTP
import RolloutCore
import RolloutEngine

extension ControlHandlers {
    /// How many of a model's rollouts are listed, newest first.
    private static let listedRollouts = 100

    func describe(_ rollout: Rollout, in view: any RolloutView) throws -> RolloutResponse {
        RolloutResponse(
            rollout,
            finding: try self.finding(of: rollout, in: view),
            rescues: try self.rescues(of: rollout, in: view)
        )
    }

    private func trips(of rollout: Rollout, in view: any RolloutView) throws -> [TripResponse]? {
        let trips = try view.trips(of: rollout.id).map { stored in
            TripResponse(
                stored.trip,
                recordedAt: stored.recordedAt,
                decision: stored.decision,
                acknowledgedAt: stored.acknowledgedAt
            )
        }
        return trips.isEmpty ? nil : trips
    }

    private func rescues(of rollout: Rollout, in view: any RolloutView) throws -> RescueTally? {
        rollout.plan.rescue == nil ? nil : try view.rescues(of: rollout.id)
    }

    private func finding(of rollout: Rollout, in view: any RolloutView) throws -> FindingResponse? {
        try view.finding(of: rollout.id).map { FindingResponse(reason: $0.reason, assessment: $0.assessment) }
    }

    func listRollouts(_ model: ModelName) throws -> HTTPResponse {
        let rollouts = try self.services.store.read { view in
            guard try view.model(model) != nil else { throw CommandError.unknownModel(model) }
            return try view.rollouts(of: model, limit: Self.listedRollouts).map { try self.describe($0, in: view) }
        }
        return try .json(Page(rollouts))
    }

    func showRollout(_ id: RolloutID) throws -> HTTPResponse {
        try .json(
            self.services.store.read { view in
                let rollout = try self.rollout(id, in: view)
                let finding = try self.finding(of: rollout, in: view)
                let diagnosis = try self.diagnosis(of: rollout, finding, in: view)
                return RolloutResponse(
                    rollout,
                    finding: finding,
                    diagnosis: diagnosis,
                    rescues: try self.rescues(of: rollout, in: view),
                    trips: try self.trips(of: rollout, in: view)
                )
            }
        )
    }

    func listDecisions(_ id: RolloutID) throws -> HTTPResponse {
        let decisions = try self.services.store.read { view in try view.decisions(of: self.rollout(id, in: view).id) }
        return try .json(Page(decisions.map(DecisionResponse.init)))
    }

    /// How many ticks one answer holds: of a model with many signals a tick is some 100 kB.
    private static let evidencePage = 1...1_000

    /// `?after=TICK&limit=TICKS`: ticks come whole, so that a judge can fold page by page.
    func showEvidence(_ id: RolloutID, _ request: HTTPRequest) throws -> HTTPResponse {
        let after = Int64(try request.number("after", in: 0...Int(Int32.max)) ?? 0)
        let limit = Int64(try request.number("limit", in: Self.evidencePage) ?? 100)
        return try .json(
            self.services.store.read { view in
                let rollout = try self.rollout(id, in: view)
                let end = min(rollout.tick, after + limit)
                return EvidenceResponse(
                    rollout: try self.describe(rollout, in: view),
                    strata: try view.evidence(of: rollout, after: after, through: end).map(StratumResponse.init),
                    next: end < rollout.tick ? end : nil
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
