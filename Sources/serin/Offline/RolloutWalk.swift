import RolloutCore

/// Takes evidence through judge, policy and state machine, as the loop does, but with any plan and with time as the evidence tells it.
struct RolloutWalk {
    private(set) var rollout: Rollout
    /// What was decided and when: each change, and each hold whose reason was new.
    private(set) var decisions: [Decision] = []
    /// The last look, whatever came of it.
    private(set) var last: (at: Timestamp, finding: RolloutPolicy.Finding, assessment: Assessment)?

    private var judge: Judge
    private var recent = RecentWindow()

    /// Steps of the walk, not of the real rollout, are what counts for a step's requests: its generations stand in the upper bits.
    private static let stepShift: Int64 = 41

    /// - Parameters:
    ///   - plan: Its interval is the one that the evidence was cut by.
    ///   - id: Of the rollout whose evidence it is; shown only.
    init(
        plan: RolloutPlan,
        id: RolloutID,
        model: ModelName,
        canary: VersionName,
        stable: VersionName,
        start: Timestamp
    ) {
        self.judge = Judge(plan: plan)
        self.rollout = Rollout(
            id: id,
            model: model,
            canary: canary,
            stable: stable,
            plan: plan,
            salt: Salt(high: 0, low: 0),
            machine: RolloutStateMachine(steps: plan.steps),
            startedAt: start,
            stageSince: start,
            stepGeneration: 0
        )
    }

    /// Walks until the rollout ends or the evidence does, with a look at each batch and at least one in every interval.
    ///
    /// - Parameter end: Until when the evidence tells anything.
    mutating func run(_ evidence: EvidenceBatches, until end: Timestamp) {
        let interval = Double(self.rollout.plan.intervalSeconds)
        var now = self.rollout.startedAt
        for batch in evidence.batches {
            while now.adding(seconds: interval) < batch.arrival, !self.rollout.state.isSettled {
                now = now.adding(seconds: interval)
                self.look(at: now)
            }
            guard !self.rollout.state.isSettled else { return }
            now = max(now, batch.arrival)
            self.take(batch)
            self.look(at: now)
        }
        while now.adding(seconds: interval) <= end, !self.rollout.state.isSettled {
            now = now.adding(seconds: interval)
            self.look(at: now)
        }
        if end > now, !self.rollout.state.isSettled { self.look(at: end) }
    }

    private mutating func take(_ batch: EvidenceBatches.Batch) {
        let strata = batch.strata.map { stratum in
            EvidenceStratum(
                tick: stratum.tick,
                intervalStart: stratum.intervalStart,
                generation: self.rollout.stepGeneration | stratum.generation,
                canaryWeight: stratum.canaryWeight,
                baselineWeight: stratum.baselineWeight,
                canary: stratum.canary,
                stable: stratum.stable,
                rest: stratum.rest,
                droppedRequests: stratum.droppedRequests,
                readings: stratum.readings
            )
        }
        self.judge.fold(strata)
        self.recent.take(batch.strata, intervalSeconds: self.rollout.plan.intervalSeconds)
        self.rollout.tick = batch.tick
    }

    private mutating func look(at now: Timestamp) {
        let inputs = JudgementInputs(
            self.rollout,
            at: now,
            recent: self.recent.evidence(at: now, self.rollout.plan.hardStop)
        )
        let assessment = self.judge.assess(inputs)
        let finding = RolloutPolicy.find(self.rollout.plan, inputs, assessment)
        self.last = (now, finding, assessment)
        let before = self.rollout.state
        if let event = finding.event { _ = self.rollout.machine.happened(event) }
        guard self.rollout.state != before || self.decisions.last?.reason != finding.reason else { return }
        if self.rollout.state != before { self.enter(from: before, at: now) }
        self.rollout.sequence += 1
        self.decisions.append(
            Decision(
                rollout: self.rollout.id,
                sequence: self.rollout.sequence,
                kind: finding.decision,
                reason: finding.reason,
                actor: .loop(fence: 0),
                decidedAt: now,
                stateBefore: before,
                stateAfter: self.rollout.state,
                canaryWeight: self.rollout.canaryWeight,
                assessment: assessment,
                inputs: inputs
            )
        )
    }

    private mutating func enter(from before: RolloutState, at now: Timestamp) {
        self.rollout.stageSince = now
        if self.rollout.state.isSettled { self.rollout.settledAt = now }
        guard let step = self.rollout.state.openStage?.step, step != before.openStage?.step else { return }
        self.rollout.stepGeneration = Int64(step) << Self.stepShift
    }
}
