import ArgumentParser
import ControlWire
import RolloutCore

/// What an operator's commands share.
struct OperatorOptions: ParsableArguments {
    @Argument(help: "The model's name.", transform: { try ModelName($0) }) var model: ModelName

    @Option(help: "Kept with the decision; without it, who did it.") var reason: String?

    @Option(help: ArgumentHelp("The rollout that is meant; else the open one.", valueName: "id")) var rollout: Int64?

    @OptionGroup var options: ClientOptions

    func validate() throws {
        if let rollout = self.rollout, rollout < 1 {
            throw ValidationError("--rollout is a number from 1; got \(rollout)")
        }
        if let reason = self.reason, !(1...1_000).contains(reason.count) {
            throw ValidationError("--reason has 1 to 1000 characters")
        }
    }

    func send(_ verb: OperatorVerb) async throws {
        try await self.options.run { client, console throws(ClientFailure) in
            let body = ControlRequest.order(
                reason: self.reason ?? Self.defaultReason,
                rollout: try await self.expectedRollout(for: verb, client)
            )
            let answer: ControlClient.Answer<CommandResponse> = try await client.post(
                .order(verb, on: self.model),
                body
            )
            self.options.show(answer, on: console) { $0.lines }
            return .done
        }
    }

    static var defaultReason: String { "by \(ClientOptions.user) on the command line" }

    /// Names the rollout that is open now, so that the order can't hit one that begins a moment later.
    ///
    /// What takes traffic away never waits for this look: the service fills the open rollout in itself.
    private func expectedRollout(for verb: OperatorVerb, _ client: ControlClient) async throws(ClientFailure)
        -> RolloutID?
    {
        if let rollout = self.rollout { return RolloutID(rollout) }
        if verb.isUrgent { return nil }
        let model: ModelResponse = try await client.get(.model(self.model)).document
        return model.rollout.flatMap { $0.state.isOpen ? $0.id : nil }
    }
}

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

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Hold the canary's weight; nothing is promoted, guards still act.",
        discussion: ClientExit.help
    )

    @OptionGroup var order: OperatorOptions

    func run() async throws { try await self.order.send(.pause) }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused rollout go on.",
        discussion: ClientExit.help
    )

    @OptionGroup var order: OperatorOptions

    func run() async throws { try await self.order.send(.resume) }
}

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
