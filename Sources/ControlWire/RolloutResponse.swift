package import RolloutCore

package struct RolloutResponse: Codable, Equatable, Sendable {
    package let id: RolloutID
    package let model: ModelName
    package let canary: VersionName
    package let stable: VersionName
    package let state: StateResponse
    /// Basis points.
    package let canaryWeight: Weight
    /// Basis points of stable's requests that are mirrored to the canary now; absent when none are.
    package let mirror: Weight?
    package let plan: RolloutPlan
    package let startedAt: Timestamp
    package let stageSince: Timestamp
    package let deadline: Timestamp
    package let settledAt: Timestamp?
    package let restoredAt: Timestamp?
    /// Number of its newest decision.
    package let sequence: Int64
    package let finding: FindingResponse?
    /// Likely causes of what has failed or is about to; absent in lists, and when nothing is suspicious.
    package let diagnosis: Diagnosis?
    /// How many clients stable stood in for; absent where the plan has no rescue.
    package let rescues: RescueTally?
    /// What gateways did to it by themselves, oldest first; absent in lists, and where none did anything.
    package let trips: [TripResponse]?

    package init(
        _ rollout: Rollout,
        finding: FindingResponse? = nil,
        diagnosis: Diagnosis? = nil,
        rescues: RescueTally? = nil,
        trips: [TripResponse]? = nil
    ) {
        self.id = rollout.id
        self.model = rollout.model
        self.canary = rollout.canary
        self.stable = rollout.stable
        self.state = StateResponse(rollout.state)
        self.canaryWeight = rollout.canaryWeight
        self.mirror = rollout.mirror
        self.plan = rollout.plan
        self.startedAt = rollout.startedAt
        self.stageSince = rollout.stageSince
        self.deadline = rollout.deadline
        self.settledAt = rollout.settledAt
        self.restoredAt = rollout.restoredAt
        self.sequence = rollout.sequence
        self.finding = finding
        self.diagnosis = diagnosis
        self.rescues = rescues
        self.trips = trips
    }
}

/// What the loop last found, and why it decided as it did.
package struct FindingResponse: Codable, Equatable, Sendable {
    package let reason: String
    package let assessment: Assessment

    package init(reason: String, assessment: Assessment) {
        self.reason = reason
        self.assessment = assessment
    }
}
