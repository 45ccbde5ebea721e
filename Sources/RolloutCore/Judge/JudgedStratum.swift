/// A stratum whose requests are judged.
struct JudgedStratum: Sendable {
    let stratum: EvidenceStratum
    /// 0, 1, 2 … since the warm-up.
    let interval: Int
    /// Whether the stratum belongs to the step that the proof for promotion is about.
    let proves: Bool

    var canary: CohortTally { self.stratum.canary }
    var stable: CohortTally { self.stratum.stable }

    /// How much is believed of rows that come many to a request and stay together: as if each request were one row.
    func belief(rows: Int64) -> Double {
        let requests = self.canary.detail.payloads.inspected + self.stable.detail.payloads.inspected
        guard requests > 0, rows > requests else { return 1 }
        return Double(requests) / Double(rows)
    }
}

/// The labels of one batch for predictions that one generation routed, pooled: strata of single intervals would be too thin.
struct LabelStratum: Sendable {
    let generation: Int64
    /// The canary's weight that this generation routed.
    let canaryWeight: Weight
    var canary: QualityTally
    var stable: QualityTally
    /// How much is believed of rows that come many to a request; in (0, 1].
    let belief: Double
    /// Whether the predictions belong to the step that the proof for promotion is about.
    var proves = false
}
