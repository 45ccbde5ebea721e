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
    /// By generation.
    private let splits: [Int64: RoutedSplit]
    private var strata: [Key: EvidenceStratum] = [:]
    private var counted: [Key: Set<Window>] = [:]

    init(_ rollout: Rollout, tick: Int64, splits: [Int64: RoutedSplit]) {
        self.tick = tick
        self.intervalSeconds = rollout.plan.intervalSeconds
        self.generation = rollout.stepGeneration
        self.splits = splits
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
        let cohort: String = try row.decode("cohort")
        // Labels of what isn't compared are of no use here.
        if self.isRest(cohort, key) { return }
        let detail = CohortDetail(quality: try StoredJSON.decode(row.decode("quality", as: String.self)))
        self.merge(CohortTally(detail: detail), cohort: cohort, into: key)
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
        if cohort == Cohort.canary.rawValue {
            stratum.canary.merge(tally)
        } else if self.isRest(cohort, key) {
            stratum.rest?.merge(tally)
        } else {
            stratum.stable.merge(tally)
        }
        self.strata[key] = stratum
    }

    /// Whether a cohort is stable's beside a baseline, which is what the canary is compared with.
    private func isRest(_ cohort: String, _ key: Key) -> Bool {
        cohort == Cohort.stable.rawValue && self.split(key).baseline > .zero
    }

    /// A generation that never routed this rollout has no weight to hold the split against; its outcomes count all the same.
    private func split(_ key: Key) -> RoutedSplit { self.splits[key.generation] ?? .none }

    private func empty(_ key: Key) -> EvidenceStratum {
        let split = self.split(key)
        return EvidenceStratum(
            tick: self.tick,
            intervalStart: key.intervalStart,
            generation: key.generation,
            canaryWeight: split.canary,
            baselineWeight: split.baseline,
            rest: split.baseline > .zero ? StableRest() : nil
        )
    }

    /// In the order of folding.
    var ordered: [EvidenceStratum] { self.strata.values.sorted(by: EvidenceStratum.precedes) }
}
