package import RolloutCore
import Statistics

/// What one event loop counts for the arms of one route table.
///
/// Dense and without locks; an arm takes memory only when it has had a request.
package struct OutcomeCounters: Sendable {
    private static let outcomeCount = Outcome.allCases.count

    fileprivate struct Arm: Sendable {
        var assigned: UInt32 = 0
        var outcomes: [UInt32] = Array(repeating: 0, count: OutcomeCounters.outcomeCount)
        var latency: [UInt32] = Array(repeating: 0, count: LatencyHistogram.bucketCount)
        var sumMicroseconds: Int64 = 0
        var parts = LatencyParts()
        /// For each upstream of the arm as many as there are outcomes.
        var upstreamOutcomes: [UInt32]
        /// Where assignment sticks to keys.
        var failedPlaces = PlaceMarks()
        var abortedPlaces = PlaceMarks()
        var rescues = RescueTally()
        /// Of an arm that requests are mirrored to; nil before the first.
        var pairs: PairTally?
        /// Requests in a row, up to now, for which no connection could be made.
        var trailingRun: Int64 = 0
        var longestRun: Int64 = 0
        var isTouched = false
    }

    private let table: RouteTable
    /// The place in `arms` of each arm of the table; -1 before its first request.
    private var places: [Int32]
    private var arms: [Arm] = []
    private var armOfPlace: [Int32] = []

    /// - Parameter predecessor: Runs of connection failures go on in the arms that both tables have.
    package init(table: RouteTable, continuing predecessor: OutcomeCounters? = nil) {
        self.table = table
        self.places = Array(repeating: -1, count: table.arms.count)
        guard let predecessor else { return }
        for (place, arm) in predecessor.arms.enumerated() where arm.trailingRun > 0 {
            let key = predecessor.table.arms[Int(predecessor.armOfPlace[place])].key
            guard let index = table.arms.firstIndex(where: { $0.key == key }) else { continue }
            self.arms[self.place(of: index)].trailingRun = arm.trailingRun
        }
    }

    /// Counts one request as routed to the arm with this index in the table, at once: however it ends, the split is known.
    package mutating func assign(arm index: Int) {
        let place = self.place(of: index)
        self.arms[place].isTouched = true
        self.arms[place].assigned &+= 1
    }

    /// Counts the end of one request of the arm with this index in the table.
    ///
    /// - Parameter upstream: The index among the arm's upstreams of the one that was tried last; nil when none was.
    /// - Returns: As what it was counted: the route's rescue may have ended it before.
    @discardableResult
    package mutating func record(
        _ draw: Draw,
        upstream: Int?,
        outcome: Outcome,
        times: ExchangeTimes,
        endingAt end: LoopTime
    ) -> Outcome {
        let counted =
            self.table.arms[draw.arm].rescue?.counted(outcome, times, endingAt: end) ?? (outcome: outcome, end: end)
        self.arms[self.place(of: draw.arm)].record(draw.place, upstream, counted.outcome, times, counted.end)
        return counted.outcome
    }

    /// Counts what became of a request of this arm that stable was to answer in its place.
    package mutating func record(_ rescue: RescueTally, arm index: Int) {
        let place = self.place(of: index)
        self.arms[place].isTouched = true
        self.arms[place].rescues.merge(rescue)
    }

    /// Counts one mirrored request whose end is known, or known to stay unknown.
    package mutating func record(_ pair: MirroredPair) {
        let terms = self.table.arms[pair.canaryArm].rescue
        self.record(mirroredTo: pair.canaryArm) { tally in tally.add(pair, terms: terms) }
    }

    /// Counts one request that was drawn for a copy and got none.
    ///
    /// - Parameter index: Of the arm that the copy was for.
    package mutating func dropCopy(for index: Int) {
        self.record(mirroredTo: index) { tally in tally.dropped += 1 }
    }

    private mutating func record(mirroredTo index: Int, _ count: (inout PairTally) -> Void) {
        let place = self.place(of: index)
        self.arms[place].isTouched = true
        var tally = self.arms[place].pairs.take() ?? PairTally()
        count(&tally)
        self.arms[place].pairs = tally
    }

    /// Takes out what was counted since the last time; only arms that had requests.
    package mutating func drain() -> [TelemetryCell] {
        var cells: [TelemetryCell] = []
        for place in self.arms.indices where self.arms[place].isTouched {
            let arm = self.table.arms[Int(self.armOfPlace[place])]
            cells.append(TelemetryCell(key: arm.key, tally: self.arms[place].takeTally(upstreams: arm.upstreams)))
        }
        return cells
    }

    private mutating func place(of index: Int) -> Int {
        if self.places[index] >= 0 { return Int(self.places[index]) }
        self.arms.append(Arm(upstreams: self.table.arms[index].upstreams.count))
        self.armOfPlace.append(Int32(index))
        self.places[index] = Int32(self.arms.count - 1)
        return self.arms.count - 1
    }
}

