/// When do we roll back, when do we go on, when do we wait: the whole rule, top to bottom, first match wins.
package enum RolloutPolicy {
    /// What the loop concludes from one assessment.
    package struct Finding: Hashable, Sendable {
        package let decision: DecisionKind
        /// What the state machine is told; nil when nothing changes.
        package let event: RolloutStateMachine.Event?
        /// One sentence in plain words: what was found and what follows.
        package let reason: String
    }

    /// - Parameter isCatchingUp: Evidence is waiting that isn't in the assessment yet, as after an outage: a loss acts, nothing else does.
    package static func find(_ rollout: Rollout, _ assessment: Assessment, isCatchingUp: Bool = false) -> Finding {
        guard let stage = rollout.state.openStage else { return hold("the rollout has ended") }
        if let loss = rollback(assessment) { return loss }
        if isCatchingUp { return hold("catching up with evidence that is waiting") }
        return giveUp(rollout, assessment) ?? proceed(rollout, stage, assessment)
    }

    // MARK: Roll back

    /// A broken canary is withdrawn at once: in every stage, paused or not, before any sample size or bake time is looked at.
    private static func rollback(_ assessment: Assessment) -> Finding? {
        if let stop = assessment.hardStop, stop.verdict == .fail {
            return Finding(decision: .rollBack, event: .failed(.hardStop), reason: "hard stop: \(stop.message)")
        }
        if let check = assessment.checks.first(where: { $0.mode == .enforced && $0.verdict == .fail }) {
            return Finding(
                decision: .rollBack,
                event: .failed(.check),
                reason: "check '\(check.name)': \(check.message)"
            )
        }
        if let limit = assessment.limits.first(where: { $0.verdict == .fail }) {
            return Finding(decision: .rollBack, event: .failed(.limit), reason: "limit: \(limit.message)")
        }
        return nil
    }

    // MARK: Give up

    /// Evidence that stays missing, unsound or undecided ends the rollout without blame: traffic goes back, the version is inconclusive.
    private static func giveUp(_ rollout: Rollout, _ assessment: Assessment) -> Finding? {
        let plan = rollout.plan
        if assessment.at >= rollout.deadline {
            let missing = missingForPromotion(plan, assessment)
            return Finding(
                decision: .rollBack,
                event: .gaveUp(.deadline),
                reason:
                    "the deadline of \(plan.deadlineSeconds) s passed without a promotion: \(missing ?? "the plan's steps were not done")"
            )
        }
        let conditions: [(MissingEvidencePolicy, Timestamp?, InconclusiveCause, String)] = [
            (plan.onError, assessment.errorSince, .error, "evidence that can't be trusted"),
            (plan.onNoData, assessment.noDataSince, .noData, "no canary requests"),
            (plan.onInconclusive, assessment.inconclusiveSince, .undecided, "no proof either way"),
        ]
        for (policy, since, cause, what) in conditions {
            guard let since, policy.action == .rollback else { continue }
            guard assessment.at.seconds(since: since) >= Double(policy.afterSeconds) else { continue }
            return Finding(
                decision: .rollBack,
                event: .gaveUp(cause),
                reason: "\(what) for \(policy.afterSeconds) s or more"
            )
        }
        return nil
    }

    // MARK: Go on or hold

    private static func proceed(_ rollout: Rollout, _ stage: RolloutState.Stage, _ assessment: Assessment) -> Finding {
        if rollout.state.isPaused { return hold("paused by an operator; guards still act") }
        switch stage {
        case .pending:
            guard assessment.canaryRequests > 0 else { return hold("waiting for the canary's first request to end") }
            return Finding(decision: .advance, event: .canaryAnswered, reason: "the canary answers; warming up")
        case .warming:
            guard assessment.isWarmedUp else { return hold("warming up") }
            return Finding(
                decision: .advance,
                event: .warmedUp,
                reason: "warmed up; judging at \(rollout.canaryWeight)"
            )
        case .awaitingApproval:
            return hold("waiting for an operator's approval (promote)")
        case .progressing(let step):
            return judge(step, of: rollout, assessment)
        }
    }

    private static func judge(_ step: Int, of rollout: Rollout, _ assessment: Assessment) -> Finding {
        let plan = rollout.plan
        let isLast = step == plan.steps.count - 1
        if let since = assessment.errorSince, since <= assessment.at { return hold("the evidence can't be trusted") }
        if assessment.noDataSince != nil { return hold("no canary requests of late") }
        if assessment.stepRequests < Int64(plan.minimumRequests) { return hold("collecting requests") }
        if assessment.at.seconds(since: rollout.stageSince) < Double(plan.bakeSeconds) { return hold("baking") }
        if let stop = assessment.hardStop, stop.verdict == .inconclusive {
            return hold("hard stop in doubt: \(stop.message)")
        }
        if let suspect = assessment.limits.first(where: { $0.verdict == .inconclusive || $0.verdict == .noData }) {
            // Without the counting seconds of its message: a hold is recorded once for each reason.
            return hold("limit in doubt: \(suspect.limit.metric.rawValue)")
        }
        if isLast, let missing = missingForPromotion(plan, assessment) { return hold(missing) }
        let next =
            isLast ? "everything the plan asks for is shown" : "nothing was violated at \(plan.steps[step].weight)"
        let decision: DecisionKind = plan.steps[step].approval || !isLast ? .advance : .promote
        return Finding(decision: decision, event: .stepCompleted(step: step), reason: next)
    }

    /// What still stands between the canary and its promotion; nil when nothing does.
    private static func missingForPromotion(_ plan: RolloutPlan, _ assessment: Assessment) -> String? {
        if assessment.canaryRequests == 0 { return "the canary never got a request" }
        let required = assessment.checks.filter { $0.mode == .enforced && $0.required }
        let open = required.filter { check in
            switch (plan.promotion, check.verdict) {
            case (.nonInferiority, .pass), (.noViolation, .pass), (.noViolation, .inconclusive): false
            case (.nonInferiority, .inconclusive), (_, .fail), (_, .noData), (_, .error), (_, .warming): true
            }
        }
        guard !open.isEmpty else { return nil }
        return "no proof yet: " + open.map(\.name).joined(separator: ", ")
    }

    private static func hold(_ reason: String) -> Finding {
        Finding(decision: .hold, event: nil, reason: reason)
    }
}
