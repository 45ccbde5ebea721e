package struct EvidenceResponse: Codable, Equatable, Sendable {
    package let rollout: RolloutResponse
    /// In the order in which the judge folds them.
    package let strata: [StratumResponse]

    package init(rollout: RolloutResponse, strata: [StratumResponse]) {
        self.rollout = rollout
        self.strata = strata
    }
}
