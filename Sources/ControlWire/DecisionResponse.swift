package import RolloutCore

package struct DecisionResponse: Codable, Equatable, Sendable {
    package let rollout: RolloutID
    package let sequence: Int64
    package let kind: DecisionKind
    package let reason: String
    package let actor: String
    package let decidedAt: Timestamp
    package let stateBefore: StateResponse
    package let stateAfter: StateResponse
    package let canaryWeight: Weight
    package let assessment: Assessment?
    /// What the loop knew beside plan and evidence: with all three the decision can be made again (`serin replay`).
    package let inputs: JudgementInputs?

    package init(_ decision: Decision) {
        self.rollout = decision.rollout
        self.sequence = decision.sequence
        self.kind = decision.kind
        self.reason = decision.reason
        self.actor = decision.actor.description
        self.decidedAt = decision.decidedAt
        self.stateBefore = StateResponse(decision.stateBefore)
        self.stateAfter = StateResponse(decision.stateAfter)
        self.canaryWeight = decision.canaryWeight
        self.assessment = decision.assessment
        self.inputs = decision.inputs
    }
}
