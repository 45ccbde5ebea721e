import ControlWire
import RolloutCore

/// Why the loop decides as it does: every number it looks at, beside the number it is held against.
struct ExplainReport {
    let rollout: RolloutResponse
    /// Any order.
    let decisions: [DecisionResponse]
    /// Of the canary at present; nil when it has none.
    let canaryRequestsPerSecond: Double?
    let decisionLimit: Int
    let now: Timestamp
    let painter: Painter

    func lines() -> [String] {
        var sections = [self.head(), self.guarantee()]
        if let finding = self.rollout.finding {
            sections.append(self.waiting(finding))
            sections += finding.assessment.checks.map(self.describe)
            sections.append(self.beside(finding.assessment))
        } else {
            sections.append(["The loop has not judged this rollout yet."])
        }
        sections.append(self.history())
        return Array(sections.filter { !$0.isEmpty }.joined(separator: [""]))
    }

    // MARK: What it is about

    private func head() -> [String] {
        let headline = RolloutHeadline(self.rollout.state)
        let title =
            "Rollout \(self.rollout.id) of \(self.rollout.model): canary \(self.rollout.canary) against stable \(self.rollout.stable)"
        var state = self.painter.paint(headline.labelled, headline.ink)
        if let step = self.rollout.state.step {
            let deadline = Figures.duration(seconds: self.rollout.deadline.seconds(since: self.now))
            state +=
                ", step \(step) of \(self.rollout.plan.steps.count) at \(self.rollout.canaryWeight), deadline in \(deadline)"
        }
        return [self.painter.paint(title, .strong), state]
    }

    private func guarantee() -> [String] {
        let plan = self.rollout.plan
        return [
            "Guarantee: P(any false statistical rollback in this rollout) ≤ \(Figures.level(plan.alpha)), over all checks and all looks;",
            "           hard stops and limits stand outside this bound.",
            plan.promotion == .nonInferiority
                ? "           P(promotion although worse than the margin of a required check) ≤ \(Figures.level(plan.promotionAlpha))."
                : "           Promotion asks for no proof: time and requests without a violation are enough (noViolation).",
        ]
    }

    // MARK: What it waits for

    private func waiting(_ finding: FindingResponse) -> [String] {
        guard self.rollout.state.isOpen else { return ["Last finding: \(finding.reason)"] }
        let assessment = finding.assessment
        var lines = ["The loop says: \(finding.reason). To go on it needs:"]
        func need(_ isMet: Bool, _ text: String) {
            lines.append("  \(self.painter.paint(isMet ? "✔" : "?", isMet ? .good : .doubtful)) \(text)")
        }

        need(
            assessment.isWarmedUp,
            "warm-up of \(self.rollout.plan.warmUp.seconds) s and \(self.rollout.plan.warmUp.requests) canary requests"
        )
        let least = Int64(self.rollout.plan.minimumRequests)
        let missing = max(0, least - assessment.stepRequests)
        need(
            missing == 0,
            "\(least) canary requests in this step: \(assessment.stepRequests) so far\(self.eta(of: missing))"
        )
        let baked = self.now.seconds(since: self.rollout.stageSince)
        let isBaking = self.rollout.state.phase == "progressing"
        let passed = isBaking ? min(baked, Double(self.rollout.plan.bakeSeconds)) : 0
        need(
            isBaking && baked >= Double(self.rollout.plan.bakeSeconds),
            "\(self.rollout.plan.bakeSeconds) s of baking in this step: \(Figures.duration(seconds: passed)) so far"
        )
        if let step = self.rollout.state.step, step == self.rollout.plan.steps.count,
            self.rollout.plan.promotion == .nonInferiority
        {
            for check in assessment.checks where check.required && check.mode == .enforced {
                need(check.verdict == .pass, "proof of check '\(check.name)': \(check.verdict.word)")
            }
        }
        if let step = self.rollout.state.step, self.rollout.plan.steps[step - 1].approval {
            need(false, "an operator's approval (serin promote)")
        }
        return lines
    }

    /// How long so many more canary requests take at the present rate.
    private func eta(of requests: Int64) -> String {
        guard requests > 0 else { return "" }
        guard let rate = self.canaryRequestsPerSecond, rate > 0 else { return ", no canary traffic at present" }
        return
            ", about \(Figures.duration(seconds: (Double(requests) / rate).rounded(.up))) more at \(Figures.rate(rate))/s"
    }

    // MARK: Checks

    private func describe(_ check: CheckAssessment) -> [String] {
        let role =
            check.mode == .dryRun
            ? "dry run, never acted on" : check.required ? "guard, required for promotion" : "guard"
        let rule = self.rollout.plan.checks.first { $0.name == check.name }.map { Margins($0.comparison) }
        var lines = [
            "Check \(self.painter.paint(check.name, .strong)) (\(role)): \(self.painter.paint(check.verdict.labelled, check.verdict.ink))",
            "  \(check.message)",
        ]
        var table = TextTable("", "ANSWERED", "ERRORS", "SHARE", "GIVEN UP", "MEAN", "P50", "P95", "P99")
        table.rows = [("canary", check.canary), ("stable", check.stable)].map { name, numbers in
            [
                .init(name), .init("\(numbers.requests)"), .init("\(numbers.errors)"),
                .init(Figures.share(numbers.errorShare)), .init("\(numbers.clientAborted)"),
                .init(Figures.milliseconds(numbers.meanLatencyMilliseconds)),
                .init(Figures.milliseconds(numbers.p50LatencyMilliseconds)),
                .init(Figures.milliseconds(numbers.p95LatencyMilliseconds)),
                .init(Figures.milliseconds(numbers.p99LatencyMilliseconds)),
            ]
        }
        lines += table.lines(self.painter, indent: 2)
        lines.append("  effect     " + self.effect(of: check))
        lines.append(
            "  loss       \(self.level(check.harm)), \(check.harm.isReached ? "proven" : "not proven")\(rule.map { ": " + $0.harm } ?? "")"
        )
        lines.append(
            "  promotion  \(self.level(check.promotion)), \(check.promotion.isReached ? "proven" : "not proven")\(rule.map { ": " + $0.promotion } ?? "")"
        )
        lines.append("  requests   " + self.forecast(check))
        return lines
    }

