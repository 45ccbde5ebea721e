import ArgumentParser
import ControlWire
import Foundation

/// How gateways are to use the upstreams of a version that is registered; the rest is for a file.
struct SettingsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Requests of the version that one gateway sends at one time; further ones wait for a second.",
            valueName: "n"
        )
    )
    var inFlight: Int?

    @Option(
        help: ArgumentHelp(
            "Ask each upstream every 5 s whether it is ready, at a path such as /v2/health/ready.",
            valueName: "path"
        )
    )
    var probe: String?

    @Option(help: ArgumentHelp("How the upstreams are to be used: settings as JSON.", valueName: "file.json"))
    var settings: String?

    func validate() throws { _ = try self.document() }

    /// What the options say above what the file says; nil when they say nothing.
    func document() throws -> JSONValue? {
        var members = try self.settings.map(self.members) ?? [:]
        if let inFlight { members["inFlight"] = .number(Double(inFlight)) }
        if let probe {
            var rule: [String: JSONValue] = [:]
            if case .object(let given)? = members["probe"] { rule = given }
            rule["path"] = .string(probe)
            members["probe"] = .object(rule)
        }
        return members.isEmpty ? nil : .object(members)
    }

    private func members(ofFile path: String) throws -> [String: JSONValue] {
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(filePath: path)) } catch {
            throw ValidationError("the settings '\(path)' can't be read: \(error.localizedDescription)")
        }
        do {
            guard case .object(let members) = try JSONValue(parsing: Array(bytes)) else {
                throw ValidationError("the settings '\(path)' are no JSON object")
            }
            return members
        } catch let error as ValidationError {
            throw error
        } catch {
            throw ValidationError("the settings '\(path)' are not one JSON document")
        }
    }
}
