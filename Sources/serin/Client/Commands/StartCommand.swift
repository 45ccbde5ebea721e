import ArgumentParser
import ControlWire
import RolloutCore

struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Begin the rollout of a version that is registered and waits.",
        discussion: ClientExit.help
    )

    @Argument(help: "The model's name.", transform: { try ModelName($0) }) var model: ModelName
    @Argument(help: "The version's name.", transform: { try VersionName($0) }) var version: VersionName
    @Option(help: "Kept with the decision; without it, who did it.") var reason: String?
    @Flag(help: "End an open rollout as superseded first.") var supersede = false
    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await self.options.run { client, console throws(ClientFailure) in
            let body = ControlRequest.start(
                self.version,
                reason: self.reason ?? OperatorOptions.defaultReason,
                supersede: self.supersede
            )
            let answer: ControlClient.Answer<CommandResponse> = try await client.post(.start(self.model), body)
            self.options.show(answer, on: console) { $0.lines }
            return .done
        }
    }
}
