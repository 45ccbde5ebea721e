import RolloutCore

/// The table at the end of the demonstration.
struct DemoSummary {
    let facts: DemoFacts
    let painter: Painter

    func lines() -> [String] {
        var lines = self.acts()
        lines.append("")
        lines += self.clients()
        lines.append("")
        lines += self.measurements()
        lines.append("")
        let complaints = self.facts.complaints()
        if complaints.isEmpty {
            lines.append(self.painter.paint("✔ everything was as promised", .good))
        } else {
            lines.append(self.painter.paint("✖ not as promised:", .bad))
            lines += complaints.map { "  - " + $0 }
        }
        return lines
    }

    private func acts() -> [String] {
        var table = TextTable("VERSION", "EXPECTED", "CAME OUT", "BY", "AFTER", "WHY")
        let rows: [(DemoVersion, String, DemoFacts.Act?)] = [
            (.v2, "promoted by the loop", self.facts.promoted), (.v3, "failed by the loop", self.facts.failed),
            (.v4, "rolled back by hand", self.facts.rolledBack),
        ]
        table.rows = rows.map { version, expected, act in
            guard let act else { return [.init(version.rawValue), .init(expected), "nothing", "-", "-", ""] }
            let outcome = act.phase + (act.cause.map { " (\($0))" } ?? "") + ", " + act.versionState.rawValue
            return [
                .init(version.rawValue), .init(expected), .init(outcome), .init(act.decidedBy),
                .init(Figures.rate(act.seconds) + " s"), .init(act.reason),
            ]
        }
        return table.lines(self.painter)
    }

    private func clients() -> [String] {
        var table = TextTable("ANSWERED BY", "ANSWERS", "RIGHT", "WRONG", "ACCURACY", "FAILED", "SLOWEST")
        table.rows = self.facts.answers.map { entry in
            let good = entry.right + entry.wrong
            return [
                .init(entry.version), .init("\(entry.answers)"), .init("\(entry.right)"), .init("\(entry.wrong)"),
                .init(Figures.share(good > 0 ? Double(entry.right) / Double(good) : nil)), .init("\(entry.failed)"),
                .init(Figures.milliseconds(entry.slowestMilliseconds)),
            ]
        }
        let others = self.facts.answers.reduce(0) { $0 + ($1.version == DemoVersion.v3.rawValue ? 0 : $1.failed) }
        let failures = others + self.facts.unanswered + self.facts.unversioned
        let broken = self.facts.answers.first { $0.version == DemoVersion.v3.rawValue }?.failed ?? 0
        return table.lines(self.painter) + [
            "errors that the broken canary itself answered: \(broken); requests that failed for any other reason: \(failures)"
        ]
    }

    private func measurements() -> [String] {
        var lines = [self.share]
        if let rollback = self.facts.rollback {
            let last =
                rollback.lastCanaryAnswerMilliseconds.map { Figures.milliseconds($0) + " after it was sent" }
                ?? "before it was sent"
            lines.append(
                "rollback by hand: acknowledged after \(Figures.milliseconds(rollback.acknowledgedMilliseconds)); "
                    + "the canary's last answer came \(last)"
            )
        }
        lines.append("whole story: \(Figures.rate(self.facts.seconds)) s")
        return lines
    }

    private var share: String {
        let share = self.facts.share
        let weight = Weight.fivePercent.share
        guard let seen = share.seen else {
            return "share of the canary: no request was answered at \(Weight.fivePercent)"
        }
        let tolerance = DemoFacts.Share.tolerance(weight: weight, requests: share.requests)
        let (low, high) = (Figures.share(max(0, weight - tolerance)), Figures.share(min(1, weight + tolerance)))
        return
            "share of the canary seen at \(Weight.fivePercent): \(Figures.share(seen)) of \(share.requests) requests "
            + "(4 σ: \(low) to \(high))"
    }
}
