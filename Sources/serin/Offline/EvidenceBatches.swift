import RolloutCore

/// A rollout's evidence as it came in: tick by tick, each with the moment from which the loop could know it.
struct EvidenceBatches: Equatable {
    struct Batch: Equatable {
        let tick: Int64
        let arrival: Timestamp
        let strata: [EvidenceStratum]
    }

    /// By tick, and so by arrival.
    let batches: [Batch]

    /// How long after the end of an interval the loop waits for late telemetry.
    static let graceSeconds = 2.0

    /// What came with a tick is taken to arrive when the newest interval in it was over: the evidence doesn't say when a label came, but
    /// labels travel in the same batches as requests.
    init(_ strata: [EvidenceStratum], intervalSeconds: Int) {
        var batches: [Batch] = []
        var arrival = Timestamp(microseconds: 0)
        for tick in Dictionary(grouping: strata, by: \.tick).sorted(by: { $0.key < $1.key }) {
            let ordered = tick.value.sorted(by: EvidenceStratum.precedes)
            let newest = ordered.map(\.intervalStart).max() ?? arrival
            arrival = max(arrival, newest.adding(seconds: Double(intervalSeconds) + Self.graceSeconds))
            batches.append(Batch(tick: tick.key, arrival: arrival, strata: ordered))
        }
        self.batches = batches
    }
}
