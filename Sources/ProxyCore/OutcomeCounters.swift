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
        /// Requests in a row, up to now, for which no connection could be made.
        var trailingRun: Int64 = 0
        var longestRun: Int64 = 0
        var isTouched = false
    }

    private let keys: [TelemetryCell.Key]
    /// The place in `arms` of each arm of the table; -1 before its first request.
    private var places: [Int32]
    private var arms: [Arm] = []
    private var armOfPlace: [Int32] = []

    /// - Parameter predecessor: Runs of connection failures go on in the arms that both tables have.
    package init(table: RouteTable, continuing predecessor: OutcomeCounters? = nil) {
        self.keys = table.arms.map(\.key)
        self.places = Array(repeating: -1, count: self.keys.count)
        guard let predecessor else { return }
        for (place, arm) in predecessor.arms.enumerated() where arm.trailingRun > 0 {
            let key = predecessor.keys[Int(predecessor.armOfPlace[place])]
            guard let index = self.keys.firstIndex(of: key) else { continue }
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
    /// - Parameter microseconds: From the complete head to the last byte of the answer.
    package mutating func record(arm index: Int, outcome: Outcome, microseconds: Int64) {
        let place = self.place(of: index)
        self.arms[place].isTouched = true
        self.arms[place].outcomes[outcome.rawValue] &+= 1
        switch outcome {
        case .clientAborted, .gatewayFailure: return  // Says nothing about the version, nor about its connections.
        case .connectFailure:
            self.arms[place].trailingRun += 1
            self.arms[place].longestRun = max(self.arms[place].longestRun, self.arms[place].trailingRun)
        case .success, .clientError, .serverError, .timeout, .upstreamFailure: self.arms[place].trailingRun = 0
        }
        self.arms[place].latency[LatencyHistogram.bucket(microseconds: microseconds)] &+= 1
        self.arms[place].sumMicroseconds += microseconds
    }

    /// Takes out what was counted since the last time; only arms that had requests.
    package mutating func drain() -> [TelemetryCell] {
        var cells: [TelemetryCell] = []
        for place in self.arms.indices where self.arms[place].isTouched {
            cells.append(
                TelemetryCell(key: self.keys[Int(self.armOfPlace[place])], tally: self.arms[place].takeTally())
            )
        }
        return cells
    }

    private mutating func place(of index: Int) -> Int {
        if self.places[index] >= 0 { return Int(self.places[index]) }
        self.arms.append(Arm())
        self.armOfPlace.append(Int32(index))
        self.places[index] = Int32(self.arms.count - 1)
        return self.arms.count - 1
    }
}

extension OutcomeCounters.Arm {
    fileprivate mutating func takeTally() -> CohortTally {
        let tally = CohortTally(
            outcomes: OutcomeCounts(ordered: self.outcomes.map(Int64.init)),
            latency: self.takeHistogram(),
            connectFailureRun: self.longestRun,
            assigned: Int64(self.assigned)
        )
        self.assigned = 0
        for index in self.outcomes.indices { self.outcomes[index] = 0 }
        self.longestRun = 0
        self.isTouched = false
        return tally
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
