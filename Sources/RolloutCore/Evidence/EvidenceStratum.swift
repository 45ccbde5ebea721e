/// What both cohorts did in one interval under one route generation, as taken into judgement by one tick.
///
/// Cells that arrive after their interval was judged form a stratum of their own at a later tick, so a stratum never changes
/// after it was looked at: that keeps the bound on false rollbacks and makes every decision repeatable.
package struct EvidenceStratum: Hashable, Sendable {
    /// The batch of evidence it came in with, 1, 2, 3 … within a rollout.
    package let tick: Int64
    package let intervalStart: Timestamp
    package let generation: Int64
    /// The canary's weight that this generation routed.
    package let canaryWeight: Weight
    /// The baseline's weight that this generation routed; zero where all of stable's requests are compared.
    package let baselineWeight: Weight
    package var canary: CohortTally
    /// What the canary is compared with: stable's requests, or those of the baseline where there is one.
    package var stable: CohortTally
    /// Stable's other requests where there is a baseline; nil elsewhere.
    package var rest: StableRest?
    /// Requests that gateways had to forget in this time; above 0 the stratum is incomplete.
    package var droppedRequests: Int64
    /// What other systems told of this interval, by the name of the check that asked.
    package var readings: [String: ExternalReading]

    package init(
        tick: Int64,
        intervalStart: Timestamp,
        generation: Int64,
        canaryWeight: Weight,
        baselineWeight: Weight = .zero,
        canary: CohortTally = .init(),
        stable: CohortTally = .init(),
        rest: StableRest? = nil,
        droppedRequests: Int64 = 0,
        readings: [String: ExternalReading] = [:]
    ) {
        self.tick = tick
        self.intervalStart = intervalStart
        self.generation = generation
        self.canaryWeight = canaryWeight
        self.baselineWeight = baselineWeight
        self.canary = canary
        self.stable = stable
        self.rest = rest
        self.droppedRequests = droppedRequests
        self.readings = readings
    }

    /// The canary's share of the requests that are compared, 0…1.
    package var canaryShare: Double {
        guard self.baselineWeight > .zero else { return self.canaryWeight.share }
        return self.canaryWeight.share / (self.canaryWeight.share + self.baselineWeight.share)
    }

    /// Everything that stable's version did for clients, baseline or not, without detail.
    package var allOfStable: CohortTally {
        var all = self.stable.withoutDetail
        if let rest { all.merge(rest.tally) }
        return all
    }

    /// The order in which strata are folded; a replay folds in the same one.
    package static func precedes(_ a: EvidenceStratum, _ b: EvidenceStratum) -> Bool {
        (a.tick, a.intervalStart.microseconds, a.generation) < (b.tick, b.intervalStart.microseconds, b.generation)
    }
}

/// The last seconds of a rollout including the interval that is still open: what hard stops look at.
package struct RecentEvidence: Hashable, Sendable, Codable {
    package var canary: OutcomeCounts
    package var stable: OutcomeCounts
    /// The longest run of canary requests for which no connection could be made.
    package var connectFailureRun: Int64
    /// The same of stable: when it can't be reached either, the cause is elsewhere.
    package var stableConnectFailureRun: Int64

    package init(
        canary: OutcomeCounts = .init(),
        stable: OutcomeCounts = .init(),
        connectFailureRun: Int64 = 0,
        stableConnectFailureRun: Int64 = 0
    ) {
        self.canary = canary
        self.stable = stable
        self.connectFailureRun = connectFailureRun
        self.stableConnectFailureRun = stableConnectFailureRun
    }
}
