import ArgumentParser
import ControlWire
import RolloutCore

struct SignalsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signals",
        abstract:
            "Show or declare how a model's payloads are understood: predictions, features, keys, slices, sampling.",
        discussion:
            "A declaration is JSON as the command shows it with --output json; what it leaves out has its default. It can't be changed "
            + "while a rollout is open, because evidence from two readings can't be compared.\n\n" + ClientExit.help
    )

    @Argument(help: "The model's name.", transform: { try ModelName($0) }) var model: ModelName

    @Option(help: ArgumentHelp("Declare what this file says; - for standard input.", valueName: "file.json"))
    var file: String?

    @OptionGroup var options: ClientOptions

    func run() async throws {
        var document: JSONValue?
        if let file = self.file { try OfflineFailure.reporting { document = try OfflineFailure.document(in: file) } }
        let declaration = document
        try await self.options.run { client, console throws(ClientFailure) in
            if let declaration {
                let answer: ControlClient.Answer<SignalsResponse> = try await client.put(
                    .signals(of: self.model),
                    declaration
                )
                self.options.show(answer, on: console) { response in
                    [
                        response.changed ? "✔ payloads are read as declared" : "nothing changed",
                        response.propagation.line,
                    ]
                        + SignalsReport(signals: response.signals, painter: console.painter).lines()
                }
            } else {
                let answer: ControlClient.Answer<ModelSignals> = try await client.get(.signals(of: self.model))
                self.options.show(answer, on: console) {
                    SignalsReport(signals: $0, painter: console.painter).lines()
                }
            }
            return .done
        }
    }
}
