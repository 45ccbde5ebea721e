import RolloutCore
import Statistics

/// Rules that count failures of keys.
extension Rule where Interval == PlaceFailures {
    /// The judge's check on the error rate where assignment sticks to keys: it looks at which places failed.
    static func judged(_ name: String, _ plan: RolloutPlan) -> Rule {
        Rule(name, promise: .falseRollbacks(atMost: plan.alpha)) {
            var rollout = JudgedRollout(plan: plan)
            return { interval in
                let counts = interval.byRequest
                let failed = interval.failures.map { Place(number: Int32($0.place)) }
                return rollout.isRolledBack(
                    canary: CohortTally(
                        failing: counts.bad1,
                        of: counts.all1,
                        places: failed.filter { Int($0.number) < interval.canaryPlaces }
                    ),
                    stable: CohortTally(
                        failing: counts.bad0,
                        of: counts.all0,
                        places: failed.filter { Int($0.number) >= interval.canaryPlaces }
                    ),
                    share: counts.share
                )
            }
        }
    }

    /// A rule without a promise on failing requests, or on failing keys.
    static func unpromised(
        _ rule: Rule<BinaryCounts>,
        _ counts: @escaping @Sendable (PlaceFailures) -> BinaryCounts
    ) -> Rule {
        Rule(rule.name, begin: rule.reading(counts).begin)
    }
}

extension CohortTally {
    fileprivate init(failing: Int64, of requests: Int64, places: [Place]) {
        var outcomes = OutcomeCounts()
        outcomes[.success] = requests - failing
        outcomes[.serverError] = failing
        self.init(outcomes: outcomes, detail: CohortDetail(keys: KeyTally(failed: PlaceSet(places))))
    }
}
