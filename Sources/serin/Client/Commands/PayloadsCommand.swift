import ArgumentParser
import ControlWire
import RolloutCore

struct PayloadsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payloads",
        abstract: "Show the raw payloads that were kept of a version, newest first.",
        discussion:
            "Payloads are kept only for models whose signals ask for it (payloadSample), redacted as they say.\n\n"
            + ClientExit.help
    )

    @Argument(help: "The model's name.", transform: { try ModelName($0) }) var model: ModelName
    @Argument(help: "The version's name.", transform: { try VersionName($0) }) var version: VersionName

    @Option(help: "How many, 1 to 100.") var limit = 10
    @Option(
        help: ArgumentHelp("Only those before this time, such as 2026-03-01T12:00:00Z.", valueName: "time"),
        transform: { try Timestamp($0) }
    ) var before: Timestamp?
    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard (1...100).contains(self.limit) else { throw ValidationError("--limit is 1 to 100; got \(self.limit)") }
    }

    func run() async throws {
        try await self.options.run { client, console throws(ClientFailure) in
            let path = ControlPath.payloads(
                of: self.version,
                model: self.model,
                before: self.before,
                limit: self.limit
            )
            let answer: ControlClient.Answer<Page<PayloadResponse>> = try await client.get(path)
            self.options.show(answer, on: console) { page in
                guard !page.items.isEmpty else {
                    return [
                        "no payloads are kept; ask for them with payloadSample in: serin signals \(self.model) --file F"
                    ]
                }
                return Array(
                    page.items.map { sample in
                        [
                            console.painter.paint(
                                "\(sample.at)  \(sample.requestId)  status \(sample.status)",
                                .strong
                            ),
                            "  → " + sample.request, "  ← " + sample.response,
                        ]
                    }.joined(separator: [""])
                )
            }
            return .done
        }
    }
}
