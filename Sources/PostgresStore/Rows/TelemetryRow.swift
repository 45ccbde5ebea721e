import PostgresClient
import RolloutCore
import Statistics

extension OutcomeCounts {
    /// The columns named after the outcomes.
    init(row: PostgresRow) throws {
        self.init()
        for outcome in Outcome.allCases { self[outcome] = try row.decode(outcome.name, as: Int64.self) }
    }
}

extension CohortTally {
    init(row: PostgresRow) throws {
        self.init(
            outcomes: try OutcomeCounts(row: row),
            latency: try LatencyHistogram(row: row, columns: "latency"),
            connectFailureRun: try row.decode("connect_failure_run"),
            assigned: try row.decode("assigned")
        )
    }
}

extension TelemetryCell {
    func parameters(of window: TelemetryWindow) -> [PostgresParameter] {
        let filled = self.tally.latency.nonEmpty
        return [
            .text(window.replica), .int64(window.sequence), .text(self.key.model.text), .text(self.key.version.text),
            .text(self.key.cohort.rawValue), .optional(self.key.rollout?.number), .int64(self.key.generation),
            window.start.parameter,
            .int64(window.droppedRequests), .int64(self.tally.assigned),
        ]
            + Outcome.allCases.map { .int64(self.tally.outcomes[$0]) } + [
                .int64(self.tally.connectFailureRun), .int32Array(filled.map { Int32($0.bucket) }),
                .int64Array(filled.map(\.count)),
                .int64(self.tally.latency.sumMicroseconds),
            ]
    }
}

/// Cells of one rollout, gathered into strata by tick, interval and generation.
struct StratumAssembly {
    private struct Key: Hashable {
        let tick: Int64
        let intervalStart: Timestamp
        let generation: Int64
    }

    private struct Window: Hashable {
        let replica: String
        let sequence: Int64
    }

    let intervalSeconds: Int
    /// The canary's weight in basis points, by generation.
    let weights: [Int64: Weight]
    private var strata: [Key: EvidenceStratum] = [:]
    private var counted: [Key: Set<Window>] = [:]

    init(intervalSeconds: Int, weights: [Int64: Weight]) {
        self.intervalSeconds = intervalSeconds
        self.weights = weights
    }

    mutating func add(_ row: PostgresRow) throws {
        let key = Key(
            tick: try row.decode("judged_tick"),
            intervalStart: try row.timestamp("started_at").floored(toSeconds: self.intervalSeconds),
            generation: try row.decode("generation")
        )
        // A generation that never routed this rollout has no weight to hold the split against; its outcomes count all the same.
        let weight = self.weights[key.generation] ?? .zero
        var stratum =
            self.strata[key]
            ?? EvidenceStratum(
                tick: key.tick,
                intervalStart: key.intervalStart,
                generation: key.generation,
                canaryWeight: weight
            )
        let tally = try CohortTally(row: row)
        switch try row.decode("cohort", as: String.self) {
        case Cohort.canary.rawValue: stratum.canary.merge(tally)
        default: stratum.stable.merge(tally)  // A baseline is stable's version too.
        }
        // A window's cells all carry what the window lost; it is counted once.
        let window = Window(replica: try row.decode("replica"), sequence: try row.decode("sequence"))
        if self.counted[key, default: []].insert(window).inserted {
            stratum.droppedRequests += try row.decode("dropped_requests", as: Int64.self)
        }
        self.strata[key] = stratum
    }

    /// In the order of folding.
    var ordered: [EvidenceStratum] { self.strata.values.sorted(by: EvidenceStratum.precedes) }
}
