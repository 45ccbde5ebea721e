import ControlWire
import RolloutCore

/// The checks of a rollout with their counts and verdicts.
struct CheckSection {
    let rollout: RolloutResponse
    let assessment: Assessment
    let painter: Painter

    func lines() -> [String] {
        var table = TextTable("CHECK", "VERDICT", "CANARY", "STABLE", "LOSS: E OF", "PROOF: E OF", "MORE REQUESTS")
        table.rows = self.assessment.checks.map { check in
            [
                .init(self.name(of: check)), .init(check.verdict.labelled, check.verdict.ink),
                .init(self.numbers(of: check, check.canary, check.measurement?.canary)),
                .init(self.numbers(of: check, check.stable, check.measurement?.stable)),
                .init(self.level(check.harm)), .init(self.level(check.promotion)),
                .init(self.needed(check)),
            ]
        }
        return [self.tally] + table.lines(self.painter) + self.rules()
    }

    /// Of the canary, in the check's own unit.
    private func needed(_ check: CheckAssessment) -> String {
        let unit = check.measurement.map(\.unit) ?? .requests
        let needed = unit == .requests ? check.requestsNeeded : check.unitsNeeded
        return needed.map { $0 == 0 ? "enough" : "about \($0)" + (unit == .requests ? "" : " \(unit.rawValue)") }
            ?? "not told yet"
    }

    /// Every verdict counted once, by mark.
    private var tally: String {
        let verdicts =
            self.assessment.checks.map(\.verdict) + self.assessment.limits.map(\.verdict)
            + [self.assessment.hardStop?.verdict, self.assessment.sampleRatio.verdict].compactMap { $0 }
        let counts = [Verdict.pass, .fail, .inconclusive, .error].map { representative in
            let count = verdicts.count { $0.mark == representative.mark }
            return self.painter.paint("\(representative.mark) \(count)", count == 0 ? .faint : representative.ink)
        }
        let requests =
            "\(self.assessment.canaryRequests) canary requests, \(self.assessment.stepRequests) of "
            + "\(self.rollout.plan.minimumRequests) in this step"
        return "Checks: \(counts.joined(separator: " "))   \(requests)"
    }

    private func name(of check: CheckAssessment) -> String {
        switch check.mode {
        case .enforced: check.required ? check.name : check.name + " (guard only)"
        case .warning: check.name + " (warning)"
        case .dryRun: check.name + " (dry run)"
        }
    }

    private func numbers(of check: CheckAssessment, _ numbers: CohortNumbers, _ measured: MeasuredCohort?) -> String {
        if let measured, let unit = check.measurement?.unit, unit != .requests {
            return "\(Figures.significant(measured.value)) of \(measured.units) \(unit.rawValue)"
        }
        switch check.metric {
        case "latency":
            return
                "p50 \(Figures.milliseconds(numbers.p50LatencyMilliseconds)), p99 \(Figures.milliseconds(numbers.p99LatencyMilliseconds))"
        case "clientAborts":
            let asked = numbers.requests + numbers.clientAborted
            let share = asked > 0 ? Double(numbers.clientAborted) / Double(asked) : nil
            return "\(numbers.clientAborted)/\(asked) = \(Figures.share(share))"
        default:
            return "\(numbers.errors)/\(numbers.requests) = \(Figures.share(numbers.errorShare))"
        }
    }

    private func level(_ level: EvidenceLevel) -> String {
        "\(Figures.eValue(level.logE)) of \(Figures.eValue(level.logThreshold))"
    }

    /// What stands beside the checks: hard stop, limits, sample ratio.
    private func rules() -> [String] {
        var lines: [String] = []
        func rule(_ name: String, _ verdict: Verdict, _ message: String) {
            lines.append("\(name): \(self.painter.paint(verdict.labelled, verdict.ink)), \(message)")
        }
        if let stop = self.assessment.hardStop { rule("Hard stop", stop.verdict, stop.message) }
        for limit in self.assessment.limits {
            rule("Limit \(limit.limit.metric.rawValue)", limit.verdict, limit.message)
        }
        rule("Sample ratio", self.assessment.sampleRatio.verdict, self.assessment.sampleRatio.message)
        if self.assessment.droppedRequests > 0 {
            lines.append(
                self.painter.paint("⚠ gateways had to forget \(self.assessment.droppedRequests) requests", .doubtful)
            )
        }
        return lines
    }
}
