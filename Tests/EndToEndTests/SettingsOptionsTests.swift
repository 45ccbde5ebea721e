import ArgumentParser
import ControlWire
import Foundation
import RolloutCore
import Testing

@testable import serin

@Suite("Options for upstreams")
struct SettingsOptionsTests {
    private static let least = ["digits", "2", "--upstream", "http://a"]

    private static func document(_ arguments: [String]) throws -> JSONValue? {
        try RegisterCommand.parse(self.least + arguments).settings.document()
    }

    /// Gives `body` the path of a file that holds `text`.
    private static func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try text.write(to: path, atomically: false, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: path) }
        return try body(path.path())
    }

    @Test("Nothing given leaves all to the service")
    func nothing() throws {
        #expect(try Self.document([]) == nil)
    }

    @Test("Options stand above the file, and the service reads what they make")
    func options() throws {
        let file = #"{"inFlight":2,"connections":9,"probe":{"path":"/old","passes":1}}"#
        let document = try Self.withFile(file) {
            try Self.document(["--settings", $0, "--in-flight", "4", "--probe", "/v2/health/ready"])
        }

        let settings = try SettingsReader.read(#require(document), at: "/settings")
        #expect(
            settings
                == UpstreamSettings(
                    inFlight: 4,
                    connections: 9,
                    probe: ProbeRule(path: "/v2/health/ready", passes: 1)
                )
        )
    }

    @Test("A file that is no JSON object is refused", arguments: ["", "[]", "{"])
    func badFile(text: String) throws {
        _ = try Self.withFile(text) { path in
            #expect(throws: (any Error).self) { try Self.document(["--settings", path]) }
        }
        #expect(throws: (any Error).self) { try Self.document(["--settings", "/nonexistent"]) }
    }
}
