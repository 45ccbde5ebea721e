import ArgumentParser
import ControlWire
import DemoModel
import Foundation
import RolloutCore

struct DemoCommand: AsyncParsableCommand {
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case text
        /// One document with every fact at the end; the story goes to standard error.
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Watch one version promoted, one rolled back by the loop and one by hand, on real input.",
        discussion:
            "Starts a whole service with a database of its own on free ports of this machine, and four servers of a small digits "
            + "classifier, and replays held-out rows through the gateway. Takes about a minute and leaves nothing behind.\n\n"
            + "EXIT CODES: 0 everything was as promised; 1 something was not, and it is said what; 64 the command line is wrong."
    )

    /// The whole story is cut off after this long.
    static let limitSeconds = 170

    @Option(help: "Text as it happens, or one JSON document at the end.") var output: Output = .text

    func run() async throws {
        let console = Console()
        let teller = DemoTeller(console: console, isAside: self.output == .json)
        let facts = await Self.facts(teller)
        switch self.output {
        case .text:
            teller.lines([""] + DemoSummary(facts: facts, painter: console.painter).lines())
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            console.document(try encoder.encode(DemoDocument(facts: facts, complaints: facts.complaints())))
        }
        if !facts.complaints().isEmpty { throw ExitCode(1) }
    }

    private struct DemoDocument: Encodable {
        let facts: DemoFacts
        let complaints: [String]
    }

    private static func facts(_ teller: DemoTeller) async -> DemoFacts {
        let signals = TerminationSignals()
        let record = DemoRecord()
        do {
            try await withThrowingTaskGroup { group in
                group.addTask { try await Self.perform(teller, record) }
                group.addTask {
                    try await Task.sleep(for: .seconds(Self.limitSeconds))
                    throw DemoInterruption.tooLong(seconds: Self.limitSeconds, during: teller.chapter)
                }
                group.addTask {
                    _ = await signals.first()
                    try Task.checkCancellation()
                    throw DemoInterruption.stopped(during: teller.chapter)
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch let failure as ClientFailure {
            record.update { $0.interruption = failure.lines.joined(separator: " ") }
        } catch {
            record.update { $0.interruption = "\(error)" }
        }
        record.update { $0.seconds = teller.elapsed / .seconds(1) }
        return record.facts
    }

    /// Raises the stage, plays, and strikes the stage, however it ends.
    private static func perform(_ teller: DemoTeller, _ record: DemoRecord) async throws {
        teller.begin(chapter: "starting a service with its own database, and four model servers")
        let stage = try await DemoStage.raise()
        do {
            try await Self.play(on: stage, teller, record)
        } catch {
            await stage.strike()
            throw error
        }
        await stage.strike()
    }

    private static func play(on stage: DemoStage, _ teller: DemoTeller, _ record: DemoRecord) async throws {
        teller.say("gateway on port \(stage.gatewayPort), control API on \(stage.controlURL)")
        teller.say("look inside: serin status \(DemoStage.model) --watch --control-url \(stage.controlURL)")
        let client = ControlClient(baseURL: stage.controlURL, actor: "demo", timeoutSeconds: 20)
        let model = try ModelName(DemoStage.model)
        let first = ControlRequest.Registration(
            version: try VersionName(DemoVersion.v1.rawValue),
            upstreams: [stage.upstream(of: .v1)]
        )
        let stable = try await client.register(first, of: model, creatingModel: true).document
        teller.say("v1 is the first version and so stable; \(stable.propagation.line)")
        try await Self.awaitRoute(of: model, stable.propagation.generation, client)

        let rows = try DemoRow.heldOut()
        let pace = DemoTraffic.Pace()
        teller.say(
            "\(pace.connections) clients replay \(rows.count) held-out rows, at most \(pace.requestsPerSecond) requests a second"
        )
        let traffic = DemoTraffic(port: stage.gatewayPort, rows: rows, pace: pace)
        var story = try DemoStory(stage: stage, client: client, traffic: traffic, teller: teller)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await story.play()) } catch { outcome = .failure(error) }
        await traffic.stop()
        record.update { facts in
            facts = story.facts
            facts.take(traffic.tally)
        }
        try outcome.get()
    }

    private static func awaitRoute(of model: ModelName, _ generation: Int64, _ client: ControlClient) async throws {
        let limitSeconds = 15
        let deadline = ContinuousClock.now + .seconds(limitSeconds)
        while ContinuousClock.now < deadline {
            let state: ModelResponse = try await client.get(.model(model)).document
            if state.gateways.contains(where: { $0.live && $0.appliedGeneration >= generation }) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw DemoInterruption.noRoute(seconds: limitSeconds)
    }
}
