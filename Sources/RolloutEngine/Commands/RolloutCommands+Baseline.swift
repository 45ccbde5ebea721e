package import RolloutCore

extension RolloutCommands {
    /// Says what a version's signals looked like when it was made; another one takes the place of the one before.
    package func setBaseline(
        _ baseline: Baseline,
        of version: VersionName,
        model name: ModelName,
        actor: Actor
    ) throws -> StoredBaseline {
        try self.store.write { transaction in
            guard try transaction.lock(name) != nil else { throw CommandError.unknownModel(name) }
            return try self.set(baseline, of: version, name, actor, transaction)
        }
    }

    /// Takes the past of the stable version for a baseline: its own, or the one of a version that is to take its place.
    ///
    /// - Parameters:
    ///   - version: Who gets the baseline; nil for the stable version itself.
    ///   - hours: How far back, 1…168.
    /// - Throws: `CommandError.nothingObserved` when stable had no signals in that time.
    package func setBaselineFromStable(
        of version: VersionName?,
        model name: ModelName,
        hours: Int,
        actor: Actor
    ) throws -> StoredBaseline {
        try self.store.write { transaction in
            guard try transaction.lock(name) != nil else { throw CommandError.unknownModel(name) }
            guard let stable = try transaction.route(of: name)?.stable else { throw CommandError.noStable(name) }
            let since = transaction.now.adding(seconds: -3_600 * Double(min(max(hours, 1), 168)))
            let profile = try transaction.profile(of: stable, model: name, since: since)
            guard let signals = profile?.detail.signals, !signals.isEmpty else {
                throw CommandError.nothingObserved(stable, name)
            }
            let baseline = Baseline(from: signals, origin: "from stable \(stable), the last \(hours) h")
            return try self.set(baseline, of: version ?? stable, name, actor, transaction)
        }
    }

    private func set(
        _ baseline: Baseline,
        of version: VersionName,
        _ model: ModelName,
        _ actor: Actor,
        _ transaction: any RolloutTransaction
    ) throws -> StoredBaseline {
        guard try transaction.version(version, of: model) != nil else {
            throw CommandError.unknownVersion(version, model)
        }
        if let stored = try transaction.baseline(of: version, model: model), stored.baseline == baseline {
            return stored
        }
        let stored = StoredBaseline(model: model, version: version, baseline: baseline, createdAt: transaction.now)
        try transaction.save(stored)
        try transaction.append(
            NewEvent(
                kind: .baselineSet,
                model: model,
                version: version,
                message: "\(actor) gave \(version) a baseline: \(baseline.origin)"
            )
        )
        return stored
    }
}
