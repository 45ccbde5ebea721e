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

    /// - Parameter inputs: What the assessment was made of, and where the rollout stood.
    package static func find(_ plan: RolloutPlan, _ inputs: JudgementInputs, _ assessment: Assessment) -> Finding {
        guard let stage = inputs.state.openStage else { return hold("the rollout has ended") }
        guard plan.steps.indices.contains(stage.step) else { return hold("the plan has no step \(stage.step + 1)") }
        if let trip = inputs.trip { return follow(trip) }
        if let loss = rollback(assessment) { return loss }
        if inputs.isCatchingUp { return hold("catching up with evidence that is waiting") }
        return giveUp(plan, inputs, assessment) ?? proceed(plan, inputs, stage, assessment)
    }

    // MARK: Roll back

    /// A gateway has sent the canary nothing since: what it did is never undone by a look at the numbers.
    private static func follow(_ trip: Trip) -> Finding {
        Finding(decision: .rollBack, event: .failed(trip.cause.rollback), reason: trip.reason)
    }

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
    private static func giveUp(
        _ plan: RolloutPlan,
        _ inputs: JudgementInputs,
        _ assessment: Assessment
    ) -> Finding? {
        if assessment.at.seconds(since: inputs.rolloutStart) >= Double(plan.deadlineSeconds) {
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
        return missingData(plan, assessment)
    }

    /// A check may ask for an end of its own when it has nothing to judge.
    private static func missingData(_ plan: RolloutPlan, _ assessment: Assessment) -> Finding? {
        let check = assessment.checks.first { check in
            guard check.mode == .enforced, check.onNoData == .rollback, let since = check.noDataSince else {
                return false
            }
            return assessment.at.seconds(since: since) >= Double(plan.onNoData.afterSeconds)
        }
        return check.map {
            Finding(decision: .rollBack, event: .gaveUp(.noData), reason: "check '\($0.name)': \($0.message)")
        }
    }

    // MARK: Go on or hold

    private static func proceed(
        _ plan: RolloutPlan,
        _ inputs: JudgementInputs,
        _ stage: RolloutState.Stage,
        _ assessment: Assessment
    ) -> Finding {
        if inputs.state.isPaused { return hold("paused by an operator; guards still act") }
        switch stage {
        case .pending:
            guard assessment.canaryRequests > 0 else { return hold("waiting for the canary's first request to end") }
            return Finding(decision: .advance, event: .canaryAnswered, reason: "the canary answers; warming up")
        case .warming:
            guard assessment.isWarmedUp else { return hold("warming up") }
            return Finding(
                decision: .advance,
                event: .warmedUp,
                reason: "warmed up; judging at \(plan.steps[stage.step].inWords)"
            )
        case .awaitingApproval:
            return hold("waiting for an operator's approval (promote)")
        case .progressing(let step):
            return judge(step, plan, inputs, assessment)
        }
    }

    private static func judge(
        _ step: Int,
        _ plan: RolloutPlan,
        _ inputs: JudgementInputs,
        _ assessment: Assessment
    ) -> Finding {
        let isLast = step == plan.steps.count - 1
        if let since = assessment.errorSince, since <= assessment.at { return hold("the evidence can't be trusted") }
        if assessment.noDataSince != nil { return hold("no canary requests of late") }
        if assessment.stepRequests < Int64(plan.minimumRequests) { return hold("collecting requests") }
        if assessment.at.seconds(since: inputs.stageSince) < Double(plan.bakeSeconds) { return hold("baking") }
        if let saturation = assessment.saturation, saturation.isTooMuch {
            return hold("the canary can't take its share: its limit of requests in flight turns too many away")
        }
        if let stop = assessment.hardStop, stop.verdict == .inconclusive {
            return hold("hard stop in doubt: \(stop.message)")
        }
        // Limits are about what clients get of the canary: while none do, there is nothing to measure.
        let isShadow = plan.steps[step].isShadow
        if let suspect = assessment.limits.first(where: { limit in
            limit.verdict == .inconclusive || limit.verdict == .noData && !isShadow
        }) {
            // Without the counting seconds of its message: a hold is recorded once for each reason.
            return hold("limit in doubt: \(suspect.limit.metric.rawValue)")
        }
        if let warning = assessment.checks.first(where: { $0.mode == .warning && $0.verdict == .fail }) {
            return hold("warning of check '\(warning.name)'")
        }
        if let broken = brokenStable(plan, assessment) { return broken }
        if isLast, let missing = missingForPromotion(plan, assessment) { return hold(missing) }
        let next =
            isLast ? "everything the plan asks for is shown" : "nothing was violated at \(plan.steps[step].inWords)"
        let decision: DecisionKind = plan.steps[step].approval || !isLast ? .advance : .promote
        return Finding(decision: decision, event: .stepCompleted(step: step), reason: next)
    }

    /// Beside a broken stable every canary looks good and none is to blame; for a while the rollout waits, then only proof counts.
    private static func brokenStable(_ plan: RolloutPlan, _ assessment: Assessment) -> Finding? {
        guard let rule = plan.stableGuard, let since = assessment.stable?.brokenSince else { return nil }
        if assessment.at.seconds(since: since) < Double(rule.holdSeconds) {
            return hold("stable itself is broken: the canary isn't blamed")
        }
        let unproven = assessment.checks.first { $0.mode == .enforced && $0.required && $0.verdict != .pass }
        return unproven.map { hold("stable itself is broken, and the canary is without proof: \($0.name)") }
    }

    /// What still stands between the canary and its promotion; nil when nothing does.
    private static func missingForPromotion(_ plan: RolloutPlan, _ assessment: Assessment) -> String? {
        if assessment.canaryRequests == 0 { return "the canary never got a request" }
        let required = assessment.checks.filter { $0.mode == .enforced && $0.required }
        let open = required.filter { check in
            if check.verdict == .noData, check.onNoData == .ignore { return false }
            return switch (plan.promotion, check.verdict) {
            case (.nonInferiority, .pass), (.noViolation, .pass), (.noViolation, .inconclusive): false
            case (.nonInferiority, .inconclusive), (_, .fail), (_, .noData), (_, .error), (_, .warming): true
            }
        }
        if !open.isEmpty { return "no proof yet: " + open.map(\.name).joined(separator: ", ") }
        // What can be seen of stable and can't of the canary may be what is wrong with it.
        let blind = assessment.checks.filter { $0.mode == .enforced && $0.onNoData != .ignore && $0.isBlindToCanary }
        guard !blind.isEmpty else { return nil }
        return "nothing of the canary to judge, though there is of stable: " + blind.map(\.name).joined(separator: ", ")
    }

    private static func hold(_ reason: String) -> Finding {
        Finding(decision: .hold, event: nil, reason: reason)
    }
}