extension OutcomeCounters.Arm {
    init(upstreams count: Int) {
        self.upstreamOutcomes = Array(repeating: 0, count: count * OutcomeCounters.outcomeCount)
    }

    fileprivate mutating func record(
        _ place: Place?,
        _ upstream: Int?,
        _ outcome: Outcome,
        _ times: ExchangeTimes,
        _ end: LoopTime
    ) {
        self.isTouched = true
        self.outcomes[outcome.rawValue] &+= 1
        if let upstream {
            self.upstreamOutcomes[upstream * OutcomeCounters.outcomeCount + outcome.rawValue] &+= 1
        }
        if let place { self.mark(place, outcome) }
        switch outcome {
        // Says nothing about the version's answers, nor about its connections.
        case .clientAborted, .gatewayFailure, .saturated: return
        case .connectFailure:
            self.trailingRun += 1
            self.longestRun = max(self.longestRun, self.trailingRun)
        case .success, .clientError, .serverError, .timeout, .upstreamFailure: self.trailingRun = 0
        }
        let latency = times.latency(of: outcome, endingAt: end)
        self.latency[LatencyHistogram.bucket(microseconds: latency)] &+= 1
        self.sumMicroseconds += latency
        if let parts = times.parts(of: outcome, endingAt: end) { self.parts.merge(parts) }
    }

    private mutating func mark(_ place: Place, _ outcome: Outcome) {
        if outcome.isError {
            self.failedPlaces.insert(place)
        } else if outcome == .clientAborted {
            self.abortedPlaces.insert(place)
        }
    }

    fileprivate mutating func takeTally(upstreams: [ArmUpstream]) -> CohortTally {
        let tally = CohortTally(
            outcomes: OutcomeCounts(ordered: self.outcomes.map(Int64.init)),
            latency: self.takeHistogram(),
            connectFailureRun: self.longestRun,
            assigned: Int64(self.assigned),
            detail: CohortDetail(
                latencyParts: self.parts,
                upstreams: self.takeUpstreams(upstreams),
                keys: KeyTally(failed: self.failedPlaces.drain(), aborted: self.abortedPlaces.drain()),
                rescues: self.rescues,
                pairs: self.pairs.take()
            )
        )
        self.assigned = 0
        for index in self.outcomes.indices { self.outcomes[index] = 0 }
        self.parts = LatencyParts()
        self.rescues = RescueTally()
        self.longestRun = 0
        self.isTouched = false
        return tally
    }

    private mutating func takeUpstreams(_ upstreams: [ArmUpstream]) -> [String: OutcomeCounts] {
        var counted: [String: OutcomeCounts] = [:]
        for (place, upstream) in upstreams.enumerated() {
            let range = place * OutcomeCounters.outcomeCount..<(place + 1) * OutcomeCounters.outcomeCount
            let counts = OutcomeCounts(ordered: self.upstreamOutcomes[range].map(Int64.init))
            if counts.total == 0 { continue }
            // An upstream may stand in the list twice.
            counted[upstream.name, default: OutcomeCounts()].merge(counts)
            for index in range { self.upstreamOutcomes[index] = 0 }
        }
        return counted
    }

    private mutating func takeHistogram() -> LatencyHistogram {
        var counted: [(bucket: Int, count: Int64)] = []
        for bucket in self.latency.indices where self.latency[bucket] > 0 {
            counted.append((bucket, Int64(self.latency[bucket])))
            self.latency[bucket] = 0
        }
        defer { self.sumMicroseconds = 0 }
        do {
            return try LatencyHistogram(sparse: counted, sumMicroseconds: self.sumMicroseconds)
        } catch {
            preconditionFailure("buckets that were counted exist: \(error)")
        }
    }
}
