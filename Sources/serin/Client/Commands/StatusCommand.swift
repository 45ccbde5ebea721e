import ArgumentParser
import ControlWire
import RolloutCore

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show all models, or one with its versions, rollout, checks and gateways.",
        discussion:
            "With --watch the screen is redrawn in place in a terminal and appended elsewhere, until interrupted. With --wait the "
            + "command returns when the model's rollout has ended.\n\n" + ClientExit.help
    )

    @Argument(help: "The model's name; without it, all models.", transform: { try ModelName($0) }) var model: ModelName?

    @Flag(name: .shortAndLong, help: "Show it again and again.") var watch = false
    @Flag(help: "Return when the rollout has ended: with 0 when its canary was promoted.") var wait = false
    @Option(help: ArgumentHelp("Between two looks.", valueName: "seconds")) var interval: Double = 1
    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard (0.1...3_600).contains(self.interval) else {
            throw ValidationError("--interval is 0.1 to 3600 seconds; got \(self.interval)")
        }
        if self.wait, self.model == nil { throw ValidationError("--wait needs a model") }
    }

    func run() async throws {
        try await self.options.run { client, console throws(ClientFailure) in
            let look = StatusLook(model: self.model, output: self.options.output)
            guard self.watch || self.wait else {
                try await look.take(client, console).draw(on: console, again: false)
                return .done
            }
            if self.watch, self.options.output == .table { console.beginScreen() }
            var view = try await look.take(client, console)
            var awaited: RolloutID?
            while true {
                if self.watch || view.isFailure { view.draw(on: console, again: true) }
                if self.wait, let end = try await Self.end(view, &awaited, client) {
                    if self.options.output == .table {
                        console.line(end.words)
                    } else {
                        view.draw(on: console, again: false)
                    }
                    return end.exit
                }
                do { try await Task.sleep(for: .seconds(self.interval)) } catch { return .done }
                view = try await Self.patientLook(look, client, console)
            }
        }
    }

    /// A service that restarts ends no watch: only a refusal does.
    private static func patientLook(_ look: StatusLook, _ client: ControlClient, _ console: Console)
        async throws(ClientFailure) -> StatusLook.View
    {
        do throws(ClientFailure) {
            return try await look.take(client, console)
        } catch {
            switch error {
            case .refused, .noGateway, .unintelligible, .unreadable: throw error
            case .failing, .unreachable:
                return StatusLook.View(content: .failure(error), model: nil)
            }
        }
    }

    /// How the wait ends; nil while the rollout is open. A model without any rollout has nothing to wait for.
    ///
    /// - Parameter awaited: The rollout of the first look: one that begins after it is not what was meant.
    private static func end(
        _ view: StatusLook.View,
        _ awaited: inout RolloutID?,
        _ client: ControlClient
    ) async throws(ClientFailure) -> (exit: ClientExit, words: String)? {
        guard let model = view.model else { return nil }
        guard let newest = model.rollout else { return (.done, "no rollout of \(model.name) to wait for") }
        let id = awaited ?? newest.id
        awaited = id
        let rollout: RolloutResponse = newest.id == id ? newest : try await client.get(.rollout(id)).document
        guard let exit = rollout.settledExit else { return nil }
        return (
            exit, "rollout \(id) (\(rollout.stable) → \(rollout.canary)): \(RolloutHeadline(rollout.state).labelled)"
        )
    }
}

extension RolloutResponse {
    /// How a command ends that waits for this rollout; nil while it is open.
    var settledExit: ClientExit? {
        if self.state.isOpen { return nil }
        return self.state.phase == "promoted" ? .done : .notPromoted
    }
}
