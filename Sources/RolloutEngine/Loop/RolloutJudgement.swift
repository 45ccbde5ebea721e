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

    func run(_ id: RolloutID, cached: DecisionLoop.CachedJudge?) throws -> Result {
        guard let named = try self.transaction.rollout(id), let model = try self.transaction.lock(named.model),
            var rollout = try self.transaction.rollout(id), !rollout.state.isSettled
        else { return Result(judge: nil, decision: nil) }
        let now = self.transaction.now
        var judge = try self.judge(of: rollout, cached: cached)
        let expected = rollout.sequence

        let fresh = try self.takeEvidence(of: rollout, now: now)
        if !fresh.isEmpty {
            rollout.tick += 1
            for stratum in fresh { judge.fold(stratum) }
        }
        let within = Double(rollout.plan.hardStop?.withinSeconds ?? 0)
        let recent = try self.transaction.recentEvidence(of: id, since: now.adding(seconds: -within))
        let assessment = judge.assess(
            now: now,
            recent: recent,
            stepGeneration: rollout.stepGeneration,
            rolloutStart: rollout.startedAt
        )
        let finding = RolloutPolicy.find(rollout, assessment)
        let decision = try self.commit(finding, assessment, &rollout, model)
        if decision == nil, !fresh.isEmpty { try self.transaction.save(rollout, expectedSequence: expected) }
        if decision != nil || !fresh.isEmpty {
            try self.transaction.saveFinding(StoredFinding(reason: finding.reason, assessment: assessment), of: id)
        }
        let kept = rollout.state.isSettled ? nil : DecisionLoop.CachedJudge(judge: judge, tick: rollout.tick)
        return Result(judge: kept, decision: decision)
    }

    /// The cached judge when it has folded exactly what is committed, else one that folds it all again.
    private func judge(of rollout: Rollout, cached: DecisionLoop.CachedJudge?) throws -> Judge {
        if let cached, cached.tick == rollout.tick { return cached.judge }
        let strata = try self.transaction.evidence(of: rollout, through: rollout.tick)
        return DecisionLoop.CachedJudge(plan: rollout.plan, tick: rollout.tick, strata: strata).judge
    }

    /// Evidence is judged by whole intervals whose telemetry has had time to arrive.
    private func takeEvidence(of rollout: Rollout, now: Timestamp) throws -> [EvidenceStratum] {
        let seconds = Double(self.grace.components.seconds) + Double(self.grace.components.attoseconds) * 1e-18
        let cutoff = now.adding(seconds: -seconds).floored(toSeconds: rollout.plan.intervalSeconds)
        return try self.transaction.takeEvidence(of: rollout, tick: rollout.tick + 1, before: cutoff)
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
        try transition.commit(
            &rollout,
            from: before,
            action: action,
            kind: finding.decision,
            reason: finding.reason,
            actor: .loop(fence: self.fence),
            assessment: assessment
        )
        if rollout.state.isSettled { try transition.startNext(model, after: rollout.canary) }
        return Decision(
            rollout: rollout.id,
            sequence: rollout.sequence,
            kind: finding.decision,
            reason: finding.reason,
            actor: .loop(fence: self.fence),
            decidedAt: self.transaction.now,
            stateBefore: before,
            stateAfter: rollout.state,
            canaryWeight: rollout.canaryWeight,
            assessment: assessment
        )
    }
}
