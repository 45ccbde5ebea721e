import ArgumentParser

struct PromoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Approve the step that waits, or make the canary stable at once.",
        discussion:
            "A rollout that awaits approval goes on with its next step; any other open rollout ends with the canary as stable, "
            + "on the operator's word and without proof.\n\n" + ClientExit.help
    )

    @OptionGroup var order: OperatorOptions

    func run() async throws { try await self.order.send(.promote) }
}
