/// One attempt to replace stable by a canary.
package struct Rollout: Hashable, Sendable {
    package let id: RolloutID
    package let model: ModelName
    package let canary: VersionName
    /// The version the canary is compared with and would replace.
    package let stable: VersionName
    package let plan: RolloutPlan
    package let salt: Salt
    package var machine: RolloutStateMachine
    package let startedAt: Timestamp
    /// When the present stage began; a step's bake time counts from here.
    package var stageSince: Timestamp
    /// The route generation at which the present step began; evidence of earlier steps doesn't count for its requests.
    package var stepGeneration: Int64
    /// Set when, and only when, the rollout is settled.
    package var settledAt: Timestamp?
    /// Set when a restore undid this rollout's promotion.
    package var restoredAt: Timestamp?
    /// Grows by one with every committed decision: a stale writer is refused.
    package var sequence: Int64
    /// Grows by one with every batch of evidence taken into judgement.
    package var tick: Int64

    package init(
        id: RolloutID,
        model: ModelName,
        canary: VersionName,
        stable: VersionName,
        plan: RolloutPlan,
        salt: Salt,
        machine: RolloutStateMachine,
        startedAt: Timestamp,
        stageSince: Timestamp,
        stepGeneration: Int64,
        settledAt: Timestamp? = nil,
        restoredAt: Timestamp? = nil,
        sequence: Int64 = 0,
        tick: Int64 = 0
    ) {
        self.id = id
        self.model = model
        self.canary = canary
        self.stable = stable
        self.plan = plan
        self.salt = salt
        self.machine = machine
        self.startedAt = startedAt
        self.stageSince = stageSince
        self.stepGeneration = stepGeneration
        self.settledAt = settledAt
        self.restoredAt = restoredAt
        self.sequence = sequence
        self.tick = tick
    }

    package var state: RolloutState { self.machine.state }
    package var deadline: Timestamp { self.startedAt.adding(seconds: Double(self.plan.deadlineSeconds)) }
    /// The share of traffic that the committed state gives to the canary.
    package var canaryWeight: Weight {
        switch self.state {
        case .running(let stage), .paused(let stage): self.plan.steps[stage.step].weight
        case .promoted: .full
        case .rolledBack, .inconclusive, .superseded: .zero
        }
    }
    /// What the committed state gives to the canary, in words.
    package var shareInWords: String {
        guard let step = self.state.openStage?.step, self.plan.steps[step].mirror != nil else {
            return "\(self.canaryWeight) of the traffic"
        }
        return self.plan.steps[step].inWords
    }
    /// The share of stable's requests that the committed state has mirrored to the canary; nil for none.
    package var mirror: Weight? { self.state.openStage.flatMap { self.plan.steps[$0.step].mirror } }
    /// The share of traffic that the committed state keeps apart for comparison; zero where the plan has no baseline.
    package var baselineWeight: Weight {
        self.plan.baseline && !self.state.isSettled ? self.canaryWeight : .zero
    }
}
