import ArgumentParser
import ControlWire
import RolloutCore

struct WhatIfCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "what-if",
        abstract: "Show what another plan would have decided about a rollout, and when.",
        discussion:
            "Walks the rollout's stored evidence through the judge, the policy and the state machine with the plan of the file. "
            + "\(Self.caveat)\n\n"
            + "EXIT CODES: 0 it was worked out, whatever it came to; 1 the service refused; 2 the plan can't be used or the service "
            + "can't be reached; 64 the command line is wrong."
    )

    /// What no walk can know.
    static let caveat =
        "The traffic is what the real plan routed: with other weights the canary would have seen more or fewer requests, and the "
        + "evidence ends where the real rollout did. Hard stops are looked at by whole intervals."

    @Argument(help: "The rollout's id.") var rollout: Int64

    @Option(
        help: ArgumentHelp("The other plan as JSON; its interval is taken from the real one.", valueName: "file.json")
    )
    var plan: String

    @OptionGroup var options: ClientOptions

    func validate() throws {
        if self.rollout < 1 { throw ValidationError("a rollout's id is a number from 1; got \(self.rollout)") }
    }

    func run() async throws {
        var plan = RolloutPlan()
        try OfflineFailure.reporting { plan = try OfflineFailure.plan(in: self.plan) }
        let other = plan
        try await self.options.run { client, console throws(ClientFailure) in
            let id = RolloutID(self.rollout)
            let evidence = try await client.evidence(of: id)
            let history: Page<DecisionResponse> = try await client.get(.decisions(of: id)).document
            let document = Document(evidence, history.items, plan: other)
            switch self.options.output {
            case .json: console.encoded(document)
            case .table: console.lines(document.lines(console.painter))
            }
            return .done
        }
    }
}

extension WhatIfCommand {
    /// The two stories beside each other.
    struct Document: Encodable {
        let note: String
        /// What was decided.
        let actual: WalkStory
        /// What the other plan would have decided.
        let would: WalkReport

        struct WalkStory: Encodable {
            let rollout: RolloutResponse
            let decisions: [DecisionResponse]
        }

        init(_ evidence: EvidenceResponse, _ decisions: [DecisionResponse], plan: RolloutPlan) {
            let rollout = evidence.rollout
            let strata = evidence.strata.map(EvidenceStratum.init)
            var walk = RolloutWalk(
                plan: plan.cut(by: rollout.plan.intervalSeconds),
                id: rollout.id,
                model: rollout.model,
                canary: rollout.canary,
                stable: rollout.stable,
                start: rollout.startedAt
            )
            let batches = EvidenceBatches(strata, intervalSeconds: rollout.plan.intervalSeconds)
            walk.run(batches, until: rollout.settledAt ?? batches.batches.last?.arrival ?? rollout.startedAt)
            self.note = WhatIfCommand.caveat
            self.actual = WalkStory(rollout: rollout, decisions: decisions)
            self.would = WalkReport(walk)
        }

        func lines(_ painter: Painter) -> [String] {
            let rollout = self.actual.rollout
            let real = WalkReport(rollout: rollout, decisions: self.actual.decisions)
            return [
                painter.paint(
                    "Rollout \(rollout.id) of \(rollout.model): canary \(rollout.canary) against stable \(rollout.stable)",
                    .strong
                ),
                "", "What was decided: " + real.outcome(painter),
            ] + real.timeline(painter) + ["", "With the other plan: " + self.would.outcome(painter)]
                + self.would.timeline(painter) + ["", painter.paint(self.note, .faint)]
        }
    }
}

extension RolloutPlan {
    /// The plan with the interval that the evidence was cut by: strata can't be cut again.
    func cut(by intervalSeconds: Int) -> RolloutPlan {
        var plan = self
        plan.intervalSeconds = intervalSeconds
        return plan
    }
}
