import ArgumentParser
import ControlWire
import Foundation
import RolloutCore

/// What every command that speaks to the control API takes.
struct ClientOptions: ParsableArguments {
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case table
        /// The API's document, unchanged.
        case json
    }

    static let variable = "SERIN_CONTROL_URL"
    static let defaultURL = "http://127.0.0.1:8081"

    @Option(
        name: .customLong("control-url"),
        help: ArgumentHelp("Where the control API answers; else $\(variable), else \(defaultURL).", valueName: "url")
    )
    var controlURL: String?

    @Option(help: "A table for people, or the API's document as it came.")
    var output: Output = .table

    @Option(help: ArgumentHelp("How long a request may take.", valueName: "seconds"))
    var timeout: Double = 10

    func validate() throws {
        _ = try self.resolvedURL()
        guard self.timeout > 0, self.timeout <= 3_600 else {
            throw ValidationError("--timeout is above 0 and at most 3600 seconds; got \(self.timeout)")
        }
    }

    /// - Throws: `ValidationError` that names where the address came from.
    func resolvedURL(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> URL {
        let (text, origin): (String, String)
        if let given = self.controlURL {
            (text, origin) = (given, "--control-url")
        } else if let variable = environment[Self.variable], !variable.isEmpty {
            (text, origin) = (variable, Self.variable)
        } else {
            (text, origin) = (Self.defaultURL, "the default")
        }
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = url.host, !host.isEmpty
        else { throw ValidationError("\(origin) must be an address such as \(Self.defaultURL); got '\(text)'") }
        return url
    }

    /// The name the record keeps when nobody gives another reason or actor.
    static var user: String { ProcessInfo.processInfo.userName }

    /// Runs a command and turns its failure into messages and an exit code.
    func run(_ body: (ControlClient, Console) async throws(ClientFailure) -> ClientExit) async throws {
        let console = Console()
        let client = ControlClient(baseURL: try self.resolvedURL(), actor: Self.user, timeoutSeconds: self.timeout)
        let exit: ClientExit
        do {
            exit = try await body(client, console)
        } catch {
            console.complain(error.lines)
            exit = error.exit
        }
        if exit != .done { throw ExitCode(exit.rawValue) }
    }

    /// Prints an answer in the form that was asked for.
    func show<Document>(_ answer: ControlClient.Answer<Document>, on console: Console, _ table: (Document) -> [String])
    {
        switch self.output {
        case .json: console.document(answer.bytes)
        case .table: console.lines(table(answer.document))
        }
    }
}

extension Timestamp {
    static var now: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }
}
