import ArgumentParser
import ControlWire
import Foundation
import RolloutCore

struct RegisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Register a version of a model.",
        discussion:
            "The first version of a model becomes stable; a further one becomes the canary of a rollout, or waits while another "
            + "rollout is open. Registering the same version again with the same properties changes nothing. "
            + "The answer tells what the plan can find out at present traffic; a plan that can't end is refused.\n\n"
            + ClientExit.help
    )

    @Argument(help: "The model's name.", transform: { try ModelName($0) }) var model: ModelName
    @Argument(help: "The version's name.", transform: { try VersionName($0) }) var version: VersionName

    @Option(help: ArgumentHelp("Where the version answers; repeat it for several replicas.", valueName: "url"))
    var upstream: [String]

    @Option(help: "The model's name at the upstream, when it differs.") var upstreamModel: String?
    @Option(help: "What replaces a client's /versions/N on the way to the upstream.") var upstreamVersion: String?

    @Option(help: ArgumentHelp("A label to keep with the version; may be repeated.", valueName: "key=value"))
    var label: [String] = []

    @Option(help: ArgumentHelp("How it is to be tried: a plan as JSON.", valueName: "file.json")) var plan: String?

    @OptionGroup(title: "Upstreams") var settings: SettingsOptions

    @Flag(help: "End an open rollout as superseded and begin this one.") var supersede = false
    @Flag(help: "Register it although its plan can't end at the traffic that was seen.") var ignoreForecast = false
    @Flag(help: "Create the model first when it doesn't exist.") var create = false

    @OptionGroup var options: ClientOptions

    func validate() throws {
        if self.upstream.isEmpty { throw ValidationError("name at least one --upstream, such as http://10.0.0.7:8000") }
        _ = try self.labels()
        _ = try self.planDocument()
    }

    func run() async throws {
        let registration = ControlRequest.Registration(
            version: self.version,
            upstreams: self.upstream,
            upstreamModel: self.upstreamModel,
            upstreamVersion: self.upstreamVersion,
            settings: try self.settings.document(),
            labels: try self.labels(),
            plan: try self.planDocument(),
            supersede: self.supersede,
            ignoresForecast: self.ignoreForecast
        )
        try await self.options.run { client, console throws(ClientFailure) in
            let answer = try await client.register(registration, of: self.model, creatingModel: self.create)
            self.options.show(answer, on: console) { $0.lines(console.painter) }
            return .done
        }
    }

    private func labels() throws -> [String: String] {
        var labels: [String: String] = [:]
        for text in self.label {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ValidationError("--label is key=value; got '\(text)'")
            }
            guard labels.updateValue(String(parts[1]), forKey: String(parts[0])) == nil else {
                throw ValidationError("the label '\(parts[0])' is given twice")
            }
        }
        return labels
    }

    private func planDocument() throws -> JSONValue? {
        guard let plan = self.plan else { return nil }
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(filePath: plan)) } catch {
            throw ValidationError("the plan '\(plan)' can't be read: \(error.localizedDescription)")
        }
        do { return try JSONValue(parsing: Array(bytes)) } catch {
            throw ValidationError("the plan '\(plan)' is not one JSON document")
        }
    }
}

extension ControlClient {
    /// - Parameter creatingModel: Whether an unknown model is created and the registration repeated.
    func register(
        _ registration: ControlRequest.Registration,
        of model: ModelName,
        creatingModel: Bool
    ) async throws(ClientFailure) -> Answer<RegistrationResponse> {
        do throws(ClientFailure) {
            return try await self.post(.versions(of: model), registration.document)
        } catch {
            guard creatingModel, error.isUnknownModel else { throw error }
        }
        _ = try await self.post(.models, ControlRequest.model(model), as: JSONValue.self)
        return try await self.post(.versions(of: model), registration.document)
    }
}