    private func effect(of check: CheckAssessment) -> String {
        if let effect = check.effect {
            return "odds ratio \(Figures.decimal(effect.oddsRatio)), 95 % interval "
                + "\(Figures.decimal(effect.lower)) to \(Figures.decimal(effect.upper))"
        }
        guard check.metric == "latency" else { return "no odds ratio yet: a cohort has nothing bad to compare" }
        let pairs = [
            ("p50", check.canary.p50LatencyMilliseconds, check.stable.p50LatencyMilliseconds),
            ("p95", check.canary.p95LatencyMilliseconds, check.stable.p95LatencyMilliseconds),
            ("p99", check.canary.p99LatencyMilliseconds, check.stable.p99LatencyMilliseconds),
        ]
        let ratios = pairs.compactMap { name, canary, stable in
            guard let canary, let stable, stable > 0 else { return String?.none }
            return "\(name) ×\(Figures.decimal(canary / stable))"
        }
        return ratios.isEmpty
            ? "too few requests to show quantiles" : "canary to stable: " + ratios.joined(separator: ", ")
    }

    private func level(_ level: EvidenceLevel) -> String {
        "ln E \(Figures.decimal(level.logE)) of \(Figures.decimal(level.logThreshold)) "
            + "(E \(Figures.eValue(level.logE)) of \(Figures.eValue(level.logThreshold)))"
    }

    private func forecast(_ check: CheckAssessment) -> String {
        let seen = "\(check.canary.requests) of the canary so far"
        guard let needed = check.requestsNeeded else {
            return seen + "; too little evidence to say how many more it takes"
        }
        return needed == 0
            ? seen + ", enough for promotion" : seen + ", about \(needed) more needed" + self.eta(of: needed)
    }

    // MARK: Beside the checks, and before

    private func beside(_ assessment: Assessment) -> [String] {
        var table = TextTable("OUTSIDE THE BOUND", "VERDICT", "FOUND")
        if let stop = assessment.hardStop {
            let rule =
                "hard stop: \(Figures.level(stop.rule.errorShare)) of \(stop.rule.requests) or more in \(stop.rule.withinSeconds) s"
            table.rows.append([.init(rule), .init(stop.verdict.labelled, stop.verdict.ink), .init(stop.message)])
        }
        for limit in assessment.limits {
            let rule =
                "limit: \(limit.limit.metric.rawValue) above \(limit.limit.above) \(limit.limit.metric.unit) for \(limit.limit.forSeconds) s"
            table.rows.append([.init(rule), .init(limit.verdict.labelled, limit.verdict.ink), .init(limit.message)])
        }
        let ratio = assessment.sampleRatio
        let split = "\(ratio.message) (\(ratio.canaryRequests) to \(ratio.stableRequests); \(self.level(ratio.level)))"
        table.rows.append(["sample ratio", .init(ratio.verdict.labelled, ratio.verdict.ink), .init(split)])
        return table.lines(self.painter)
    }

    private func history() -> [String] {
        let newest = self.decisions.sorted { $0.sequence > $1.sequence }.prefix(self.decisionLimit)
        guard !newest.isEmpty else { return [] }
        var table = TextTable("#", "AT (UTC)", "DECISION", "BY", "STATE", "WEIGHT", "REASON")
        table.rows = newest.map { decision in
            let headline = RolloutHeadline(decision.stateAfter)
            return [
                .init("\(decision.sequence)"), .init(Figures.clock(decision.decidedAt)), .init(decision.kind.rawValue),
                .init(decision.actor),
                .init(headline.labelled, headline.ink), .init("\(decision.canaryWeight)"), .init(decision.reason),
            ]
        }
        return ["Newest decisions:"] + table.lines(self.painter)
    }
}

/// What a comparison holds the numbers against, in words.
private struct Margins {
    let harm: String
    let promotion: String

    init(_ comparison: Comparison) {
        switch comparison {
        case .errorRate(let rule), .clientAborts(let rule):
            self.harm =
                "rolls back when the odds ratio is shown to be above \(rule.harmOddsRatio) and the shares differ by "
                + "\(Figures.level(rule.minimumDifference)) or more"
            let ceiling = rule.acceptableShare > 0 ? ", or the share below \(Figures.level(rule.acceptableShare))" : ""
            self.promotion = "needs the odds ratio shown to be below \(rule.promotionOddsRatio)" + ceiling
        case .latency(let rule):
            self.harm =
                "rolls back when shown to be slower by more than ×\(rule.harmRatio) plus \(rule.toleranceMilliseconds) ms"
            self.promotion =
                "needs to be shown slower by less than ×\(rule.promotionRatio) plus \(rule.toleranceMilliseconds) ms"
        }
    }
}
