package import RolloutCore
import Statistics

/// The requests that a gateway has counted since it was started, for those who watch it; what is judged goes another way.
package struct TrafficTotals: Equatable, Sendable {
    package struct Key: Hashable, Sendable {
        package let model: ModelName
        package let version: VersionName
        package let cohort: Cohort

        package init(model: ModelName, version: VersionName, cohort: Cohort) {
            self.model = model
            self.version = version
            self.cohort = cohort
        }
    }

    package struct Total: Equatable, Sendable {
        package var outcomes = OutcomeCounts()
        /// Of each bucket of `durationBounds`, and of what is longer.
        package var durations = [Int64](repeating: 0, count: TrafficTotals.durationBounds.count + 1)
        package var sumMicroseconds: Int64 = 0
        /// Requests that stable answered after the canary had failed.
        package var rescues = RescueTally()
        /// Copies that the canary got, and those that it didn't.
        package var mirrored: Int64 = 0
        package var droppedCopies: Int64 = 0
        /// The number of the addition that changed it last.
        fileprivate var changed = 0
    }

    /// Upper ends of the buckets of durations, in seconds; what is counted there is within 2 % of them.
    package static let durationBounds = [
        0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60,
    ]

    private let limit: Int
    package private(set) var byKey: [Key: Total] = [:]
    private var additions = 0

    /// - Parameter limit: Of cohorts of versions; beyond it the one that was quiet for longest is forgotten.
    package init(limit: Int = 256) { self.limit = limit }

    package mutating func add(_ cells: [TelemetryCell]) {
        self.additions += 1
        for cell in cells {
            let key = Key(model: cell.key.model, version: cell.key.version, cohort: cell.key.cohort)
            if self.byKey[key] == nil, self.byKey.count >= self.limit { self.forgetOne() }
            self.byKey[key, default: Total()].add(cell.tally, as: self.additions)
        }
    }

    private mutating func forgetOne() {
        guard let quietest = self.byKey.min(by: { $0.value.changed < $1.value.changed }) else { return }
        self.byKey[quietest.key] = nil
    }

    /// The place in `durations` of each bucket of a latency histogram.
    fileprivate static let places = (0..<LatencyHistogram.bucketCount).map { bucket in
        let seconds = LatencyHistogram.upperBound(of: bucket) / 1e6
        // A bucket that holds a bound within its 2 % counts as below it.
        return durationBounds.firstIndex { seconds <= $0 * 1.02 } ?? durationBounds.count
    }
}

extension TrafficTotals.Total {
    fileprivate mutating func add(_ tally: CohortTally, as addition: Int) {
        self.changed = addition
        self.outcomes.merge(tally.outcomes)
        self.sumMicroseconds &+= tally.latency.sumMicroseconds
        self.rescues.merge(tally.detail.rescues)
        if let pairs = tally.detail.pairs {
            self.mirrored += pairs.outcomes.total + pairs.abandoned
            self.droppedCopies += pairs.dropped
        }
        for (bucket, count) in tally.latency.counts.enumerated() where count > 0 {
            self.durations[TrafficTotals.places[bucket]] += count
        }
    }
}
