import RolloutCore
import Statistics

/// 2026-01-01 00:00:00 UTC, the start of every interval used here.
let origin = Timestamp(seconds: 1_767_225_600)

func basisPoints(_ number: Int) -> Weight {
    guard let weight = try? Weight(basisPoints: number) else { preconditionFailure("\(number) is no weight") }
    return weight
}

func modelName(_ text: String) -> ModelName {
    guard let name = try? ModelName(text) else { preconditionFailure("\(text) is no model name") }
    return name
}

func versionName(_ text: String) -> VersionName {
    guard let name = try? VersionName(text) else { preconditionFailure("\(text) is no version name") }
    return name
}

extension RolloutPlan {
    /// A plan without a warm-up to wait for, whose checks are judged from the second interval on.
    static func fixture(
        steps: [Step] = [Step(weight: .fivePercent)],
        warmUp: WarmUp = WarmUp(seconds: 0, requests: 0),
        promotion: PromotionRule = .nonInferiority,
        checks: [Check] = Array(Check.defaults.prefix(2)),
        limits: [AbsoluteLimit] = [],
        assignment: AssignmentRule = .perRequest,
        baseline: Bool = false
    ) -> RolloutPlan {
        RolloutPlan(
            steps: steps,
            bakeSeconds: 60,
            minimumRequests: 100,
            deadlineSeconds: 3_600,
            warmUp: warmUp,
            promotion: promotion,
            checks: checks,
            limits: limits,
            assignment: assignment,
            baseline: baseline
        )
    }
}

extension Check {
    static func errorRate(_ rule: ShareComparison = ShareComparison(), mode: Mode = .enforced) -> Check {
        Check(name: "error-rate", comparison: .errorRate(rule), mode: mode, weight: 1)
    }

    static func latency(_ rule: LatencyComparison = LatencyComparison()) -> Check {
        Check(name: "latency", comparison: .latency(rule), weight: 1)
    }
}

extension OutcomeCounts {
    /// `requests` judged ones, of which `errors` are server errors.
    static func fixture(requests: Int64, errors: Int64 = 0) -> OutcomeCounts {
        var counts = OutcomeCounts()
        counts[.success] = requests - errors
        counts[.serverError] = errors
        return counts
    }
}

extension CohortTally {
    /// Requests that all took the same time.
    static func fixture(requests: Int64, errors: Int64 = 0, milliseconds: Double = 10) -> CohortTally {
        var latency = LatencyHistogram()
        latency.record(microseconds: Int64(milliseconds * 1_000), count: requests)
        return CohortTally(outcomes: .fixture(requests: requests, errors: errors), latency: latency)
    }
}

extension EvidenceStratum {
    /// The stratum of the `interval`th ten seconds after `origin`.
    static func fixture(
        interval: Int,
        tick: Int? = nil,
        generation: Int64 = 1,
        weight: Weight = .fivePercent,
        canary: CohortTally = .init(),
        stable: CohortTally = .init(),
        dropped: Int64 = 0
    ) -> EvidenceStratum {
        EvidenceStratum(
            tick: Int64(tick ?? interval + 1),
            intervalStart: moment(ofInterval: interval),
            generation: generation,
            canaryWeight: weight,
            canary: canary,
            stable: stable,
            droppedRequests: dropped
        )
    }

    /// A healthy interval at 5 %.
    static func healthy(interval: Int, tick: Int? = nil, dropped: Int64 = 0) -> EvidenceStratum {
        .fixture(
            interval: interval,
            tick: tick,
            canary: .fixture(requests: 100, errors: 1),
            stable: .fixture(requests: 1_900, errors: 19),
            dropped: dropped
        )
    }
}

func moment(ofInterval interval: Int) -> Timestamp { origin.adding(seconds: Double(10 * interval)) }

extension Judge {
    /// What the judge says right after the last of `intervals` intervals.
    func assess(afterIntervals intervals: Int, stepGeneration: Int64 = 1) -> Assessment {
        self.assess(
            now: moment(ofInterval: intervals),
            recent: RecentEvidence(),
            stepGeneration: stepGeneration,
            rolloutStart: origin
        )
    }

    static func folding(_ strata: [EvidenceStratum], plan: RolloutPlan) -> Judge {
        var judge = Judge(plan: plan)
        for stratum in strata { judge.fold(stratum) }
        return judge
    }
}

extension Rollout {
    static func fixture(state: RolloutState, plan: RolloutPlan = .fixture(), stageSince: Timestamp = origin) -> Rollout
    {
        Rollout(
            id: RolloutID(1),
            model: modelName("digits"),
            canary: versionName("2"),
            stable: versionName("1"),
            plan: plan,
            salt: Salt(high: 1, low: 2),
            machine: RolloutStateMachine(state: state, steps: plan.steps),
            startedAt: origin,
            stageSince: stageSince,
            stepGeneration: 1
        )
    }
}
