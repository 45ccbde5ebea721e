import ArgumentParser
import ControlWire
import RolloutCore

struct BaselineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline",
        abstract: "Give a version what its data looked like when it was made, or show it.",
        discussion:
            "Files: a table of training data (CSV with a header, or one JSON object a line; - for standard input), whose columns are "
            + "called as the model's signals are; or SageMaker's statistics.json, constraints.json or both. With --from-stable: what "
            + "the model's stable version showed in the last 24 hours. Stable is watched against its baseline, and "
            + "'serin status' shows what drifted. Without any: the baseline that is there.\n\n"
            + "EXIT CODES: 0 done; 1 refused by the service; 2 a file or the service can't be used; 64 the command line is wrong."
    )

    @Argument(help: "The model's name.", transform: { try ModelName($0) }) var model: ModelName
    @Argument(help: "The version's name.", transform: { try VersionName($0) }) var version: VersionName
    @Argument(help: "Where the baseline comes from.") var files: [String] = []

    @Flag(help: "Take what the stable version showed of late.") var fromStable = false
    @OptionGroup var options: ClientOptions

    func validate() throws {
        if self.fromStable, !self.files.isEmpty {
            throw ValidationError("a baseline comes from files or from stable, not both")
        }
    }

    func run() async throws {
        try await self.options.run { client, console throws(ClientFailure) in
            let path = ControlPath.baseline(of: self.version, model: self.model)
            let answer: ControlClient.Answer<BaselineResponse>
            if self.fromStable {
                answer = try await client.put(path, JSONValue.object(["from": .string("stable")]))
            } else if self.files.isEmpty {
                answer = try await client.get(path)
            } else {
                let signals: ModelSignals = try await client.get(.signals(of: self.model)).document
                let file: BaselineFile
                do throws(OfflineFailure) { file = try BaselineFile(self.files, signals: signals) } catch {
                    throw .unreadable(error.lines.joined(separator: "\n"))
                }
                answer = try await client.put(path, file.baseline)
            }
            self.options.show(answer, on: console) {
                BaselineReport(baseline: $0, painter: console.painter).lines()
            }
            return .done
        }
    }
}
