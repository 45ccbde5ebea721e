import RolloutCore
import Statistics

/// Rules that compare what both versions made of the same requests.
extension Rule where Interval == MirroredCounts {
    /// The engine itself.
    static func pairs(_ name: String, tolerance: Double = 1) -> Rule {
        Rule(name, promise: .ours) {
            var process = DiscordantPairEProcess(tolerance: tolerance)
            return { counts in
                process.fold(
                    canaryOnlyBad: counts.canaryOnly,
                    stableOnlyBad: counts.stableOnly,
                    bothBad: counts.both
                )
                return process.rejects(at: alpha)
            }
        }
    }

    /// The engine of split requests, for which these are no two samples: shown for comparison.
    static func unpairedEvidence(_ name: String) -> Rule {
        Rule(name, begin: Rule<BinaryCounts>.stratified(name).reading(\.unpaired).begin)
    }

    /// McNemar's z test on all pairs so far.
    static func mcNemar(_ name: String, pValue: Double) -> Rule {
        let limit = NormalDistribution.quantile(1 - pValue)
        return Rule(name) {
            var sum = MirroredCounts()
            return { counts in
                sum.add(counts)
                let discordant = Double(sum.canaryOnly + sum.stableOnly)
                return discordant > 0
                    && Double(sum.canaryOnly - sum.stableOnly) / discordant.squareRoot() > limit
            }
        }
    }

    /// The real judge in a step that only mirrors.
    static func judged(_ name: String, _ plan: RolloutPlan) -> Rule {
        Rule(name, promise: .falseRollbacks(atMost: plan.alpha)) {
            var rollout = JudgedRollout(plan: plan)
            return { counts in
                rollout.isRolledBack(canary: counts.canary, stable: counts.stable, share: 0)
            }
        }
    }
}

extension MirroredCounts {
    fileprivate var canary: CohortTally {
        var outcomes = PairOutcomes()
        outcomes[stable: .success, canary: .success] = neither
        outcomes[stable: .success, canary: .serverError] = canaryOnly
        outcomes[stable: .serverError, canary: .success] = stableOnly
        outcomes[stable: .serverError, canary: .serverError] = both
        return CohortTally(detail: CohortDetail(pairs: PairTally(outcomes: outcomes)))
    }

    fileprivate var stable: CohortTally {
        var outcomes = OutcomeCounts()
        outcomes[.success] = neither + canaryOnly
        outcomes[.serverError] = stableOnly + both
        return CohortTally(outcomes: outcomes)
    }
}
