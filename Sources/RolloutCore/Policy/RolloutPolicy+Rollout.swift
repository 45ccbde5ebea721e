extension RolloutPolicy {
    /// The finding about a rollout as it stands, from an assessment of it.
    ///
    /// - Parameter isCatchingUp: Evidence is waiting that isn't in the assessment yet, as after an outage.
    package static func find(_ rollout: Rollout, _ assessment: Assessment, isCatchingUp: Bool = false) -> Finding {
        let inputs = JudgementInputs(
            rollout,
            at: assessment.at,
            recent: RecentEvidence(),
            isCatchingUp: isCatchingUp
        )
        return self.find(rollout.plan, inputs, assessment)
    }
}
