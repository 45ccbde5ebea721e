import RolloutCore

extension Experiment {
    /// The default plan with a warm-up of one interval and a deadline after the last one.
    ///
    /// - Parameter checks: The checks of the plan; those it has by default, without one.
    func plan(_ checks: [Check] = Check.defaults) -> RolloutPlan {
        RolloutPlan(
            intervalSeconds: 10,
            deadlineSeconds: 10 * intervals,
            warmUp: RolloutPlan.WarmUp(seconds: 0, requests: 0),
            checks: checks,
            hardStop: nil
        )
    }

    /// The canary's share by interval: 5, 10, 25 and 50 % in equal steps.
    var ramp: @Sendable (_ interval: Int) -> Double {
        let intervals = intervals
        return { [0.05, 0.1, 0.25, 0.5][min(4 * ($0 - 1) / intervals, 3)] }
    }
}

extension Check {
    /// The whole of α on one check that tolerates nothing, for comparison with rules that tolerate nothing.
    static let strictErrors = Check(name: "errors", comparison: .errorRate(.strict), weight: 1)
    static let strictAborts = Check(name: "aborts", comparison: .clientAborts(.strict), weight: 1)
    static let strictLatency = Check(
        name: "latency",
        comparison: .latency(LatencyComparison(harmRatio: 1, toleranceMilliseconds: 0)),
        weight: 1
    )
}

extension ShareComparison {
    fileprivate static let strict = ShareComparison(harmOddsRatio: 1, minimumDifference: 0)
}
