/// One thing that is watched.
package struct WatchSubject: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package enum Aspect: String, Hashable, Sendable, Codable, CaseIterable {
        // Of stable's requests.
        case errorRate, clientAborts, latency
        /// A value of `WatchSettings.limits`.
        case limit
        // Of its payloads.
        case invalidOutputs, missingValues, mistypedValues, unseenWords, valuesOutOfRange
        /// A signal's values, held against their own past …
        case distribution
        /// … and against the baseline.
        case baselineDistribution
        // Of rows whose labels came.
        case accuracy, absoluteError, labels
    }

    package let aspect: Aspect
    /// Nil where the aspect is about no signal.
    package let signal: SignalName?
    /// The limit's metric, of a limit.
    package let limit: WatchLimit.Metric?

    package init(_ aspect: Aspect, signal: SignalName? = nil, limit: WatchLimit.Metric? = nil) {
        self.aspect = aspect
        self.signal = signal
        self.limit = limit
    }

    package var description: String {
        let detail = self.signal.map(\.text) ?? self.limit?.rawValue
        return detail.map { "\(self.aspect.rawValue) of '\($0)'" } ?? self.aspect.rawValue
    }

    package static func < (a: Self, b: Self) -> Bool { a.description < b.description }
}

extension WatchSubject.Aspect {
    /// The part of the false alarms that things of this aspect may make together; all parts sum to 1.
    var budgetShare: Double {
        switch self {
        case .errorRate: 0.25
        case .latency: 0.15
        case .clientAborts: 0.05
        case .limit: 0
        case .invalidOutputs: 0.05
        case .missingValues: 0.05
        case .mistypedValues: 0.025
        case .unseenWords: 0.025
        case .valuesOutOfRange: 0.025
        case .distribution: 0.125
        case .baselineDistribution: 0.05
        case .accuracy: 0.1
        case .absoluteError: 0.05
        case .labels: 0.05
        }
    }

    /// The least change of a share of units that is worth a finding.
    var leastChange: Double {
        switch self {
        case .errorRate, .clientAborts: 0.002
        case .latency: 0.01
        case .limit, .baselineDistribution: 0
        case .invalidOutputs, .missingValues, .mistypedValues, .unseenWords, .valuesOutOfRange: 0.005
        case .distribution, .labels: 0.05
        case .accuracy: 0.02
        case .absoluteError: 0.03
        }
    }
}
