import ArgumentParser

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "After a promotion: make the previous version stable again.",
        discussion: "Takes effect at once, without checks. With --rollout, undoes the promotion of that rollout.\n\n"
            + ClientExit.help
    )

    @OptionGroup var order: OperatorOptions

    func run() async throws { try await self.order.send(.restore) }
}
