import ArgumentParser
import ControlWire
import RolloutCore

struct ForecastCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast",
        abstract: "Tell what a plan can and cannot find out at a model's present traffic, before it begins.",
        discussion:
            "For each check: the least harm that is found by the deadline in four of five cases, and how long a canary as good as "
            + "stable takes to be proven. Registration tells the same.\n\n"
            + "EXIT CODES: 0 the plan can end, or there is no traffic to tell it from; 1 it can't, or the service refused; 2 the plan "
            + "can't be used or the service can't be reached; 64 the command line is wrong."
    )

    @Argument(help: "The model's name.", transform: { try ModelName($0) }) var model: ModelName

    @Option(help: ArgumentHelp("The plan as JSON; without it the default one.", valueName: "file.json"))
    var plan: String?

    @OptionGroup var options: ClientOptions

    func run() async throws {
        var members: [String: JSONValue] = [:]
        try OfflineFailure.reporting { members["plan"] = try self.plan.map(OfflineFailure.document) }
        let body = JSONValue.object(members)
        try await self.options.run { client, console throws(ClientFailure) in
            let answer: ControlClient.Answer<ForecastResponse> = try await client.post(.forecast(of: self.model), body)
            self.options.show(answer, on: console) {
                ForecastReport(response: $0, painter: console.painter).lines()
            }
            return answer.document.forecast.canEnd == false ? .refused : .done
        }
    }
}
