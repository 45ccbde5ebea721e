import RolloutCore
import Statistics

/// Rules that are the real judge under a plan.
extension Rule where Interval == BinaryCounts {
    /// Bad requests are errors: the judge's check on the error rate.
    static func judgedErrors(_ name: String, _ plan: RolloutPlan) -> Rule {
        judged(name, plan) { bad, all in
            var outcomes = OutcomeCounts()
            outcomes[.success] = all - bad
            outcomes[.serverError] = bad
            return outcomes
        }
    }

    /// Bad requests are those that clients gave up: the judge's check on client aborts.
    static func judgedAborts(_ name: String, _ plan: RolloutPlan) -> Rule {
        judged(name, plan) { bad, all in
            var outcomes = OutcomeCounts()
            outcomes[.success] = all - bad
            outcomes[.clientAborted] = bad
            return outcomes
        }
    }

    private static func judged(
        _ name: String,
        _ plan: RolloutPlan,
        outcomes: @escaping @Sendable (_ bad: Int64, _ all: Int64) -> OutcomeCounts
    ) -> Rule {
        Rule(name, promise: .falseRollbacks(atMost: plan.alpha)) {
            var rollout = JudgedRollout(plan: plan)
            return { counts in
                rollout.isRolledBack(
                    canary: CohortTally(outcomes: outcomes(counts.bad1, counts.all1), milliseconds: 10),
                    stable: CohortTally(outcomes: outcomes(counts.bad0, counts.all0), milliseconds: 10),
                    share: counts.share
                )
            }
        }
    }
}

extension Rule where Interval == LatencyCounts {
    /// The judge's check on latency; no request fails.
    static func judged(_ name: String, _ plan: RolloutPlan) -> Rule {
        Rule(name, promise: .falseRollbacks(atMost: plan.alpha)) {
            var rollout = JudgedRollout(plan: plan)
            return { latencies in
                rollout.isRolledBack(
                    canary: CohortTally(answered: latencies.canary.histogram),
                    stable: CohortTally(answered: latencies.stable.histogram),
                    share: latencies.share
                )
            }
        }
    }
}

extension CohortTally {
    /// Requests of which those that were not given up took the same time.
    fileprivate init(outcomes: OutcomeCounts, milliseconds: Int64) {
        var latency = LatencyHistogram()
        latency.record(microseconds: milliseconds * 1_000, count: outcomes.judged)
        self.init(outcomes: outcomes, latency: latency)
    }

    /// Requests that all succeeded.
    fileprivate init(answered latency: LatencyHistogram) {
        var outcomes = OutcomeCounts()
        outcomes[.success] = latency.count
        self.init(outcomes: outcomes, latency: latency)
    }
}
