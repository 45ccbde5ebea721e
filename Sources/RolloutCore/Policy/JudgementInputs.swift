/// What a decision of the loop rests on beside the rollout's plan and its evidence: kept with it, so that it can be made again.
package struct JudgementInputs: Hashable, Sendable, Codable {
    package let at: Timestamp
    /// The last batch of evidence that was taken in.
    package let tick: Int64
    package let recent: RecentEvidence
    /// Requests routed by earlier generations belong to earlier steps.
    package let stepGeneration: Int64
    package let rolloutStart: Timestamp
    /// From when the loop has looked without a break: what it couldn't see is not missing. Nil: since the rollout's start.
    package let watchedSince: Timestamp?
    /// Evidence was waiting that wasn't taken in yet, as after an outage: a loss acts, nothing else does.
    package let isCatchingUp: Bool
    package let state: RolloutState
    /// When the stage of `state` began.
    package let stageSince: Timestamp
    /// A gateway had taken the canary's traffic away by itself: the decision follows it.
    package let trip: Trip?

    package init(
        at: Timestamp,
        tick: Int64,
        recent: RecentEvidence,
        stepGeneration: Int64,
        rolloutStart: Timestamp,
        watchedSince: Timestamp?,
        isCatchingUp: Bool,
        state: RolloutState,
        stageSince: Timestamp,
        trip: Trip? = nil
    ) {
        self.at = at
        self.tick = tick
        self.recent = recent
        self.stepGeneration = stepGeneration
        self.rolloutStart = rolloutStart
        self.watchedSince = watchedSince
        self.isCatchingUp = isCatchingUp
        self.state = state
        self.stageSince = stageSince
        self.trip = trip
    }

    /// - Parameter rollout: As it stood before the decision, its tick that of the last batch taken in.
    package init(
        _ rollout: Rollout,
        at: Timestamp,
        recent: RecentEvidence,
        watchedSince: Timestamp? = nil,
        isCatchingUp: Bool = false,
        trip: Trip? = nil
    ) {
        self.init(
            at: at,
            tick: rollout.tick,
            recent: recent,
            stepGeneration: rollout.stepGeneration,
            rolloutStart: rollout.startedAt,
            watchedSince: watchedSince,
            isCatchingUp: isCatchingUp,
            state: rollout.state,
            stageSince: rollout.stageSince,
            trip: trip
        )
    }
}
