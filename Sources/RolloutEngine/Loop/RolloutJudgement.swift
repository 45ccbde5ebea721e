import RolloutCore

/// Judges one rollout in one transaction: takes new evidence in, asks the policy, commits what follows.
struct RolloutJudgement {
    struct Result {
        let judge: DecisionLoop.CachedJudge?
        let decision: Decision?
        /// As it stands now; nil when it wasn't judged, or has ended.
        let rollout: Rollout?
        /// Intervals whose outside readings are in the evidence now, or never will be.
        let takenReadings: [Timestamp]
        let at: Timestamp
    }

    let transaction: any RolloutTransaction
    let grace: Duration
    let newSalt: @Sendable () -> Salt
    let fence: Int64
    /// From when the loop has looked without a break.
    let watchedSince: Timestamp
    /// What other systems have told since.
    let readings: IntervalReadings

    /// How far back a hard stop looks for its requests when they come slowly.
    private static let hardStopReachSeconds = 900.0

    func run(_ id: RolloutID, cached: DecisionLoop.CachedJudge?) throws -> Result {
        guard let named = try self.transaction.rollout(id), let model = try self.transaction.lock(named.model),
            var rollout = try self.transaction.rollout(id), !rollout.state.isSettled
        else { return self.unjudged }
        // Somebody else has judged since the cache was read: it is read again outside, nobody's rollback waits for that.
        guard var cached, cached.tick == rollout.tick else { return self.unjudged }
        let now = self.transaction.now
        let expected = rollout.sequence

        let (fresh, isCatchingUp) = try self.takeEvidence(of: rollout, now: now, lastReading: cached.lastReading)
        if !fresh.isEmpty {
            rollout.tick += 1
            cached.fold(fresh, tick: rollout.tick)
        }
        let trip = try self.tripToFollow(rollout)
        let inputs = JudgementInputs(
            rollout,
            at: now,
            recent: try trip?.evidence ?? self.recentEvidence(of: rollout, now: now),
            watchedSince: self.watchedSince,
            isCatchingUp: isCatchingUp,
            trip: trip
        )
        let assessment = cached.judge.assess(inputs)
        let finding = RolloutPolicy.find(rollout.plan, inputs, assessment)
        let decision = try self.commit(finding, assessment, inputs, &rollout, model)
        if decision == nil, !fresh.isEmpty { try self.transaction.save(rollout, expectedSequence: expected) }
        if decision != nil || !fresh.isEmpty {
            try self.transaction.saveFinding(StoredFinding(reason: finding.reason, assessment: assessment), of: id)
        }
        let last = cached.lastReading
        return Result(
            judge: rollout.state.isSettled ? nil : cached,
            decision: decision,
            rollout: rollout.state.isSettled ? nil : rollout,
            takenReadings: self.readings.keys.filter { interval in last.map { interval <= $0 } ?? false },
            at: now
        )
    }

    private var unjudged: Result {
        Result(judge: nil, decision: nil, rollout: nil, takenReadings: [], at: self.transaction.now)
    }

    /// What a gateway did by itself since the rollout began: the rollout follows it, whatever the evidence says.
    ///
    /// An order by hand that named no rollout, at a gateway that knew of none, may be older than this one, which was then not meant:
    /// the rollout goes on, and its next route tells the gateway so.
    private func tripToFollow(_ rollout: Rollout) throws -> Trip? {
        while let stored = try self.transaction.waitingTrip(of: rollout.id) {
            guard stored.trip.isAssumed, stored.trip.at < rollout.startedAt else { return stored.trip }
            try self.transaction.acknowledge(stored.trip.id)
            try RolloutTransition(transaction: self.transaction, newSalt: self.newSalt).routeAgain(rollout)
        }
        return nil
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

    /// Evidence is judged by whole intervals whose telemetry has had time to arrive; after an outage it is worked off tick by tick, so
    /// that no transaction gets long.
    ///
    /// - Parameter lastReading: The newest interval whose outside readings are in the evidence.
    /// - Returns: The new strata, and whether more is waiting than one tick takes in.
    private func takeEvidence(
        of rollout: Rollout,
        now: Timestamp,
        lastReading: Timestamp?
    ) throws -> ([EvidenceStratum], isCatchingUp: Bool) {
        let seconds = Double(self.grace.components.seconds) + Double(self.grace.components.attoseconds) * 1e-18
        let end = now.adding(seconds: -seconds).floored(toSeconds: rollout.plan.intervalSeconds)
        let share = try self.transaction.waitingTelemetry(of: rollout.id, before: end)?
            .share(before: end, intervalSeconds: rollout.plan.intervalSeconds)
        let cutoff = share?.cutoff ?? end
        // What was told of an interval is taken in once, in the order of the intervals.
        let readings = self.readings.filter { $0.key < cutoff && $0.key > lastReading ?? rollout.startedAt }
        let strata = try self.transaction.takeEvidence(
            of: rollout,
            tick: rollout.tick + 1,
            before: cutoff,
            labels: self.transaction.waitingLabels(of: rollout.id, before: cutoff).isRipe(at: now),
            readings: readings
        )
        return (strata, share?.isPartial ?? false)
    }

    /// Commits a change of state, or a hold whose reason is new; nil when all is as it was.
    private func commit(
        _ finding: RolloutPolicy.Finding,
        _ assessment: Assessment,
        _ inputs: JudgementInputs,
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
            actor: inputs.trip?.actor ?? .loop(fence: self.fence),
            assessment: assessment,
            inputs: inputs
        )
        if let trip = inputs.trip { try self.transaction.answer(trip.id, with: decision.sequence) }
        if rollout.state.isSettled { try transition.startNext(model, after: rollout.canary) }
        return decision
    }
}
