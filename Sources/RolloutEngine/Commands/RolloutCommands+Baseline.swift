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
    /// The past is read before the model is locked: nobody's rollback waits for a week of minutes.
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
        while true {
            let (stable, now) = try self.store.read { view in
                guard try view.model(name) != nil else { throw CommandError.unknownModel(name) }
                guard let stable = try view.route(of: name)?.stable else { throw CommandError.noStable(name) }
                return (stable, view.now)
            }
            let profile = try self.profile(of: stable, name, hours: min(max(hours, 1), 168), until: now)
            guard !profile.signals.isEmpty else { throw CommandError.nothingObserved(stable, name) }
            let baseline = Baseline(from: profile.signals, origin: "from stable \(stable), the last \(hours) h")
            let made = try self.store.write { transaction -> StoredBaseline? in
                guard try transaction.lock(name) != nil else { throw CommandError.unknownModel(name) }
                guard try transaction.route(of: name)?.stable == stable else { return nil }
                return try self.set(baseline, of: version ?? stable, name, actor, transaction)
            }
            // Another version has become stable meanwhile: its past is the one that was asked for.
            if let made { return made }
        }
    }

    /// What the version's minutes come to, read hour by hour: a minute never changes, so no one moment has to hold them all.
    private func profile(
        of version: VersionName,
        _ model: ModelName,
        hours: Int,
        until end: Timestamp
    ) throws -> CohortDetail {
        var profile = CohortDetail()
        for hour in (0..<hours).reversed() {
            let start = end.adding(seconds: -3_600 * Double(hour + 1))
            let limit = end.adding(seconds: -3_600 * Double(hour))
            let minutes = try self.store.read {
                try $0.minutes(of: version, model: model, since: start, before: limit)
            }
            for minute in minutes { profile.merge(minute.tally.detail) }
        }
        return profile
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
