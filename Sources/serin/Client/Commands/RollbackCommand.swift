import ArgumentParser

struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Send all traffic back to stable and fail the canary.",
        discussion:
            "Accepted in every state of an open rollout; never touches stable. Without an open rollout it changes nothing and "
            + "says so. After a promotion use restore.\n\n" + ClientExit.help
    )

    @OptionGroup var order: OperatorOptions

    func run() async throws { try await self.order.send(.rollback) }
}
