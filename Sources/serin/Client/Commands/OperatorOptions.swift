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
