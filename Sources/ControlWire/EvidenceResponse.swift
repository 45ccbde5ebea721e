/// A rollout's evidence, or a part of it: whole ticks, in the order in which the judge folds them.
package struct EvidenceResponse: Codable, Equatable, Sendable {
    package let rollout: RolloutResponse
    package let strata: [StratumResponse]
    /// Where the next part begins: ask again with `?after=` this tick. Absent when nothing follows.
    package let next: Int64?

    package init(rollout: RolloutResponse, strata: [StratumResponse], next: Int64? = nil) {
        self.rollout = rollout
        self.strata = strata
        self.next = next
    }
}
