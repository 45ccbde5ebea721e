import ArgumentParser
import ControlWire
import RolloutCore

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract:
            "Show why the loop decides as it does: numbers, thresholds, what is missing, and how long that takes.",
        discussion: "With --output json: the rollout's document with its newest finding.\n\n" + ClientExit.help
    )

    @Argument(help: "The model's name.", transform: { try ModelName($0) }) var model: ModelName

    @Option(help: ArgumentHelp("An earlier rollout; else the open one, else the newest.", valueName: "id")) var rollout:
        Int64?

    @Option(help: "How many of the newest decisions to show.") var decisions = 5

    @OptionGroup var options: ClientOptions

    func validate() throws {
        if let rollout = self.rollout, rollout < 1 {
            throw ValidationError("--rollout is a number from 1; got \(rollout)")
        }
        if self.decisions < 0 { throw ValidationError("--decisions is 0 or more; got \(self.decisions)") }
    }

    func run() async throws {
        try await self.options.run { client, console throws(ClientFailure) in
            let model: ModelResponse = try await client.get(.model(self.model)).document
            guard let id = self.rollout.map({ RolloutID($0) }) ?? model.rollout?.id else {
                throw .refused(
                    Problem(
                        title: "Nothing to explain",
                        status: 404,
                        detail: "model '\(self.model)' has had no rollout yet"
                    )
                )
            }
            let answer: ControlClient.Answer<RolloutResponse> = try await client.get(.rollout(id))
            guard answer.document.model == self.model else {
                throw .refused(
                    Problem(
                        title: "Not found",
                        status: 404,
                        detail: "rollout \(id) belongs to model '\(answer.document.model)', not '\(self.model)'"
                    )
                )
            }
            if self.options.output == .json {
                console.document(answer.bytes)
                return .done
            }
            let history: Page<DecisionResponse> = try await client.get(.decisions(of: id)).document
            console.lines(
                ExplainReport(
                    rollout: answer.document,
                    decisions: history.items,
                    canaryRequestsPerSecond: model.canaryRequestsPerSecond(at: .now),
                    decisionLimit: self.decisions,
                    now: .now,
                    painter: console.painter
                ).lines()
            )
            return .done
        }
    }
}
