/// When a plan is where at a given rate of requests, if nothing holds it: the way of a canary that is as good as stable.
struct PlanTimeline: Hashable, Sendable {
    /// One step.
    struct Phase: Hashable, Sendable {
        /// Since the rollout began, in seconds; of the last one, the end is the deadline.
        let start: Double
        let end: Double
        /// The canary's of the requests of clients, in [0, 1).
        let share: Double
        /// The canary's of all that it is asked, mirrored requests included; in (0, 1].
        let asked: Double
    }

    let phases: [Phase]
    let warmUpSeconds: Double
    /// Until the last step has had its bake time and requests, in seconds; what proofs take comes on top.
    let leastSeconds: Double
    let requestsPerSecond: Double
    let deadlineSeconds: Double
    /// Whether the canary is compared with as many requests as it has itself.
    let hasBaseline: Bool

    /// - Parameter requestsPerSecond: Above 0.
    init(_ plan: RolloutPlan, requestsPerSecond: Double) {
        let first = plan.steps.first.map(Self.asked) ?? 1
        self.hasBaseline = plan.baseline
        self.requestsPerSecond = requestsPerSecond
        self.deadlineSeconds = Double(plan.deadlineSeconds)
        self.warmUpSeconds =
            max(Double(plan.warmUp.seconds), Double(plan.warmUp.requests) / (requestsPerSecond * first))
            + Double(plan.intervalSeconds)
        var now = self.warmUpSeconds
        var phases: [Phase] = []
        for step in plan.steps {
            let asked = Self.asked(step)
            let needed = Double(plan.minimumRequests) / (requestsPerSecond * asked)
            let end = now + max(Double(plan.bakeSeconds), needed)
            phases.append(Phase(start: now, end: end, share: step.weight.share, asked: asked))
            now = end
        }
        self.leastSeconds = now
        if let last = phases.popLast() {
            phases.append(
                Phase(
                    start: last.start,
                    end: max(last.end, self.deadlineSeconds),
                    share: last.share,
                    asked: last.asked
                )
            )
        }
        self.phases = phases
    }

    /// The share of the model's requests that the canary is asked in a step: its own, and copies of the others.
    private static func asked(_ step: RolloutPlan.Step) -> Double {
        step.weight.share + step.weight.complement.share * (step.mirror?.share ?? 0)
    }

    var last: Phase? { self.phases.last }

    /// Requests that clients make of the canary from the end of the warm-up until `moment`, in seconds since the rollout began.
    func canaryRequests(until moment: Double) -> Double {
        self.phases.reduce(0) { sum, phase in
            let seconds = max(0, min(moment, phase.end) - phase.start)
            return sum + seconds * self.requestsPerSecond * phase.share
        }
    }

    /// Requests that the canary's are compared with, for each one of them, until the deadline.
    var stablePerCanary: Double {
        if self.hasBaseline { return 1 }
        let canary = self.canaryRequests(until: self.deadlineSeconds)
        let seconds = self.phases.reduce(0) { sum, phase in
            phase.share > 0 ? sum + max(0, min(self.deadlineSeconds, phase.end) - phase.start) : sum
        }
        return canary > 0 ? max(0, seconds * self.requestsPerSecond - canary) / canary : 1
    }

    /// Seconds from the end of the warm-up until so many canary requests have come; nil when that is after the deadline.
    func seconds(untilCanaryRequests requests: Double) -> Double? {
        var left = requests
        for phase in self.phases {
            let rate = self.requestsPerSecond * phase.share
            let there = max(0, min(phase.end, self.deadlineSeconds) - phase.start) * rate
            if rate > 0, left <= there { return phase.start - self.warmUpSeconds + left / rate }
            left -= there
        }
        return nil
    }
}
