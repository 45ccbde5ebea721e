import Statistics

/// How stable is watched: how seldom an alarm may be false, and when something that began counts as lasting.
package struct WatchSettings: Hashable, Sendable, Codable {
    /// Mean time between false alarms over everything that is watched, in minutes, at least; 1 440…5 256 000.
    package var minutesBetweenFalseAlarms: Double
    /// Minutes with traffic from which a normal level is learnt before a thing is watched; half of them find out where its values lie.
    package var referenceMinutes: Int
    /// Units, requests or rows, that the level is learnt from at least.
    package var referenceUnits: Int64
    /// A finding is lasting when it held in `lastingBreaches` of the last `lastingMinutes` minutes with traffic, at most 120.
    package var lastingBreaches: Int
    package var lastingMinutes: Int
    /// It is over when at most three in ten of the last `quietMinutes` minutes with traffic are bad and all together aren't; 1…`lastingMinutes`.
    package var quietMinutes: Int
    /// A finding that has been lasting for so many minutes is the new normal, and is learnt anew; 0 never does that.
    package var relearnMinutes: Int
    /// A comparison with the baseline covers so many minutes at least.
    package var baselineMinutes: Int
    /// Values that stable must keep whatever its past is; outside the bound on false alarms.
    package var limits: [WatchLimit]
    package var thresholds: DriftThresholds
    package var tolerance: ConstraintTolerance

    package init(
        minutesBetweenFalseAlarms: Double = 43_200,
        referenceMinutes: Int = 60,
        referenceUnits: Int64 = 1_000,
        lastingBreaches: Int = 20,
        lastingMinutes: Int = 30,
        quietMinutes: Int = 10,
        relearnMinutes: Int = 1_440,
        baselineMinutes: Int = 60,
        limits: [WatchLimit] = [],
        thresholds: DriftThresholds = .init(),
        tolerance: ConstraintTolerance = .init()
    ) {
        self.minutesBetweenFalseAlarms = minutesBetweenFalseAlarms
        self.referenceMinutes = referenceMinutes
        self.referenceUnits = referenceUnits
        self.lastingBreaches = lastingBreaches
        self.lastingMinutes = lastingMinutes
        self.quietMinutes = quietMinutes
        self.relearnMinutes = relearnMinutes
        self.baselineMinutes = baselineMinutes
        self.limits = limits
        self.thresholds = thresholds
        self.tolerance = tolerance
    }
}

/// A value that stable must not exceed in too many minutes.
package struct WatchLimit: Hashable, Sendable, Codable {
    package enum Metric: String, Hashable, Sendable, Codable, CaseIterable {
        case errorRate, meanLatency, p50Latency, p90Latency, p95Latency, p99Latency
    }

    package var metric: Metric
    /// Milliseconds for latencies, a share in 0…1 for the error rate.
    package var above: Double
    /// Broken when exceeded in `breaches` of the last `of` minutes with enough requests; 1…`of`, `of` at most 60.
    package var breaches: Int
    package var of: Int
    /// A minute with fewer requests is left out.
    package var minimumRequests: Int64

    package init(metric: Metric, above: Double, breaches: Int = 1, of: Int = 1, minimumRequests: Int64 = 20) {
        self.metric = metric
        self.above = above
        self.breaches = breaches
        self.of = of
        self.minimumRequests = minimumRequests
    }

    /// In the limit's unit; nil with too few requests.
    func value(of tally: CohortTally) -> Double? {
        let latency = tally.latency
        guard tally.outcomes.judged >= self.minimumRequests else { return nil }
        switch self.metric {
        case .errorRate: return tally.outcomes.errorShare
        case .meanLatency: return latency.mean.map { $0 / 1_000 }
        case .p50Latency: return latency.quantile(0.5).map { $0 / 1_000 }
        case .p90Latency: return latency.quantile(0.9).map { $0 / 1_000 }
        case .p95Latency: return latency.quantile(0.95).map { $0 / 1_000 }
        case .p99Latency: return latency.quantile(0.99).map { $0 / 1_000 }
        }
    }
}
