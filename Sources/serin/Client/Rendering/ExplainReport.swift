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
            sections.append(self.causes())
            sections += finding.assessment.checks.map { check in
                CheckExplanation(
                    check: check,
                    plan: self.rollout.plan,
                    canaryRequestsPerSecond: self.canaryRequestsPerSecond,
                    now: self.now,
                    painter: self.painter
                ).lines()
            }
            sections.append(self.beside(finding.assessment))
            sections.append(self.outside(finding.assessment))
        } else {
            sections.append(["The loop has not judged this rollout yet."])
        }
        sections.append(self.trips())
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
        ] + (self.rollout.rescueLine.map { ["Rescue:    \($0)."] } ?? [])
            + (self.rollout.mirrorLine.map { ["Mirrored:  \($0)."] } ?? [])
            + (self.rollout.finding?.assessment.restLine.map { ["Baseline:  \($0)."] } ?? [])
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
            "\(least) canary requests in this step: \(assessment.stepRequests) so far\(Figures.wait(for: missing, at: self.canaryRequestsPerSecond))"
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

    // MARK: Why

    private func causes() -> [String] {
        guard let diagnosis = self.rollout.diagnosis else { return [] }
        let sentences = diagnosis.causes.isEmpty ? self.movedSignals : diagnosis.sentences
        guard !sentences.isEmpty else { return ["Likely cause: nothing in the evidence stands out."] }
        return [self.painter.paint("Likely cause, likeliest first:", .strong)]
            + sentences.enumerated().map { "  \($0.offset + 1). \($0.element)" }
    }

    /// What drift checks proved, which takes fewer rows than a distance that is worth showing.
    private var movedSignals: [String] {
        let signals = self.rollout.finding?.assessment.checks.flatMap { $0.signals ?? [] } ?? []
        return signals.filter(\.hasMoved).sorted { $0.logE > $1.logE }.map {
            "'\($0.signal)' differs from stable's: \($0.distances)"
        }
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
        let split =
            "\(ratio.message) (\(ratio.canaryRequests) to \(ratio.stableRequests); \(CheckExplanation.level(ratio.level)))"
        table.rows.append(["sample ratio", .init(ratio.verdict.labelled, ratio.verdict.ink), .init(split)])
        for (name, balance) in [("inputs alike", assessment.inputBalance), ("labels alike", assessment.labelBalance)] {
            guard let balance else { continue }
            let rows = "\(balance.canaryRows) to \(balance.stableRows) rows; \(CheckExplanation.level(balance.level))"
            table.rows.append([
                .init(name), .init(balance.verdict.labelled, balance.verdict.ink),
                .init("\(balance.message) (\(rows))"),
            ])
        }
        if let stable = assessment.stable {
            let since = stable.brokenSince.map { ", for \(Figures.age(of: $0, at: self.now))" } ?? ""
            table.rows.append([
                "stable itself", .init(stable.verdict.labelled, stable.verdict.ink), .init(stable.message + since),
            ])
        }
        if let saturation = assessment.saturation {
            let found =
                "turned away by the limit of requests in flight: \(saturation.canaryTurnedAway) of \(saturation.canaryRequests) "
                + "requests, stable \(saturation.stableTurnedAway) of \(saturation.stableRequests)"
            let verdict: Verdict = saturation.isTooMuch ? .inconclusive : .pass
            table.rows.append(["canary's capacity", .init(verdict.labelled, verdict.ink), .init(found)])
        }
        return table.lines(self.painter)
    }

    /// The rules that the bound on false rollbacks doesn't cover.
    private func outside(_ assessment: Assessment) -> [String] {
        guard let rules = assessment.outsideAlpha, !rules.isEmpty else { return [] }
        return ["Not covered by the bound:"] + rules.map { "  \($0)" }
    }

    /// What gateways did by themselves, at once, and when the controller heard of it.
    private func trips() -> [String] {
        guard let trips = self.rollout.trips, !trips.isEmpty else { return [] }
        var table = TextTable("AT (UTC)", "GATEWAY", "BY", "CAUSE", "RECORDED", "FOLLOWED BY", "WHAT")
        table.rows = trips.map { trip in
            let followed =
                trip.decision.map { "decision \($0)" }
                ?? (trip.acknowledgedAt == nil ? "nothing: it had ended" : "nothing: not meant")
            return [
                .init(Figures.clock(trip.at)), .init(trip.gateway), .init(trip.actor), .init(trip.cause.rawValue),
                .init(Figures.clock(trip.recordedAt)), .init(followed), .init(trip.reason),
            ]
        }
        return ["Gateways took the canary's traffic away by themselves:"] + table.lines(self.painter)
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
