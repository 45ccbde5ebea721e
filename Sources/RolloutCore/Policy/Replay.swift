/// A decision made again from what is stored of it: the plan, the evidence and the inputs.
package struct Replay: Sendable {
    package let assessment: Assessment
    package let finding: RolloutPolicy.Finding

    /// - Parameter strata: In the order of `EvidenceStratum.precedes`; those of ticks after the inputs' are left out.
    package init(plan: RolloutPlan, strata: [EvidenceStratum], inputs: JudgementInputs) {
        var judge = Judge(plan: plan)
        judge.fold(strata.filter { $0.tick <= inputs.tick })
        self.assessment = judge.assess(inputs)
        self.finding = RolloutPolicy.find(plan, inputs, self.assessment)
    }

    /// Where the replay and a stored decision differ, in words; empty when they agree.
    ///
    /// - Parameter tolerance: By which ln E may differ: mathematical libraries differ in last bits.
    package func differences(from decision: Decision, tolerance: Double = 1e-9) -> [String] {
        var found: [String] = []
        if self.finding.decision != decision.kind {
            found.append("decision: \(self.finding.decision.rawValue), stored \(decision.kind.rawValue)")
        }
        if self.finding.reason != decision.reason {
            found.append("reason: '\(self.finding.reason)', stored '\(decision.reason)'")
        }
        guard let stored = decision.assessment else { return found + ["the stored decision has no assessment"] }
        guard stored.checks.map(\.name) == self.assessment.checks.map(\.name) else {
            return found + ["the stored decision judged other checks"]
        }
        for (ours, theirs) in zip(self.assessment.checks, stored.checks) {
            if ours.verdict != theirs.verdict {
                found.append("check '\(ours.name)': \(ours.verdict.rawValue), stored \(theirs.verdict.rawValue)")
            }
            for (name, again, before) in [
                ("harm", ours.harm.logE, theirs.harm.logE), ("promotion", ours.promotion.logE, theirs.promotion.logE),
            ] where again != before && !(abs(again - before) <= tolerance) {
                found.append("check '\(ours.name)': ln E of \(name) \(again), stored \(before)")
            }
        }
        return found
    }
}
