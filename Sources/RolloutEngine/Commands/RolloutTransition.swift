import RolloutCore

/// Carries out what a rollout's state machine asked for, inside the caller's transaction: states, route, decision and events commit
/// together.
struct RolloutTransition {
    let transaction: any RolloutTransaction
    let newSalt: @Sendable () -> Salt

    /// Begins the trial of `canary` at the weight of its plan's first step.
    func start(_ canary: ModelVersion, against stable: ModelVersion, actor: Actor, reason: String) throws -> Rollout {
        let plan = canary.specification.plan
        let now = self.transaction.now
        let generation = try self.transaction.nextGeneration()
        try self.transaction.setState(.canary, of: canary.name, model: canary.model)
        let rollout = try self.transaction.insertRollout { id in
            Rollout(
                id: id,
                model: canary.model,
                canary: canary.name,
                stable: stable.name,
                plan: plan,
                salt: self.newSalt(),
                machine: RolloutStateMachine(steps: plan.steps),
                startedAt: now,
                stageSince: now,
                stepGeneration: generation,
                sequence: 1
            )
        }
        try self.route(rollout, generation: generation)
        try self.transaction.append(
            Decision(
                rollout: rollout.id,
                sequence: 1,
                kind: .start,
                reason: reason,
                actor: actor,
                decidedAt: now,
                stateBefore: rollout.state,
                stateAfter: rollout.state,
                canaryWeight: rollout.canaryWeight,
                assessment: nil
            )
        )
        try self.transaction.append(
            NewEvent(
                kind: .rolloutStarted,
                model: rollout.model,
                version: rollout.canary,
                rollout: rollout.id,
                message: "\(rollout.canary) gets \(rollout.shareInWords) beside stable \(rollout.stable)"
            )
        )
        return rollout
    }

    /// Commits the transition of `rollout` from `before` to the state its machine has now.
    ///
    /// - Parameter rollout: Its machine has already moved; the rest of it is brought along here.
    @discardableResult
    func commit(
        _ rollout: inout Rollout,
        from before: RolloutState,
        action: RolloutStateMachine.Action,
        kind: DecisionKind,
        reason: String,
        actor: Actor,
        assessment: Assessment?,
        inputs: JudgementInputs? = nil
    ) throws -> Decision {
        let now = self.transaction.now
        let expected = rollout.sequence
        rollout.sequence += 1
        // Pausing and resuming leave the stage as old as it is.
        if rollout.state.openStage != before.openStage { rollout.stageSince = now }
        if rollout.state.isSettled, rollout.settledAt == nil { rollout.settledAt = now }
        try self.carryOut(action, &rollout)
        try self.transaction.save(rollout, expectedSequence: expected)
        let decision = Decision(
            rollout: rollout.id,
            sequence: rollout.sequence,
            kind: kind,
            reason: reason,
            actor: actor,
            decidedAt: now,
            stateBefore: before,
            stateAfter: rollout.state,
            canaryWeight: rollout.canaryWeight,
            assessment: assessment,
            inputs: inputs
        )
        try self.transaction.append(decision)
        if let event = kind.event(rollout.state) {
            try self.transaction.append(
                NewEvent(
                    kind: event,
                    model: rollout.model,
                    version: kind == .restore ? rollout.stable : rollout.canary,
                    rollout: rollout.id,
                    message: reason
                )
            )
        }
        return decision
    }

    private func carryOut(_ action: RolloutStateMachine.Action, _ rollout: inout Rollout) throws {
        switch action {
        case .none:
            break
        case .route:
            let generation = try self.transaction.nextGeneration()
            rollout.stepGeneration = generation
            try self.route(rollout, generation: generation)
        case .promote:
            // Stable first: there is never a second one.
            try self.transaction.setState(.deprecated, of: rollout.stable, model: rollout.model)
            try self.transaction.setState(.stable, of: rollout.canary, model: rollout.model)
            try self.routeAll(to: rollout.canary, of: rollout.model)
        case .withdraw(let state):
            try self.transaction.setState(state, of: rollout.canary, model: rollout.model)
            try self.routeAll(to: rollout.stable, of: rollout.model)
        }
    }

    private func route(_ rollout: Rollout, generation: Int64) throws {
        try self.transaction.publish(
            CommittedRoute(
                model: rollout.model,
                generation: generation,
                stable: rollout.stable,
                canary: .init(
                    rollout: rollout.id,
                    version: rollout.canary,
                    weight: rollout.canaryWeight,
                    mirror: rollout.mirror,
                    baseline: rollout.baselineWeight
                )
            )
        )
    }

    /// The same route under a new generation, for what else a route tells.
    func routeAgain(_ rollout: Rollout) throws {
        try self.route(rollout, generation: try self.transaction.nextGeneration())
    }

    func routeAll(to version: VersionName, of model: ModelName) throws {
        let generation = try self.transaction.nextGeneration()
        try self.transaction.publish(CommittedRoute(model: model, generation: generation, stable: version, canary: nil))
    }

    /// When a rollout has ended, the newest version that waits gets its turn, if the model wants that.
    ///
    /// - Parameter ended: Its canary; versions that are older have had their turn.
    func startNext(_ model: Model, after ended: VersionName) throws {
        guard model.autoStart, try self.transaction.openRollout(of: model.name) == nil else { return }
        let versions = try self.transaction.versions(of: model.name)
        guard let stable = versions.first(where: { $0.state == .stable }),
            let next = versions.prefix(while: { $0.name != ended }).first(where: { $0.state == .registered })
        else { return }
        _ = try self.start(
            next,
            against: stable,
            actor: .operator("auto-start"),
            reason: "the rollout before it has ended"
        )
    }
}

extension DecisionKind {
    /// The event that clients see; nil for what changes nothing they could notice.
    fileprivate func event(_ state: RolloutState) -> EventKind? {
        switch self {
        case .start: .rolloutStarted
        case .hold: nil
        case .advance: .rolloutAdvanced
        case .promote: state == .promoted ? .rolloutPromoted : .rolloutAdvanced
        case .rollBack:
            switch state {
            case .inconclusive: .rolloutInconclusive
            case .rolledBack, .running, .paused, .promoted, .superseded: .rolloutRolledBack
            }
        case .restore: .stableRestored
        case .supersede: .rolloutSuperseded
        case .pause: .rolloutPaused
        case .resume: .rolloutResumed
        }
    }
}
