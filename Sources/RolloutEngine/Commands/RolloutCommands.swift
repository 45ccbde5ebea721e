package import RolloutCore

/// Everything people and pipelines can ask for; each is one transaction, and each may be repeated safely.
package struct RolloutCommands: Sendable {
    let store: any RolloutStore
    let newSalt: @Sendable () -> Salt

    /// - Parameter newSalt: Draws a secret for a rollout's sticky assignment; unpredictable, and different each time.
    package init(store: any RolloutStore, newSalt: @escaping @Sendable () -> Salt) {
        self.store = store
        self.newSalt = newSalt
    }

    // MARK: Models and versions

    /// Creates a model without versions; creating the same model again changes nothing.
    ///
    /// - Parameter signals: How its payloads are understood; nil means the defaults for a new model, and any for one that is there.
    /// - Returns: The model and whether it is new.
    package func createModel(
        _ name: ModelName,
        match: RouteMatch,
        autoStart: Bool,
        labels: [String: String],
        signals: ModelSignals? = nil
    ) throws -> (model: Model, created: Bool) {
        if let complaint = signals?.complaints().first { throw complaint }
        return try self.store.write { transaction in
            let model = Model(
                name: name,
                match: match,
                autoStart: autoStart,
                labels: labels,
                signals: signals ?? ModelSignals(),
                createdAt: transaction.now
            )
            if let existing = try transaction.lock(name) {
                let isSame =
                    existing.match == match && existing.autoStart == autoStart && existing.labels == labels
                    && signals.map { $0 == existing.signals } ?? true
                guard isSame else { throw CommandError.modelDiffers(name) }
                return (existing, false)
            }
            try transaction.insert(model)
            try transaction.append(NewEvent(kind: .modelCreated, model: name, message: "model \(name) was created"))
            return (model, true)
        }
    }

    /// Registers a version: the first one becomes stable, another one the canary of a new rollout, or it waits while one is open.
    ///
    /// - Parameter supersede: Whether an open rollout makes way.
    package func register(
        _ specification: VersionSpecification,
        for name: ModelName,
        supersede: Bool,
        actor: Actor
    ) throws -> RegistrationResult {
        try self.store.write { transaction in
            guard let model = try transaction.lock(name) else { throw CommandError.unknownModel(name) }
            if let existing = try transaction.version(specification.version, of: name) {
                guard existing.specification == specification else {
                    throw CommandError.versionDiffers(existing.name, name)
                }
                let open = try transaction.openRollout(of: name)
                return RegistrationResult(
                    created: false,
                    version: existing,
                    rollout: open?.canary == existing.name ? open : nil,
                    generation: try transaction.routeGeneration()
                )
            }
            let version = ModelVersion(
                model: name,
                specification: specification,
                state: .registered,
                registeredAt: transaction.now,
                stateChangedAt: transaction.now
            )
            try transaction.insert(version)
            try transaction.append(
                NewEvent(
                    kind: .versionRegistered,
                    model: name,
                    version: version.name,
                    message: "version \(version.name) was registered"
                )
            )
            let rollout = try self.place(version, of: model, supersede: supersede, actor: actor, in: transaction)
            guard let placed = try transaction.version(version.name, of: name) else {
                throw CommandError.unknownVersion(version.name, name)
            }
            return RegistrationResult(
                created: true,
                version: placed,
                rollout: rollout,
                generation: try transaction.routeGeneration()
            )
        }
    }

    private func place(
        _ version: ModelVersion,
        of model: Model,
        supersede: Bool,
        actor: Actor,
        in transaction: any RolloutTransaction
    ) throws -> Rollout? {
        let transition = RolloutTransition(transaction: transaction, newSalt: self.newSalt)
        guard let stable = try transaction.versions(of: model.name).first(where: { $0.state == .stable }) else {
            try transaction.setState(.stable, of: version.name, model: model.name)
            try transition.routeAll(to: version.name, of: model.name)
            try transaction.append(
                NewEvent(
                    kind: .stableAppointed,
                    model: model.name,
                    version: version.name,
                    message: "\(version.name) is the first version and so stable"
                )
            )
            return nil
        }
        if let open = try transaction.openRollout(of: model.name) {
            guard supersede else {
                // It has no traffic yet, but a pinned request may name it; the model's own route stays what it is.
                _ = try transaction.nextGeneration()
                return nil
            }
            try self.end(open, .supersededByNewer, .supersede, "superseded by \(version.name)", actor, transition)
        }
        return try transition.start(version, against: stable, actor: actor, reason: "\(version.name) was registered")
    }

    /// Starts the rollout of a version that waits.
    package func start(_ version: VersionName, of name: ModelName, supersede: Bool, reason: String, actor: Actor) throws
        -> CommandResult
    {
        try self.store.write { transaction in
            guard try transaction.lock(name) != nil else { throw CommandError.unknownModel(name) }
            guard let waiting = try transaction.version(version, of: name) else {
                throw CommandError.unknownVersion(version, name)
            }
            let open = try transaction.openRollout(of: name)
            if let open, open.canary == version {
                return try self.unchanged("the rollout of \(version) is open already", open, transaction)
            }
            guard waiting.state == .registered else { throw CommandError.cannotStart(version, waiting.state) }
            guard let stable = try transaction.versions(of: name).first(where: { $0.state == .stable }) else {
                throw CommandError.noStable(name)
            }
            let transition = RolloutTransition(transaction: transaction, newSalt: self.newSalt)
            if let open {
                guard supersede else { throw CommandError.rolloutIsOpen(open.id) }
                try self.end(open, .supersededByNewer, .supersede, "superseded by \(version)", actor, transition)
            }
            let rollout = try transition.start(waiting, against: stable, actor: actor, reason: reason)
            return CommandResult(
                changed: true,
                message: "the rollout of \(version) has begun",
                rollout: rollout,
                generation: try transaction.routeGeneration()
            )
        }
    }

    private func end(
        _ open: Rollout,
        _ event: RolloutStateMachine.Event,
        _ kind: DecisionKind,
        _ reason: String,
        _ actor: Actor,
        _ transition: RolloutTransition
    ) throws {
        var rollout = open
        let before = rollout.state
        let action = rollout.machine.happened(event)
        try transition.commit(
            &rollout,
            from: before,
            action: action,
            kind: kind,
            reason: reason,
            actor: actor,
            assessment: nil
        )
    }

    func unchanged(_ message: String, _ rollout: Rollout?, _ transaction: any RolloutTransaction) throws
        -> CommandResult
    {
        CommandResult(changed: false, message: message, rollout: rollout, generation: try transaction.routeGeneration())
    }
}
