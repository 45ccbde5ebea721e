import ArgumentParser
import ControlWire
import Foundation
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
            while true {
                let view = try await self.patientLook(look, client, console)
                if self.watch { view.draw(on: console, again: true) }
                if self.wait, let exit = view.settledExit {
                    if !self.watch { view.draw(on: console, again: false) }
                    return exit
                }
                do { try await Task.sleep(for: .seconds(self.interval)) } catch { return .done }
            }
        }
    }

    /// A service that restarts ends no watch: only a refusal does.
    private func patientLook(_ look: StatusLook, _ client: ControlClient, _ console: Console)
        async throws(ClientFailure) -> StatusLook.View
    {
        do throws(ClientFailure) {
            return try await look.take(client, console)
        } catch {
            switch error {
            case .refused, .unintelligible: throw error
            case .failing, .unreachable: return StatusLook.View(content: .failure(error), settledExit: nil)
            }
        }
    }
}

/// One look at the service, ready to be drawn.
struct StatusLook {
    let model: ModelName?
    let output: ClientOptions.Output

    struct View {
        enum Content {
            case lines([String])
            case document(Data)
            case failure(ClientFailure)
        }

        let content: Content
        /// How a command that waits ends; nil while the rollout is open.
        let settledExit: ClientExit?

        func draw(on console: Console, again: Bool) {
            switch self.content {
            case .lines(let lines): again ? console.redraw(lines) : console.lines(lines)
            case .document(let document): console.document(document)
            case .failure(let failure): console.complain(failure.lines)
            }
        }
    }

    func take(_ client: ControlClient, _ console: Console) async throws(ClientFailure) -> View {
        guard let model = self.model else {
            let answer: ControlClient.Answer<Page<ModelResponse>> = try await client.get(.models)
            return self.view(answer, nil) {
                ModelOverview(models: $0.items, now: .now, painter: console.painter).lines()
            }
        }
        let answer: ControlClient.Answer<ModelResponse> = try await client.get(.model(model))
        return self.view(answer, Self.settledExit(answer.document)) {
            StatusScreen(model: $0, now: .now, painter: console.painter).lines()
        }
    }

    private func view<Document>(
        _ answer: ControlClient.Answer<Document>,
        _ exit: ClientExit?,
        _ table: (Document) -> [String]
    ) -> View {
        switch self.output {
        case .json: View(content: .document(answer.bytes), settledExit: exit)
        case .table: View(content: .lines(table(answer.document)), settledExit: exit)
        }
    }

    /// A model without any rollout has nothing to wait for.
    static func settledExit(_ model: ModelResponse) -> ClientExit? {
        guard let rollout = model.rollout else { return .done }
        if rollout.state.isOpen { return nil }
        return rollout.state.phase == "promoted" ? .done : .notPromoted
    }
}
