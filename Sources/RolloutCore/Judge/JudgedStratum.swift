/// A stratum whose requests are judged.
struct JudgedStratum: Sendable {
    let stratum: EvidenceStratum
    /// 0, 1, 2 … since the warm-up.
    let interval: Int
    /// Whether the stratum belongs to the step that the proof for promotion is about.
    let proves: Bool

    var canary: CohortTally { self.stratum.canary }
    var stable: CohortTally { self.stratum.stable }

    /// How much is believed of a signal's rows, which come many to a request and stay together: as if those of one were all alike.
    ///
    /// - Parameter rows: Of the signal, in both cohorts.
    func belief(rows: Int64, role: SignalRole = .prediction) -> Double {
        var payloads = self.canary.detail.payloads
        payloads.merge(self.stable.detail.payloads)
        return payloads.belief(rows: rows, role: role)
    }
}

extension PayloadTally {
    /// 1 over the design effect Σm²/Σm of clusters of m rows, of a signal with so many rows. It depends on how much was read alone,
    /// never on what was.
    func belief(rows: Int64, role: SignalRole) -> Double {
        let (known, squared) =
            switch role {
            case .feature: (self.inputRows, self.squaredInputRows)
            case .prediction, .confidence, .measure: (self.rows, self.squaredRows)
            }
        guard known > 0, squared > 0 else {
            guard self.inspected > 0, rows > self.inspected else { return 1 }
            return Double(self.inspected) / Double(rows)
        }
        // A signal with more rows than its body has more of them to each request than is known.
        let excess = max(1, Double(rows) / Double(known))
        return min(1, Double(known) / Double(squared)) / excess
    }
}

/// The labels of one batch for predictions that one generation routed, pooled: strata of single intervals would be too thin.
struct LabelStratum: Sendable {
    let generation: Int64
    /// The canary's share of the requests that are compared, as this generation routed them.
    let canaryShare: Double
    var canary: QualityTally
    var stable: QualityTally
    /// How much is believed of rows that come many to a request; in (0, 1].
    let belief: Double
    /// Whether the predictions belong to the step that the proof for promotion is about.
    var proves = false
}
