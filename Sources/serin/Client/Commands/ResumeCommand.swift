import ArgumentParser

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused rollout go on.",
        discussion: ClientExit.help
    )

    @OptionGroup var order: OperatorOptions

    func run() async throws { try await self.order.send(.resume) }
}
