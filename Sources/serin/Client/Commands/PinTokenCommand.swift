import ArgumentParser
import ControlWire
import RolloutCore

struct PinTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin-token",
        abstract: "Make a token that lets a request name the version that answers it.",
        discussion:
            "Send it in x-serin-pin-token beside x-serin-pin: VERSION. Pinned requests reach versions without traffic, too, and "
            + "judge none. The token is printed once and kept nowhere; it can't be taken back before it expires.\n\n"
            + ClientExit.help
    )

    @Argument(help: "The model's name; without one use --all-models.", transform: { try ModelName($0) })
    var model: ModelName?

    @Option(help: "The only version it is good for; else every version.", transform: { try VersionName($0) })
    var version: VersionName?

    @Flag(help: "Make it good for every model.") var allModels = false

    @Option(
        help: ArgumentHelp("How long it is good for: 1m to 30d, such as 90s, 15m, 1h or 7d.", valueName: "time"),
        transform: { try Validity($0) }
    )
    var valid = Validity(seconds: 3_600)

    @OptionGroup var options: ClientOptions

    /// A length of time as people write it.
    struct Validity {
        let seconds: Int

        init(seconds: Int) { self.seconds = seconds }

        init(_ text: String) throws {
            let units = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
            guard let unit = text.last.flatMap({ units[String($0)] }), let count = Int(text.dropLast()), count > 0,
                PinToken.validity.contains(count.multipliedReportingOverflow(by: unit).partialValue),
                !count.multipliedReportingOverflow(by: unit).overflow
            else { throw ValidationError("a validity is 1m to 30d, such as 90s, 15m, 1h or 7d; got '\(text)'") }
            self.seconds = count * unit
        }
    }

    func validate() throws {
        guard (self.model != nil) != self.allModels else {
            throw ValidationError("name a model, or ask for --all-models")
        }
        guard self.model != nil || self.version == nil else { throw ValidationError("--version goes with a model") }
    }

    private struct Order: Encodable {
        let version: VersionName?
        let validSeconds: Int
    }

    func run() async throws {
        try await self.options.run { client, console throws(ClientFailure) in
            let answer: ControlClient.Answer<PinTokenResponse> = try await client.post(
                .pinTokens(of: self.model),
                Order(version: self.version, validSeconds: self.valid.seconds)
            )
            let scope =
                (answer.document.version.map { "version \($0)" } ?? "every version") + " of "
                + (answer.document.model.map { "model \($0)" } ?? "every model")
            console.note("good for \(scope) until \(answer.document.expiresAt); shown once")
            self.options.show(answer, on: console) { [$0.token] }
            return .done
        }
    }
}
