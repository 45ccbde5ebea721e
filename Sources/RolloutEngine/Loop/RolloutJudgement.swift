import RolloutCore

/// Judges one rollout in one transaction: takes new evidence in, asks the policy, commits what follows.
struct RolloutJudgement {
    struct Result {
        let judge: DecisionLoop.CachedJudge?
        let decision: Decision?
    }

    let transaction: any RolloutTransaction
    let grace: Duration
    let newSalt: @Sendable () -> Salt
    let fence: Int64
    /// From when the loop has looked without a break.
    let watchedSince: Timestamp

    /// How many intervals one tick takes in at most: after an outage evidence is worked off tick by tick, so that no transaction gets long.
    private static let intervalsPerTick = 60
    /// How far back a hard stop looks for its requests when they come slowly.
    private static let hardStopReachSeconds = 900.0

    func run(_ id: RolloutID, cached: DecisionLoop.CachedJudge?) throws -> Result {
        guard let named = try self.transaction.rollout(id), let model = try self.transaction.lock(named.model),
            var rollout = try self.transaction.rollout(id), !rollout.state.isSettled
        else { return Result(judge: nil, decision: nil) }
        // Somebody else has judged since the cache was read: it is read again outside, nobody's rollback waits for that.
        guard let cached, cached.tick == rollout.tick else { return Result(judge: nil, decision: nil) }
        let now = self.transaction.now
        var judge = cached.judge
        let expected = rollout.sequence

        let (fresh, isCatchingUp) = try self.takeEvidence(of: rollout, now: now)
        if !fresh.isEmpty {
            rollout.tick += 1
            for stratum in fresh { judge.fold(stratum) }
        }
        let assessment = judge.assess(
            now: now,
            recent: try self.recentEvidence(of: rollout, now: now),
            stepGeneration: rollout.stepGeneration,
            rolloutStart: rollout.startedAt,
            watchedSince: self.watchedSince
        )
        let finding = RolloutPolicy.find(rollout, assessment, isCatchingUp: isCatchingUp)
        let decision = try self.commit(finding, assessment, &rollout, model)
        if decision == nil, !fresh.isEmpty { try self.transaction.save(rollout, expectedSequence: expected) }
        if decision != nil || !fresh.isEmpty {
            try self.transaction.saveFinding(StoredFinding(reason: finding.reason, assessment: assessment), of: id)
        }
        let kept = rollout.state.isSettled ? nil : DecisionLoop.CachedJudge(judge: judge, tick: rollout.tick)
        return Result(judge: kept, decision: decision)
    }

    /// The last seconds, or further back until the hard stop has the requests it needs.
    private func recentEvidence(of rollout: Rollout, now: Timestamp) throws -> RecentEvidence {
        guard let stop = rollout.plan.hardStop else { return RecentEvidence() }
        let recent = try self.transaction.recentEvidence(
            of: rollout.id,
            since: now.adding(seconds: -Double(stop.withinSeconds))
        )
        guard recent.canary.asked < Int64(stop.requests) else { return recent }
        let start = now.adding(seconds: -Self.hardStopReachSeconds)
        guard
            let since = try self.transaction.start(
                ofNewest: stop.requests,
                canaryRequestsOf: rollout.id,
                notBefore: start
            )
        else { return recent }
        return try self.transaction.recentEvidence(of: rollout.id, since: since)
    }

    /// Evidence is judged by whole intervals whose telemetry has had time to arrive.
    ///
    /// - Returns: The new strata, and whether more is waiting than one tick takes in.
    private func takeEvidence(of rollout: Rollout, now: Timestamp) throws -> ([EvidenceStratum], isCatchingUp: Bool) {
        let seconds = Double(self.grace.components.seconds) + Double(self.grace.components.attoseconds) * 1e-18
        var cutoff = now.adding(seconds: -seconds).floored(toSeconds: rollout.plan.intervalSeconds)
        var isCatchingUp = false
        if let oldest = try self.transaction.oldestUnjudged(of: rollout.id) {
            let reach = Double(Self.intervalsPerTick * rollout.plan.intervalSeconds)
            let limit = oldest.floored(toSeconds: rollout.plan.intervalSeconds).adding(seconds: reach)
            if limit < cutoff { (cutoff, isCatchingUp) = (limit, true) }
        }
        return (try self.transaction.takeEvidence(of: rollout, tick: rollout.tick + 1, before: cutoff), isCatchingUp)
    }

    /// Commits a change of state, or a hold whose reason is new; nil when all is as it was.
    private func commit(
        _ finding: RolloutPolicy.Finding,
        _ assessment: Assessment,
        _ rollout: inout Rollout,
        _ model: Model
    ) throws -> Decision? {
        let before = rollout.state
        let action = finding.event.map { rollout.machine.happened($0) } ?? .none
        if rollout.state == before {
            guard try self.transaction.finding(of: rollout.id)?.reason != finding.reason else { return nil }
        }
        let transition = RolloutTransition(transaction: self.transaction, newSalt: self.newSalt)
        let decision = try transition.commit(
            &rollout,
            from: before,
            action: action,
            kind: finding.decision,
            reason: finding.reason,
            actor: .loop(fence: self.fence),
            assessment: assessment
        )
        if rollout.state.isSettled { try transition.startNext(model, after: rollout.canary) }
        return decision
    }
}
