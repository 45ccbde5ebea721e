/// What the loop or an operator decided.
package enum DecisionKind: String, Hashable, Sendable, Codable, CaseIterable {
    case start, hold, advance, promote, rollBack, restore, supersede, pause, resume
}

/// Who decided.
package enum Actor: Hashable, Sendable, CustomStringConvertible {
    /// The decision loop, under the lease with this fence.
    case loop(fence: Int64)
    /// A person or a pipeline, as far as the request named one.
    case `operator`(String)
    /// A gateway that met the plan's hard stop by itself; what people call it.
    case gateway(String)

    package var description: String {
        switch self {
        case .loop: "loop"
        case .operator(let name): "operator:\(name)"
        case .gateway(let name): "gateway:\(name)"
        }
    }
}

/// One entry of a rollout's history: what was decided, by whom, why, and on which evidence. Never changed once written.
package struct Decision: Hashable, Sendable {
    package let rollout: RolloutID
    /// 1, 2, 3 … within the rollout.
    package let sequence: Int64
    package let kind: DecisionKind
    package let reason: String
    package let actor: Actor
    package let decidedAt: Timestamp
    package let stateBefore: RolloutState
    package let stateAfter: RolloutState
    /// The canary's weight after the decision.
    package let canaryWeight: Weight
    /// Absent for an operator's decision, which needs no evidence.
    package let assessment: Assessment?
    /// What the loop knew beside the plan and the evidence: with all three the decision can be made again. Absent for an operator's decision.
    package let inputs: JudgementInputs?

    package init(
        rollout: RolloutID,
        sequence: Int64,
        kind: DecisionKind,
        reason: String,
        actor: Actor,
        decidedAt: Timestamp,
        stateBefore: RolloutState,
        stateAfter: RolloutState,
        canaryWeight: Weight,
        assessment: Assessment?,
        inputs: JudgementInputs? = nil
    ) {
        self.rollout = rollout
        self.sequence = sequence
        self.kind = kind
        self.reason = reason
        self.actor = actor
        self.decidedAt = decidedAt
        self.stateBefore = stateBefore
        self.stateAfter = stateAfter
        self.canaryWeight = canaryWeight
        self.assessment = assessment
        self.inputs = inputs
    }
}
