import ArgumentParser
import ControlWire
import Foundation
import RolloutCore

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Make a stored decision again from stored evidence, and hold the two against each other.",
        discussion:
            "Fetches the rollout's plan, the decision with its inputs, and the evidence up to it; folds them as the loop did. The "
            + "numbers of decisions are in: serin explain MODEL\n\n"
            + "EXIT CODES: 0 the same decision, and ln E of every check agrees within 1e-9; 1 not the same, or it can't be made "
            + "again; 2 the service can't be reached; 64 the command line is wrong."
    )

    @Argument(help: ArgumentHelp("The rollout's id and the decision's number in it.", valueName: "rollout:sequence"))
    var decision: DecisionReference

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await self.options.run { client, console throws(ClientFailure) in
            let history: Page<DecisionResponse> = try await client.get(.decisions(of: self.decision.rollout)).document
            guard let decision = history.items.first(where: { $0.sequence == self.decision.sequence }) else {
                throw Self.refusal(
                    "Unknown decision",
                    "rollout \(self.decision.rollout) has decisions 1 to \(history.items.last?.sequence ?? 0)"
                )
            }
            let evidence = try await client.evidence(of: self.decision.rollout, through: decision.inputs?.tick ?? 0)
            let replay: Replay
            do throws(Replay.Refusal) {
                replay = try Replay(
                    decision,
                    of: evidence.rollout,
                    strata: evidence.strata.map(EvidenceStratum.init)
                )
            } catch {
                throw Self.refusal("Can't be made again", error.reason)
            }
            switch self.options.output {
            case .json: console.encoded(replay)
            case .table: console.lines(ReplayReport(replay: replay, painter: console.painter).lines())
            }
            return replay.isSame ? .done : .refused
        }
    }

    private static func refusal(_ title: String, _ detail: String) -> ClientFailure {
        .refused(Problem(title: title, status: 404, detail: detail))
    }
}
