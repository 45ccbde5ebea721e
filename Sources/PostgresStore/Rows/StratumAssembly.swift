import PostgresClient
import RolloutCore
import RolloutEngine

/// What one tick takes in of one rollout, gathered into strata by interval and generation.
struct StratumAssembly {
    private struct Key: Hashable {
        let intervalStart: Timestamp
        let generation: Int64
    }

    private struct Window: Hashable {
        let replica: String
        let sequence: Int64
    }

    private let tick: Int64
    private let intervalSeconds: Int
    /// The generation that routes the rollout now.
    private let generation: Int64
    /// The canary's weight, by generation.
    private let weights: [Int64: Weight]
    private var strata: [Key: EvidenceStratum] = [:]
    private var counted: [Key: Set<Window>] = [:]

    init(_ rollout: Rollout, tick: Int64, weights: [Int64: Weight]) {
        self.tick = tick
        self.intervalSeconds = rollout.plan.intervalSeconds
        self.generation = rollout.stepGeneration
        self.weights = weights
    }

    /// A cell of telemetry.
    mutating func add(_ row: PostgresRow) throws {
        let key = Key(
            intervalStart: try row.timestamp("started_at").floored(toSeconds: self.intervalSeconds),
            generation: try row.decode("generation")
        )
        try self.merge(CohortTally(row: row), cohort: row.decode("cohort"), into: key)
        // A window's cells all carry what the window lost; it is counted once.
        let window = Window(replica: try row.decode("replica"), sequence: try row.decode("sequence"))
        if self.counted[key, default: []].insert(window).inserted {
            self.strata[key]?.droppedRequests += try row.decode("dropped_requests", as: Int64.self)
        }
    }

    /// A cell of labels; it makes a stratum of its own where no telemetry of its interval comes with this tick.
    mutating func add(labels row: PostgresRow) throws {
        let key = Key(
            intervalStart: try row.timestamp("interval_start").floored(toSeconds: self.intervalSeconds),
            generation: try row.decode("generation")
        )
        let detail = CohortDetail(quality: try StoredJSON.decode(row.decode("quality", as: String.self)))
        self.merge(CohortTally(detail: detail), cohort: try row.decode("cohort"), into: key)
    }

    /// What other systems told stands once an interval, beside its newest generation.
    mutating func add(_ readings: [String: ExternalReading], of interval: Timestamp) {
        let newest = self.strata.keys.filter { $0.intervalStart == interval }.map(\.generation).max()
        let key = Key(intervalStart: interval, generation: newest ?? self.generation)
        var stratum = self.strata[key] ?? self.empty(key)
        stratum.readings.merge(readings) { _, later in later }
        self.strata[key] = stratum
    }

    private mutating func merge(_ tally: CohortTally, cohort: String, into key: Key) {
        var stratum = self.strata[key] ?? self.empty(key)
        switch cohort {
        case Cohort.canary.rawValue: stratum.canary.merge(tally)
        default: stratum.stable.merge(tally)  // A baseline is stable's version too.
        }
        self.strata[key] = stratum
    }

    /// A generation that never routed this rollout has no weight to hold the split against; its outcomes count all the same.
    private func empty(_ key: Key) -> EvidenceStratum {
        EvidenceStratum(
            tick: self.tick,
            intervalStart: key.intervalStart,
            generation: key.generation,
            canaryWeight: self.weights[key.generation] ?? .zero
        )
    }

    /// In the order of folding.
    var ordered: [EvidenceStratum] { self.strata.values.sorted(by: EvidenceStratum.precedes) }
}
