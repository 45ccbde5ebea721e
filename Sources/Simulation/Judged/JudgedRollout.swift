import RolloutCore
import Statistics

/// The real thing: a rollout whose evidence goes through the judge and whose findings through the policy.
///
/// The only place here that knows how the decision loop works.
struct JudgedRollout {
    private var judge: Judge
    private let rollout: Rollout
    private var interval: Int64 = 0
    /// The route changes with every weight.
    private var generation: Int64 = 0
    private var weight: Weight?

    init(plan: RolloutPlan) {
        judge = Judge(plan: plan)
        rollout = Self.rollout(plan)
    }

    /// Takes in one interval and says whether the policy rolls back because of it.
    mutating func isRolledBack(canary: CohortTally, stable: CohortTally, share: Double) -> Bool {
        let weight = Self.weight(ofShare: share)
        if weight != self.weight { generation += 1 }
        self.weight = weight
        let start = rollout.startedAt.adding(seconds: Double(interval * Int64(rollout.plan.intervalSeconds)))
        interval += 1
        judge.fold(
            EvidenceStratum(
                tick: interval,
                intervalStart: start,
                generation: generation,
                canaryWeight: weight,
                canary: canary,
                stable: stable
            )
        )
        let assessment = judge.assess(
            now: start.adding(seconds: Double(rollout.plan.intervalSeconds)),
            recent: RecentEvidence(),
            stepGeneration: 1,
            rolloutStart: rollout.startedAt
        )
        guard case .failed = RolloutPolicy.find(rollout, assessment).event else { return false }
        return true
    }

    private static func weight(ofShare share: Double) -> Weight {
        guard let weight = try? Weight(basisPoints: Int((share * 10_000).rounded())) else {
            preconditionFailure("a share lies in 0…1")
        }
        return weight
    }

    private static func rollout(_ plan: RolloutPlan) -> Rollout {
        guard let model = try? ModelName("simulated"), let canary = try? VersionName("canary"),
            let stable = try? VersionName("stable")
        else { preconditionFailure("the names follow the rules of names") }
        let start = Timestamp(seconds: 1_767_225_600)
        return Rollout(
            id: RolloutID(1),
            model: model,
            canary: canary,
            stable: stable,
            plan: plan,
            salt: Salt(high: 0, low: 0),
            machine: RolloutStateMachine(state: .running(.progressing(step: 0)), steps: plan.steps),
            startedAt: start,
            stageSince: start,
            stepGeneration: 1
        )
    }
}
