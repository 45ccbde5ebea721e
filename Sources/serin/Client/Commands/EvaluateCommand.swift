import ArgumentParser
import ControlWire
import RolloutCore

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Judge any evidence by any plan, without a service.",
        discussion:
            "Takes evidence in the API's format (serin evidence ROLLOUT, or GET /v1/rollouts/{id}/evidence, one document or pages a "
            + "line each) through the judge, the policy and the state machine, and prints what is decided and when, then why. A file "
            + "that names no rollout begins with its first interval. Hard stops are looked at by whole intervals.\n\n"
            + "EXIT CODES: 0 promoted, or still open without a loss; 1 rolled back or inconclusive; 2 a file can't be used; "
            + "64 the command line is wrong."
    )

    @Option(help: ArgumentHelp("The plan as JSON.", valueName: "file.json")) var plan: String
    @Option(help: ArgumentHelp("The evidence as JSON; - for standard input.", valueName: "file.json")) var evidence:
        String
    @Option(help: "A table for people, or one JSON document.") var output: ClientOptions.Output = .table

    func run() throws {
        try OfflineFailure.reporting {
            let report = try Self.report(
                plan: OfflineFailure.plan(in: self.plan),
                evidence: EvidenceFile(path: self.evidence)
            )
            let console = Console()
            switch self.output {
            case .json: console.encoded(report)
            case .table: console.lines(Self.lines(report, console.painter))
            }
            switch report.rollout.state.phase {
            case "rolledBack", "inconclusive": throw ExitCode(1)
            default: break
            }
        }
    }

    static func report(plan: RolloutPlan, evidence: EvidenceFile) throws(OfflineFailure) -> WalkReport {
        let interval = evidence.rollout?.plan.intervalSeconds ?? plan.intervalSeconds
        let batches = EvidenceBatches(evidence.strata, intervalSeconds: interval)
        let first = evidence.strata.map(\.intervalStart).min() ?? Timestamp(microseconds: 0)
        let subject = try Subject(evidence.rollout)
        var walk = RolloutWalk(
            plan: plan.cut(by: interval),
            id: subject.id,
            model: subject.model,
            canary: subject.canary,
            stable: subject.stable,
            start: evidence.rollout?.startedAt ?? first
        )
        walk.run(batches, until: evidence.rollout?.settledAt ?? batches.batches.last?.arrival ?? first)
        return WalkReport(walk)
    }

    /// Whose evidence it is, or plain names for evidence of nobody's.
    private struct Subject {
        let id: RolloutID
        let model: ModelName
        let canary: VersionName
        let stable: VersionName

        init(_ rollout: RolloutResponse?) throws(OfflineFailure) {
            do throws(InvalidValue) {
                self.id = rollout?.id ?? RolloutID(1)
                if let rollout {
                    (self.model, self.canary, self.stable) = (rollout.model, rollout.canary, rollout.stable)
                } else {
                    self.model = try ModelName("evidence")
                    self.canary = try VersionName("canary")
                    self.stable = try VersionName("stable")
                }
            } catch {
                throw OfflineFailure(error.description)
            }
        }
    }

    static func lines(_ report: WalkReport, _ painter: Painter) -> [String] {
        let explained = ExplainReport(
            rollout: report.rollout,
            decisions: [],
            canaryRequestsPerSecond: nil,
            decisionLimit: 0,
            now: report.end ?? report.rollout.startedAt,
            painter: painter
        )
        return [report.outcome(painter)] + report.timeline(painter) + [""] + explained.lines()
    }
}
