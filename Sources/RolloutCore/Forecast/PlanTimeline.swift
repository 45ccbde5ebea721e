/// When a plan is where at a given rate of requests, if nothing holds it: the way of a canary that is as good as stable.
struct PlanTimeline: Hashable, Sendable {
    /// One step.
    struct Phase: Hashable, Sendable {
        /// Since the rollout began, in seconds; of the last one, the end is the deadline.
        let start: Double
        let end: Double
        /// The canary's, in (0, 1).
        let share: Double
    }

    let phases: [Phase]
    let warmUpSeconds: Double
    /// Until the last step has had its bake time and requests, in seconds; what proofs take comes on top.
    let leastSeconds: Double
    let requestsPerSecond: Double
    let deadlineSeconds: Double

    /// - Parameter requestsPerSecond: Above 0.
    init(_ plan: RolloutPlan, requestsPerSecond: Double) {
        let first = plan.steps.first?.weight.share ?? 1
        self.requestsPerSecond = requestsPerSecond
        self.deadlineSeconds = Double(plan.deadlineSeconds)
        self.warmUpSeconds =
            max(Double(plan.warmUp.seconds), Double(plan.warmUp.requests) / (requestsPerSecond * first))
            + Double(plan.intervalSeconds)
        var now = self.warmUpSeconds
        var phases: [Phase] = []
        for step in plan.steps {
            let needed = Double(plan.minimumRequests) / (requestsPerSecond * step.weight.share)
            let end = now + max(Double(plan.bakeSeconds), needed)
            phases.append(Phase(start: now, end: end, share: step.weight.share))
            now = end
        }
        self.leastSeconds = now
        if let last = phases.popLast() {
            phases.append(Phase(start: last.start, end: max(last.end, self.deadlineSeconds), share: last.share))
        }
        self.phases = phases
    }

    var last: Phase? { self.phases.last }

    /// Canary requests from the end of the warm-up until `moment`, in seconds since the rollout began.
    func canaryRequests(until moment: Double) -> Double {
        self.phases.reduce(0) { sum, phase in
            let seconds = max(0, min(moment, phase.end) - phase.start)
            return sum + seconds * self.requestsPerSecond * phase.share
        }
    }

    /// Stable's requests for each one of the canary, until the deadline.
    var stablePerCanary: Double {
        let canary = self.canaryRequests(until: self.deadlineSeconds)
        let seconds = max(0, self.deadlineSeconds - self.warmUpSeconds)
        return canary > 0 ? max(0, seconds * self.requestsPerSecond - canary) / canary : 1
    }

    /// Seconds from the end of the warm-up until so many canary requests have come; nil when that is after the deadline.
    func seconds(untilCanaryRequests requests: Double) -> Double? {
        var left = requests
        for phase in self.phases {
            let rate = self.requestsPerSecond * phase.share
            let there = max(0, min(phase.end, self.deadlineSeconds) - phase.start) * rate
            if left <= there { return phase.start - self.warmUpSeconds + left / rate }
            left -= there
        }
        return nil
    }
}
