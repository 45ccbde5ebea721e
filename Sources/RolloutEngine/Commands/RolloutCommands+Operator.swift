package import RolloutCore

extension RolloutCommands {
    /// Sends all traffic back to stable and fails the canary. Accepted in every state of an open rollout; never touches stable.
    ///
    /// - Parameter expected: The rollout the caller means; nil for the open one.
    package func rollback(_ name: ModelName, expected: RolloutID?, reason: String, actor: Actor) throws -> CommandResult
    {
        try self.order(.rollback, on: name, expected: expected, kind: { _ in .rollBack }, reason: reason, actor: actor)
        {
            rollout in
            "all traffic of \(name) goes to \(rollout.stable); \(rollout.canary) has failed"
        }
    }

    /// Approves the gate the rollout waits at; without one, makes the canary stable at once, on the operator's word.
    ///
    /// - Throws: `CommandError.noTraffic` for a canary that never got a request.
    package func promote(_ name: ModelName, expected: RolloutID?, reason: String, actor: Actor) throws -> CommandResult
    {
        // An approval in mid-way is an advance: weights rise through recorded advances only.
        let kind = { (rollout: Rollout) -> DecisionKind in rollout.state == .promoted ? .promote : .advance }
        return try self.order(.promote, on: name, expected: expected, kind: kind, reason: reason, actor: actor) {
            rollout in
            rollout.state == .promoted
                ? "\(rollout.canary) is stable" : "approved: \(rollout.canary) goes on at \(rollout.canaryWeight)"
        }
    }

    /// Holds the weight; guards still act.
    package func pause(_ name: ModelName, expected: RolloutID?, reason: String, actor: Actor) throws -> CommandResult {
        try self.order(.pause, on: name, expected: expected, kind: { _ in .pause }, reason: reason, actor: actor) {
            rollout in
            "held at \(rollout.canaryWeight); guards still act"
        }
    }

    package func resume(_ name: ModelName, expected: RolloutID?, reason: String, actor: Actor) throws -> CommandResult {
        try self.order(.resume, on: name, expected: expected, kind: { _ in .resume }, reason: reason, actor: actor) {
            _ in
            "goes on"
        }
    }

    private func order(
        _ command: RolloutStateMachine.Command,
        on name: ModelName,
        expected: RolloutID?,
        kind: (Rollout) -> DecisionKind,
        reason: String,
        actor: Actor,
        message: (Rollout) -> String
    ) throws -> CommandResult {
        try self.store.write { transaction in
            guard let model = try transaction.lock(name) else { throw CommandError.unknownModel(name) }
            guard var rollout = try self.target(of: command, model: name, expected: expected, in: transaction) else {
                return try self.unchanged("no rollout is open", nil, transaction)
            }
            let before = rollout.state
            let action: RolloutStateMachine.Action
            do {
                action = try rollout.machine.ordered(command)
            } catch {
                // Whoever names a rollout that has ended while another is open means one and would hit the other.
                if expected != nil, let open = try transaction.openRollout(of: name), open.id != rollout.id {
                    throw CommandError.otherRollout(expected: rollout.id, open: open.id)
                }
                throw CommandError.illegal(command, rollout.id, before)
            }
            guard rollout.state != before else {
                return try self.unchanged("rollout \(rollout.id) is as asked already", rollout, transaction)
            }
            if case .promote = action, try transaction.canaryRequests(of: rollout.id) == 0 {
                throw CommandError.noTraffic(rollout.canary, rollout.id)
            }
            let transition = RolloutTransition(transaction: transaction, newSalt: self.newSalt)
            try transition.commit(
                &rollout,
                from: before,
                action: action,
                kind: kind(rollout),
                reason: reason,
                actor: actor,
                assessment: nil
            )
            if rollout.state.isSettled { try transition.startNext(model, after: rollout.canary) }
            return CommandResult(
                changed: true,
                message: message(rollout),
                rollout: rollout,
                generation: try transaction.routeGeneration()
            )
        }
    }

    /// The rollout a command acts on. A rollback without an open rollout has nothing to do; the other commands need one.
    private func target(
        of command: RolloutStateMachine.Command,
        model: ModelName,
        expected: RolloutID?,
        in transaction: any RolloutTransaction
    ) throws -> Rollout? {
        if let expected {
            guard let rollout = try transaction.rollout(expected), rollout.model == model else {
                throw CommandError.unknownRollout(expected)
            }
            return rollout
        }
        if let open = try transaction.openRollout(of: model) { return open }
        switch command {
        case .rollback:
            // Who wants a version gone that was promoted just before must not be told that all is well.
            let newest = try transaction.rollouts(of: model, limit: 1).first
            return newest?.state == .promoted && newest?.restoredAt == nil ? newest : nil
        case .promote, .pause, .resume: throw CommandError.noOpenRollout(model)
        }
    }

    /// Goes back to the version that was stable before a promotion, without analysis. Repeating it does nothing more.
    ///
    /// - Parameter expected: The rollout whose promotion is undone; nil for the newest promoted one.
    package func restore(_ name: ModelName, expected: RolloutID?, reason: String, actor: Actor) throws -> CommandResult
    {
        try self.store.write { transaction in
            guard let model = try transaction.lock(name) else { throw CommandError.unknownModel(name) }
            var promoted: Rollout
            if let expected {
                guard let found = try transaction.rollout(expected), found.model == name else {
                    throw CommandError.unknownRollout(expected)
                }
                promoted = found
            } else {
                guard let found = try transaction.latestPromoted(of: name) else {
                    throw CommandError.nothingToRestore(name)
                }
                promoted = found
            }
            guard promoted.restoredAt == nil else {
                return try self.unchanged(
                    "the promotion of rollout \(promoted.id) was undone already",
                    promoted,
                    transaction
                )
            }
            let current = try transaction.versions(of: name).first { $0.state == .stable }
            guard promoted.state == .promoted, current?.name == promoted.canary else {
                throw CommandError.cannotRestore(promoted.id)
            }

            let transition = RolloutTransition(transaction: transaction, newSalt: self.newSalt)
            let interrupted = try transaction.openRollout(of: name)
            if var open = interrupted {
                let before = open.state
                let action = open.machine.happened(.gaveUp(.stableReplaced))
                try transition.commit(
                    &open,
                    from: before,
                    action: action,
                    kind: .rollBack,
                    reason: "stable was replaced by a restore",
                    actor: actor,
                    assessment: nil
                )
            }
            try transaction.setState(.deprecated, of: promoted.canary, model: name)
            try transaction.setState(.stable, of: promoted.stable, model: name)
            try transition.routeAll(to: promoted.stable, of: name)
            promoted.restoredAt = transaction.now
            try transition.commit(
                &promoted,
                from: .promoted,
                action: .none,
                kind: .restore,
                reason: reason,
                actor: actor,
                assessment: nil
            )
            if let interrupted { try transition.startNext(model, after: interrupted.canary) }
            return CommandResult(
                changed: true,
                message: "\(promoted.stable) is stable again",
                rollout: promoted,
                generation: try transaction.routeGeneration()
            )
        }
    }
}
