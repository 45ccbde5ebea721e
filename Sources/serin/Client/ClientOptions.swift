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
        _ = try self.address()
        guard self.timeout > 0, self.timeout <= 3_600 else {
            throw ValidationError("--timeout is above 0 and at most 3600 seconds; got \(self.timeout)")
        }
    }

    private func address() throws -> URL {
        try Self.address(option: self.controlURL, environment: ProcessInfo.processInfo.environment)
    }

    /// - Throws: `ValidationError` that names where the address came from.
    static func address(option: String?, environment: [String: String]) throws -> URL {
        let (text, origin): (String, String)
        if let option {
            (text, origin) = (option, "--control-url")
        } else if let value = environment[Self.variable], !value.isEmpty {
            (text, origin) = (value, Self.variable)
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
        let client = ControlClient(baseURL: try self.address(), actor: Self.user, timeoutSeconds: self.timeout)
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
